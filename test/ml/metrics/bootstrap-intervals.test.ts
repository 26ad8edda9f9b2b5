import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricName } from '../../../src/ml/experiment.ts';
import { scoresWithIntervals, scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { METRICS } from '../../../src/ml/metrics/registry.ts';

const OF_VALUES = (Object.keys(METRICS) as MetricName[]).filter(
  (name) => METRICS[name].tasks.includes('regression') && name !== 'mase', // which needs scales
);

/** Values as spiteful as a column of real numbers: ties, zeros, and sizes from tiny to huge. */
const spiteful = fc.oneof(
  fc.constantFrom(0, 0.1, 1, -1),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
);
const pairs = fc.oneof(
  fc.array(fc.tuple(spiteful, spiteful), { minLength: 2, maxLength: 12 }),
  fc
    .tuple(spiteful, fc.array(spiteful, { minLength: 2, maxLength: 12 }))
    .map(([constant, predictions]) => predictions.map((value): [number, number] => [constant, value])),
);

describe('the bootstrap interval of an error', () => {
  it('has finite ends around every finite score, however few and wild the rows', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const target = Float64Array.from(rows, ([value]) => value);
        const prediction = Float64Array.from(rows, ([, value]) => value);
        const options = { seed: 1, resamples: 1000 };
        const found = scoresWithIntervals(OF_VALUES, 'regression', target, prediction, 1, options);
        for (const name of OF_VALUES) {
          const { value, low, high } = found[name];
          if (!Number.isFinite(value)) continue;
          expect(Number.isFinite(low) && Number.isFinite(high), `${name} ${low} to ${high}`).toBe(true);
          expect(low, name).toBeLessThanOrEqual(value);
          expect(high, name).toBeGreaterThanOrEqual(value);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is defined for R² where the outcome is constant', () => {
    for (const constant of [0, 0.1, 5]) {
      const target = new Float64Array(30).fill(constant);
      const prediction = target.map((value, row) => value + row);
      const r2 = scoreWithInterval('r2', 'regression', target, prediction, 1, { seed: 1 });
      expect(r2).toMatchObject({ value: 0, low: 0, high: 0 });
    }
  });

  it('claims nothing beyond ten times the score where one row is nearly all of it', () => {
    const target = Float64Array.from({ length: 40 }, (_, row) => row); // the first outcome is 0
    const prediction = target.map((value) => value + 0.5);
    const { value, low, high } = scoreWithInterval('mape', 'regression', target, prediction, 1, { seed: 1 });
    expect(low).toBeGreaterThanOrEqual(value / 10.001);
    expect(high).toBeLessThanOrEqual(value * 10.001);
  });
});

describe('the bootstrap interval of the worst score possible', () => {
  it('is not taken for that of a perfect one', () => {
    const target = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const prediction = new Float64Array(180);
    target.forEach((label, row) => {
      prediction[3 * row + ((label + 1) % 3)] = 1;
    });
    const options = { seed: 1 };
    const found = scoreWithInterval('brier_score', 'multiclass', target, prediction, 3, options);
    expect(found.value).toBe(METRICS.brier_score.range[1]);
    expect(found.method).not.toBe('Wilson');
  });
});
