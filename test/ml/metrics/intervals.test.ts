import { describe, expect, it } from 'vitest';
import type { MetricName, Task } from '../../../src/ml/experiment.ts';
import {
  bootstrap,
  bootstrapRandom,
  bootstrapUrn,
  resampledInterval,
} from '../../../src/ml/metrics/bootstrap.ts';
import { scoresWithIntervals, scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { judgedRows } from '../../../src/ml/metrics/judged-rows.ts';
import { METRICS, metricsFor } from '../../../src/ml/metrics/registry.ts';
import { prepareScores, score } from '../../../src/ml/metrics/score.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

interface Case {
  task: Task;
  nClasses: number;
  target: number[];
  prediction: number[];
  intervals: Partial<Record<MetricName, [number, number]>>;
}

function sample(task: Task, nRows: number, nClasses: number, seed: number) {
  const random = new Random(seed);
  const target = new Float64Array(nRows);
  const prediction = new Float64Array(nRows * (task === 'regression' ? 1 : nClasses));
  for (let row = 0; row < nRows; row++) {
    target[row] = task === 'regression' ? 10 + random.normal() : random.integer(nClasses);
    if (task === 'regression') {
      prediction[row] = target[row] + 0.5 * random.normal();
      continue;
    }
    const logits = Array.from(
      { length: nClasses },
      (_, k) => random.normal() + (k === target[row] ? 1.5 : 0),
    );
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    logits.forEach((x, k) => {
      prediction[row * nClasses + k] = Math.exp(x) / total;
    });
  }
  return { target, prediction };
}

describe.each(oracle<Case[]>('metrics/bootstrap.json'))('percentile intervals of a $task task', (c) => {
  it('equal the reference within 2% of their width', () => {
    const names = Object.keys(c.intervals) as MetricName[];
    const target = Float64Array.from(c.target);
    const prediction = Float64Array.from(c.prediction);
    const rows = judgedRows(c.task, target, prediction, c.nClasses);
    const scores = prepareScores(names, rows);
    const replicates = names.map(() => new Float64Array(20_000));
    bootstrap(bootstrapUrn(rows.nRows), rows.nRows, 20_000, bootstrapRandom(1), (counts, resample) => {
      scores(counts).forEach((value, m) => {
        (replicates[m] as Float64Array)[resample] = value;
      });
    });
    names.forEach((name, m) => {
      const [low, high] = c.intervals[name] as [number, number];
      const width = high - low;
      const ours = resampledInterval(Number.NaN, replicates[m] as Float64Array, 0.95);
      expect(Math.abs(ours.low - low) / width, `${name} low`).toBeLessThan(0.02);
      expect(Math.abs(ours.high - high) / width, `${name} high`).toBeLessThan(0.02);
    });
  });
});

describe('scoresWithIntervals', () => {
  it.each([
    ['binary', 2, 400],
    ['multiclass', 26, 800],
    ['regression', 1, 300],
  ] as const)(
    'gives every metric of a %s task its plain score inside its interval',
    (task, nClasses, nRows) => {
      const { target, prediction } = sample(task, nRows, nClasses, 5);
      const metrics = (Object.keys(METRICS) as MetricName[]).filter(
        (name) => METRICS[name].tasks.includes(task) && name !== 'mase', // which needs scales
      );
      const options = { seed: 2, resamples: 300 };
      const intervals = scoresWithIntervals(metrics, task, target, prediction, nClasses, options);
      for (const name of metrics) {
        const { value, low, high } = intervals[name];
        expect(value).toBe(score(name, task, target, prediction, nClasses));
        expect(low, name).toBeLessThan(high);
        expect(value, name).toBeGreaterThanOrEqual(low);
        expect(value, name).toBeLessThanOrEqual(high);
      }
    },
  );

  it('holds the class shares of other test sets too: resamples have any', () => {
    const { target, prediction } = sample('binary', 400, 2, 8);
    const width = (metric: MetricName) => {
      const { low, high } = scoreWithInterval(metric, 'binary', target, prediction, 2, { seed: 1 });
      return high - low;
    };
    // Precision at a recall moves with the share of the class: by what that share alone does, at the least.
    const share = target.reduce((sum, value) => sum + value, 0) / 400;
    const precision = score('precision_at_recall_80', 'binary', target, prediction, 2);
    const moved = (precision *
      (1 - precision) *
      2 *
      1.96 *
      Math.sqrt(1 / (share * (1 - share) * 400))) as number;
    expect(width('precision_at_recall_80')).toBeGreaterThan(0.9 * moved);
  });

  it('chooses the method by metric', () => {
    const { target, prediction } = sample('binary', 100, 2, 1);
    const intervals = scoresWithIntervals(metricsFor('binary'), 'binary', target, prediction, 2, {
      seed: 1,
      resamples: 50,
    });
    expect(intervals.roc_auc?.method).toBe('DeLong');
    expect(intervals.accuracy?.method).toBe('Wilson');
    expect(intervals.recall?.method).toBe('Wilson');
    expect(intervals.f1?.method).toBe('bootstrap');
    const enough = scoreWithInterval('f1', 'binary', target, prediction, 2, { seed: 1 });
    expect(enough.method).toBe('BCa bootstrap');
    const values = sample('regression', 100, 1, 1);
    const error = scoreWithInterval('rmse', 'regression', values.target, values.prediction, 1, { seed: 1 });
    expect(error.method).toBe('studentised bootstrap');
  });

  it('is a function of the seed, and of nothing else that is asked for', () => {
    const { target, prediction } = sample('binary', 200, 2, 1);
    const f1 = (seed: number, others: MetricName[]) =>
      scoresWithIntervals([...others, 'f1'], 'binary', target, prediction, 2, { seed, resamples: 200 }).f1;
    expect(f1(1, [])).toEqual(f1(1, ['log_loss', 'mcc']));
    expect(f1(1, [])).not.toEqual(f1(2, []));
  });

  it('widens when rows come in groups that rise and fall together', () => {
    const { target, prediction } = sample('regression', 60, 1, 4);
    const repeat = (values: Float64Array) =>
      Float64Array.from({ length: 600 }, (_, i) => values[Math.floor(i / 10)]);
    const groups = Int32Array.from({ length: 600 }, (_, i) => Math.floor(i / 10));
    const width = (options: { groups?: Int32Array }) => {
      const { low, high } = scoreWithInterval('rmse', 'regression', repeat(target), repeat(prediction), 1, {
        seed: 1,
        ...options,
      });
      return high - low;
    };
    expect(width({ groups }) / width({})).toBeGreaterThan(2.5); // √10 = 3.2 in the limit
    expect(width({ groups }) / width({})).toBeLessThan(4);
  });

  it('leaves a metric that is undefined on the rows undefined', () => {
    const target = Float64Array.of(1, 1, 1);
    const prediction = Float64Array.of(0.2, 0.8, 0.4, 0.6, 0.9, 0.1);
    const { roc_auc, log_loss } = scoresWithIntervals(
      ['roc_auc', 'log_loss'],
      'binary',
      target,
      prediction,
      2,
      { seed: 1, resamples: 100 },
    );
    expect([roc_auc.value, roc_auc.low, roc_auc.high]).toEqual([NaN, NaN, NaN]);
    expect(log_loss.low).toBeLessThan(log_loss.high);
  });

  it('survives a class with one row', () => {
    const target = Float64Array.of(0, 0, 0, 1, 1, 1, 2);
    const even = new Float64Array(21).fill(1 / 3);
    const { f1, roc_auc } = scoresWithIntervals(['f1', 'roc_auc'], 'multiclass', target, even, 3, {
      seed: 1,
      resamples: 100,
    });
    expect(roc_auc.value).toBe(0.5);
    expect(f1.low).toBeLessThan(f1.value);
    expect(f1.high).toBeGreaterThan(f1.value);
  });
});
