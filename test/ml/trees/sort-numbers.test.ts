import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortNumbers } from '../../../src/ml/trees/sort-numbers.ts';

describe('sortNumbers', () => {
  it.each([
    ['few', 0, 50],
    ['many', 1000, 1500],
  ])('sorts %s numbers as the built-in sort does', (_, minLength, maxLength) => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, -0, 5e-324));
    fc.assert(
      fc.property(fc.array(number, { minLength, maxLength, size: 'max' }), (values) => {
        const numbers = Float64Array.from(values);
        expect(sortNumbers(numbers)).toBe(numbers);
        expect(numbers).toEqual(Float64Array.from(values).sort());
      }),
    );
  });
});
