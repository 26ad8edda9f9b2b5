import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import { sampleIndices } from '../../../src/ml/trees/sampling.ts';

describe('sampleIndices', () => {
  it('draws the share it is asked for, ascending and without repeats', () => {
    const drawn = [...sampleIndices(1000, 0.37, new Random(1))];
    expect(drawn).toHaveLength(370);
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn.every((i) => i >= 0 && i < 1000)).toBe(true);
  });

  it('draws every index equally often', () => {
    const random = new Random(2);
    const counts = new Uint32Array(20);
    for (let k = 0; k < 10_000; k++) for (const i of sampleIndices(20, 0.25, random)) counts[i]++;
    for (const count of counts) expect(Math.abs(count - 2500)).toBeLessThan(5 * Math.sqrt(2500 * 0.75));
  });

  it('takes everything at a fraction of 1, and never nothing', () => {
    expect([...sampleIndices(3, 1, new Random(1))]).toEqual([0, 1, 2]);
    expect(sampleIndices(3, 0.01, new Random(1))).toHaveLength(1);
    expect(sampleIndices(0, 0.5, new Random(1))).toHaveLength(0);
  });
});
