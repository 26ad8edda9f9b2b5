import { describe, expect, it } from 'vitest';
import type { MetricName } from '../../../src/ml/experiment.ts';
import { scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { eachRowOnce, judgedRows } from '../../../src/ml/metrics/judged-rows.ts';
import { logMeanOf } from '../../../src/ml/metrics/log-mean.ts';
import { meanInterval } from '../../../src/ml/metrics/mean-interval.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

interface Stored {
  target: number[];
  prediction: number[];
  cases: { metric: MetricName; groupSize: number; interval: [number, number] }[];
}

const stored = oracle<Stored>('metrics/studentised.json');
const target = Float64Array.from(stored.target);
const prediction = Float64Array.from(stored.prediction);
const groupsOf = (size: number) => Int32Array.from(target, (_, row) => Math.floor(row / size));

describe.each(stored.cases)('the studentised interval of $metric in groups of $groupSize', (c) => {
  it('equals the reference within 3% of its width', () => {
    const options = { seed: 1, resamples: 20_000, ...(c.groupSize > 1 && { groups: groupsOf(c.groupSize) }) };
    const ours = scoreWithInterval(c.metric, 'regression', target, prediction, 1, options);
    const [low, high] = c.interval;
    expect(Math.abs(ours.low - low) / (high - low)).toBeLessThan(0.03);
    expect(Math.abs(ours.high - high) / (high - low)).toBeLessThan(0.03);
    expect(ours.method).toBe(`${c.groupSize > 1 ? 'group ' : ''}studentised bootstrap`);
  });
});

describe('the logarithm of a mean', () => {
  it('leads back to the metric', () => {
    const rows = judgedRows('regression', target, prediction, 1);
    const urn = { kind: 'rows', nRows: rows.nRows } as const;
    for (const metric of ['rmse', 'mae', 'r2', 'mape', 'smape', 'pinball_loss_90'] as const) {
      const mean = logMeanOf(metric, rows, urn);
      const { log } = mean?.of(eachRowOnce(rows.nRows)) ?? { log: Number.NaN };
      expect(mean?.metric(log)).toBeCloseTo(score(metric, 'regression', target, prediction, 1), 9);
    }
  });

  it('is none where every row is exact, and for metrics of another kind', () => {
    const exact = judgedRows('regression', target, target, 1);
    const urn = { kind: 'rows', nRows: exact.nRows } as const;
    expect(logMeanOf('rmse', exact, urn)).toBeNull();
    expect(
      logMeanOf('median_absolute_error', judgedRows('regression', target, prediction, 1), urn),
    ).toBeNull();
    expect(scoreWithInterval('rmse', 'regression', target, target, 1, { seed: 1 })).toMatchObject({
      low: 0,
      high: 0,
    });
  });

  it('makes intervals that hold the root of the mean square of skewed errors more often than percentiles do', () => {
    const random = new Random(9);
    const truth = Math.exp(1); // the root of the mean square of lognormal errors
    const held = { studentised: 0, percentiles: 0 };
    for (let set = 0; set < 120; set++) {
      const errors = Float64Array.from({ length: 200 }, () => Math.exp(random.normal()));
      const holds = ({ low, high }: { low: number; high: number }, value: number) =>
        Number(low <= value && value <= high);
      const options = { seed: set, resamples: 1000 };
      const ours = scoreWithInterval('rmse', 'regression', new Float64Array(200), errors, 1, options);
      held.studentised += holds(ours, truth);
      held.percentiles += holds(
        meanInterval(
          errors.map((error) => error ** 2),
          options,
        ),
        truth ** 2,
      );
    }
    expect(held.studentised).toBeGreaterThan(held.percentiles);
  });
});
