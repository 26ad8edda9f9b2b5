import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/ml/tuning/distributions.ts';
import { cellOf, fromUnit, toUnit } from '../../../src/ml/tuning/unit-interval.ts';

const RANGES: readonly Distribution[] = [
  { kind: 'int', low: 3, high: 9, log: false },
  { kind: 'int', low: 1, high: 100, log: true },
  { kind: 'int', low: -5, high: -5, log: false },
  { kind: 'categorical', choices: ['a', 'b', true] },
];

describe('the unit interval of a distribution', () => {
  it.each(RANGES)('is cut into the cells of its values: %o', (distribution) => {
    const values =
      distribution.kind === 'categorical'
        ? distribution.choices
        : Array.from({ length: distribution.high - distribution.low + 1 }, (_, i) => distribution.low + i);
    let end = 0;
    for (const value of values) {
      const [from, to] = cellOf(distribution, value);
      expect(from).toBeCloseTo(end, 12);
      expect(fromUnit(distribution, from + 0.01 * (to - from))).toBe(value);
      expect(fromUnit(distribution, to - 0.01 * (to - from))).toBe(value);
      expect(fromUnit(distribution, toUnit(distribution, value))).toBe(value);
      end = to;
    }
    expect(end).toBeCloseTo(1, 12);
  });

  it('maps a range to itself and back', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, fc.boolean(), (at, log) => {
        const distribution: Distribution = { kind: 'float', low: 1e-3, high: 50, log };
        expect(toUnit(distribution, fromUnit(distribution, at))).toBeCloseTo(at, 10);
      }),
    );
  });
});
