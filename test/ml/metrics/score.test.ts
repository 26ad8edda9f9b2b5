import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricName, Task } from '../../../src/ml/experiment.ts';
import { METRICS } from '../../../src/ml/metrics/registry.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { oracle } from './oracle.ts';

interface Case {
  name: string;
  task: Task;
  nClasses: number;
  target: number[];
  prediction: number[];
  counts: number[];
  scores: Record<MetricName, number>;
  countedScores: Record<MetricName, number>;
}

const names = Object.keys(METRICS) as MetricName[];
const f64 = (values: number[]) => Float64Array.from(values);

const cases = [...oracle<Case[]>('metrics/scores.json'), ...oracle<Case[]>('metrics/more-scores.json')];

describe.each(cases)('score: $name', (c) => {
  const target = f64(c.target);
  const prediction = f64(c.prediction);
  const known = names.filter((name) => METRICS[name].tasks.includes(c.task) && name in c.scores);
  it.each(known)('%s equals scikit-learn', (name) => {
    expectClose(score(name, c.task, target, prediction, c.nClasses), c.scores[name]);
  });
  it.each(Object.keys(c.scores) as MetricName[])(
    '%s of counted rows equals that of repeated rows',
    (name) => {
      const counts = Uint32Array.from(c.counts);
      expectClose(score(name, c.task, target, prediction, c.nClasses, counts), c.countedScores[name]);
    },
  );
});

function expectClose(actual: number, expected: number) {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
}

describe('score', () => {
  const rows = fc.array(
    fc.record({ y: fc.constantFrom(0, 1), p: fc.integer({ min: 0, max: 8 }).map((x) => x / 8) }),
    { minLength: 1, maxLength: 40 },
  );

  it('counts AUC as won pairs, ties half', () => {
    fc.assert(
      fc.property(rows, (list) => {
        let wins = 0;
        let pairs = 0;
        for (const a of list.filter(({ y }) => y === 1)) {
          for (const b of list.filter(({ y }) => y === 0)) {
            wins += a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0;
            pairs++;
          }
        }
        const auc = score(
          'roc_auc',
          'binary',
          f64(list.map(({ y }) => y)),
          binary(list.map(({ p }) => p)),
          2,
        );
        if (pairs === 0) expect(auc).toBeNaN();
        else expect(auc).toBeCloseTo(wins / pairs, 12);
      }),
    );
  });

  it('gives every metric the value of the repeated table, whatever the counts', () => {
    const counted = fc.array(
      fc.record({
        y: fc.integer({ min: 0, max: 2 }),
        p: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
        count: fc.nat(3),
      }),
      { minLength: 2, maxLength: 15 },
    );
    fc.assert(
      fc.property(counted, (list) => {
        const repeated = list.flatMap((row) => new Array<typeof row>(row.count).fill(row));
        for (const name of names) {
          const { tasks } = METRICS[name];
          const task = tasks.find((one) => one !== 'binary') ?? 'binary';
          const nClasses = task === 'binary' ? 2 : 3;
          const outputs = (of: typeof list) =>
            f64(of.flatMap(({ p }) => (task === 'regression' ? [p[0]] : shares(p.slice(0, nClasses)))));
          const targets = (of: typeof list) => f64(of.map(({ y }) => Math.min(y, nClasses - 1)));
          const counts = Uint32Array.from(list, ({ count }) => count);
          const actual = score(name, task, targets(list), outputs(list), nClasses, counts);
          const expected = score(name, task, targets(repeated), outputs(repeated), nClasses);
          if (Number.isNaN(expected)) expect(actual).toBeNaN();
          else expect(Math.abs(actual - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is undefined (NaN) for the AUC of one class, and for no rows', () => {
    const ones = f64([1, 1]);
    expect(score('roc_auc', 'binary', ones, binary([0.2, 0.7]), 2)).toBeNaN();
    for (const name of names) {
      const [task] = METRICS[name].tasks;
      const value = score(name, task, f64([]), f64([]), 2);
      if (!['f1', 'mcc', 'precision', 'recall', 'cohen_kappa'].includes(name)) expect(value, name).toBeNaN();
    }
  });

  it('refuses a metric of another task and predictions of another length', () => {
    expect(() => score('rmse', 'binary', f64([1]), binary([0.5]), 2)).toThrow(
      /rmse is not a metric of binary/,
    );
    expect(() => score('accuracy', 'binary', f64([1]), f64([0.5]), 2)).toThrow(/need 2 predictions, not 1/);
  });
});

function binary(positive: number[]): Float64Array {
  return f64(positive.flatMap((p) => [1 - p, p]));
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w + 1, 0);
  return weights.map((w) => (w + 1) / total);
}

describe('MASE', () => {
  const target = f64([10, 12, 30, 36]);
  const prediction = f64([11, 12, 24, 40]);
  const scale = f64([2, 2, 4, 4]);

  it('is the mean error in the scale of each row', () => {
    expect(score('mase', 'regression', target, prediction, 1, undefined, scale)).toBeCloseTo(
      (1 / 2 + 0 + 6 / 4 + 4 / 4) / 4,
      12,
    );
  });

  it('is 1 for a forecast that errs as the seasonal naive one did', () => {
    const off = target.map((value, i) => value + scale[i]);
    expect(score('mase', 'regression', target, off, 1, undefined, scale)).toBe(1);
  });

  it('is not defined for rows without scales', () => {
    expect(score('mase', 'regression', target, prediction, 1)).toBeNaN();
  });
});
