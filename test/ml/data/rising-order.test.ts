import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { risingOrder } from '../../../src/ml/data/rising-order.ts';

/** By comparisons, equal ones by their positions. */
function naiveOrder(values: readonly number[]): number[] {
  const place = (i: number) => values[i] as number;
  const isLast = (i: number) => Number(Number.isNaN(place(i)));
  return values
    .map((_, i) => i)
    .sort(
      (a, b) => isLast(a) - isLast(b) || Number(place(a) > place(b)) - Number(place(a) < place(b)) || a - b,
    );
}

const wild = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324),
  fc.float({ noNaN: true }),
);

describe('risingOrder', () => {
  it.each([
    ['compared', 0, 60],
    ['counted', 400, 900],
  ])('orders wild numbers as comparisons do, where they are %s', (_, minLength, maxLength) => {
    fc.assert(
      fc.property(fc.array(wild, { minLength, maxLength, size: 'max' }), (values) => {
        expect([...risingOrder(Float64Array.from(values))]).toEqual(naiveOrder(values));
      }),
    );
  });

  it('puts NaN last, whichever sign its bits have', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? 0 : Math.cos(i)));
    const halves = new Uint32Array(values.buffer);
    for (let i = 0; i < 500; i += 5) halves.set([0, i % 2 === 0 ? 0xfff80000 : 0x7ff80000], 2 * i);
    const multiples = Array.from({ length: 100 }, (_, i) => 5 * i);
    expect([...risingOrder(values)].slice(400)).toEqual(multiples);
  });

  it('keeps equal numbers in their places', () => {
    const positions = Array.from({ length: 1000 }, (_, i) => i);
    expect([...risingOrder(new Float64Array(1000).fill(0.1))]).toEqual(positions);
    expect([...risingOrder(Float64Array.from(positions, (i) => (i % 2 === 0 ? 0 : -0)))]).toEqual(positions);
  });

  it('does not change what it orders', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i));
    const before = values.slice();
    risingOrder(values);
    expect(values).toEqual(before);
  });
});
