import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { estimateError } from '../../src/plan/estimate-error.ts';

describe('the error of estimates', () => {
  it('is assumed before there are runs, and for ratios that say nothing', () => {
    const assumed = { runs: 0, likely: 1, low: 0.6, high: 1.6 };
    expect(estimateError([])).toEqual(assumed);
    expect(estimateError([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])).toEqual(assumed);
  });

  it('covers nine of ten further runs, once there are some', () => {
    const random = new Random(1);
    const ratio = () => Math.exp(-0.35 + 0.2 * random.normal());
    const { runs, likely, low, high } = estimateError(Array.from({ length: 40 }, ratio));
    expect(runs).toBe(40);
    expect(likely).toBeGreaterThan(0.65);
    expect(likely).toBeLessThan(0.8);
    const covered = Array.from({ length: 4000 }, ratio).filter((one) => low <= one && one <= high).length;
    expect(covered / 4000).toBeGreaterThan(0.87);
    expect(covered / 4000).toBeLessThan(0.99);
  });

  it('does not give up its assumption for the first run', () => {
    const { low, likely, high } = estimateError([3]);
    expect(likely).toBeGreaterThan(1);
    expect(likely).toBeLessThan(1.5);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(2);
  });

  it('is an ordered range, whatever the runs took', () => {
    const ratios = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(ratios, (all) => {
        const { low, likely, high } = estimateError(all);
        expect(low).toBeGreaterThan(0);
        expect(low).toBeLessThan(likely);
        expect(likely).toBeLessThan(high);
        expect(Number.isFinite(high)).toBe(true);
      }),
    );
  });
});
