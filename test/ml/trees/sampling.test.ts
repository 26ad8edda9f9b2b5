import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import { Arena } from '../../../src/ml/trees/arena.ts';
import { RowSampler, sampleIndices } from '../../../src/ml/trees/sampling.ts';

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

describe('RowSampler', () => {
  it('draws the rows that sampleIndices would, step after step', () => {
    const sampler = new RowSampler(new Arena(), 5000, 0.3);
    const [random, same] = [new Random(4), new Random(4)];
    for (let step = 0; step < 3; step++)
      expect([...(sampler.draw(random) ?? [])]).toEqual([...sampleIndices(5000, 0.3, same)]);
  });

  it('has nothing to draw where all rows are wanted', () => {
    expect(new RowSampler(new Arena(), 100, 1).draw(new Random(1))).toBeNull();
    expect(new RowSampler(new Arena(), 3, 0.9).draw(new Random(1))).toBeNull();
  });
});
