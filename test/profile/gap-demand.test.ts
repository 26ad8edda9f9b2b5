import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { overlapOf } from '../../src/profile/gap-demand.ts';

function noise(n: number): Float64Array {
  const random = new Random(4);
  return Float64Array.from({ length: n }, () => random.normal());
}

describe('outcomes over windows that overlap', () => {
  it.each([2, 7, 30])('are found by how they change: %d rows', (window) => {
    const values = noise(600);
    const sums = values.map((_, at) => values.subarray(at, at + window).reduce((a, b) => a + b, 0));
    expect(overlapOf(sums.subarray(0, 600 - window))).toBe(window);
  });

  it('are not seen in noise, in a walk or in a season', () => {
    const values = noise(600);
    expect(overlapOf(values)).toBeNull();
    expect(overlapOf(values.map((_, at) => values.subarray(0, at).reduce((a, b) => a + b, 0)))).toBeNull();
    expect(overlapOf(values.map((value, at) => 10 * Math.sin((2 * Math.PI * at) / 7) + value))).toBeNull();
    expect(overlapOf(new Float64Array(600))).toBeNull();
  });
});
