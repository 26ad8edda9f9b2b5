import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { correctedResampledInterval } from '../../../src/ml/metrics/corrected-resampled-interval.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { type NestedFold, nestedFold, outerParts } from '../../../src/ml/search/nested.ts';
import { nestedJudgement } from '../../../src/ml/search/nested-judgement.ts';
import { outOfFold } from '../../../src/ml/search/out-of-fold.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable(260);
const clock = countingClock();
const specs = [
  quickSpec('linear', { number: 0 }),
  quickSpec('neighbours', { number: 1 }),
  quickSpec('extra_trees', { number: 2 }),
];

async function nestedOf(data: Table, experiment: Experiment, trials = specs): Promise<(NestedFold | null)[]> {
  const folds: (NestedFold | null)[] = [];
  for (const part of outerParts(experiment, splitTable(data, experiment)))
    folds.push(part && (await nestedFold(data, experiment, trials, part, { clock })));
  return folds;
}

describe('the outer parts', () => {
  it.each([{ kind: 'stratified' }, { kind: 'group', column: 'customer' }] as const)(
    'judge every row with a known outcome once, and nothing crosses: $kind',
    (split) => {
      const experiment = shopExperiment('binary', { split, nested: 4 });
      const rows = splitTable(table, experiment);
      const parts = outerParts(experiment, rows).filter((part) => part !== null);
      expect(parts).toHaveLength(4);
      const judged = parts.flatMap((part) => [...part.split.holdout]);
      expect(judged.sort((a, b) => a - b)).toEqual([...rows.target.knownRows]);
      for (const { split: inner, material } of parts) {
        const pairs = [
          [inner.training, inner.holdout],
          ...inner.folds.map((fold) => [fold.training, fold.validation]),
        ] as const;
        for (const [one, other] of pairs) {
          const keys = material.groups ?? Int32Array.from({ length: table.nRows }, (_, row) => row);
          const inOne = new Set(Array.from(one as Uint32Array, (row) => keys[row]));
          expect(Array.from(other as Uint32Array).filter((row) => inOne.has(keys[row] as number))).toEqual(
            [],
          );
        }
        const within = inner.folds.flatMap(({ validation }) => [...validation]);
        expect(within.sort((a, b) => a - b)).toEqual([...inner.training]);
      }
    },
  );

  it('follow time, with its gap', () => {
    const gap = { size: 30, unit: 'day' } as const;
    const experiment = shopExperiment('regression', {
      split: { kind: 'time', column: 'since', gap },
      nested: 3,
    });
    const times = (table.columns[2] as { values: Float64Array }).values;
    const at = (rows: Uint32Array, pick: (...values: number[]) => number) =>
      pick(...Array.from(rows, (row) => times[row] as number));
    const parts = outerParts(experiment, splitTable(table, experiment));
    expect(parts.length).toBeGreaterThanOrEqual(2);
    for (const part of parts) {
      const { holdout, training } = (part as NonNullable<typeof part>).split;
      expect(at(holdout, Math.min) - at(training, Math.max)).toBeGreaterThanOrEqual(30 * 86_400_000);
    }
  });
});

describe('the nested choice', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('is judged on every row, %s', async (task) => {
    const experiment = shopExperiment(task, { nested: 3 });
    const folds = await nestedOf(table, experiment);
    const judgement = nestedJudgement(experiment, folds);
    const { knownRows } = splitTable(table, experiment).target;
    expect(judgement).toMatchObject({ folds: 3, rows: knownRows.length, candidates: 3 });
    expect(judgement?.gain?.low).toBeGreaterThan(0);
    const values = folds.map((fold) => fold?.scores[experiment.metric] as number);
    expect(judgement?.foldScores).toEqual(values);
    const trained = folds.reduce((sum, fold) => sum + (fold?.rowsTrained as number), 0);
    const { value } = correctedResampledInterval(values, trained, knownRows.length);
    expect(judgement?.scores[experiment.metric]?.value).toBe(value);
    expect(await nestedOf(table, experiment)).toEqual(
      folds.map((fold) => ({ ...fold, cpuSeconds: expect.any(Number) })),
    );
  });

  it('does not call the luck of the best of many settings a score, as the holdout would not', async () => {
    // Nothing to learn: the outcome is drawn.
    const random = new Random(3);
    const outcome = table.columns.find(({ name }) => name === 'leaves') as { codes: Int32Array };
    const codes = Int32Array.from(outcome.codes, (code) => (code < 0 ? code : random.integer(2)));
    const columns = table.columns.map((one) =>
      one.name === 'leaves' ? { ...one, codes } : one,
    ) as Table['columns'];
    const noise = { ...table, columns };
    const experiment = shopExperiment('binary', { nested: 5, finish: 'single' });
    const many = Array.from({ length: 12 }, (_, number) =>
      quickSpec('neighbours', { number, parameters: { k: 1 + number } }),
    );
    const rows = splitTable(noise, experiment);
    const scores: number[] = [];
    for (const spec of many) {
      scores.push((await evaluateTrial(noise, experiment, spec, { clock, rows })).score as number);
    }
    const judged = nestedJudgement(experiment, await nestedOf(noise, experiment, many));
    const score = judged?.scores.roc_auc;
    expect(score?.low).toBeLessThanOrEqual(0.5);
    expect(score?.high).toBeGreaterThanOrEqual(0.5);
    expect(score?.value).toBeLessThan(Math.max(...scores));
  });

  it('ends without a result when it is stopped', async () => {
    const experiment = shopExperiment('binary', { nested: 3 });
    const [part] = outerParts(experiment, splitTable(table, experiment));
    const stopped = nestedFold(table, experiment, specs, part as NonNullable<typeof part>, {
      clock,
      shouldStop: () => true,
    });
    expect(await stopped).toBeNull();
  });

  it('says nothing where a part cannot be judged, or has no such score', () => {
    const fold: NestedFold = {
      scores: { roc_auc: 0.8 },
      baseline: { roc_auc: 0.5 },
      rowsTrained: 80,
      rowsJudged: 20,
      candidates: 2,
      cpuSeconds: 1,
    };
    const metric = { metric: 'roc_auc' } as const;
    expect(nestedJudgement(metric, [fold, { ...fold, scores: { roc_auc: 0.7 } }])).toMatchObject({
      rows: 40,
    });
    expect(nestedJudgement(metric, [fold, null])).toBeNull();
    expect(nestedJudgement(metric, [fold])).toBeNull();
    expect(nestedJudgement(metric, [fold, { ...fold, scores: {} }])).toBeNull();
    expect(nestedJudgement(metric, [])).toBeNull();
  });
});

describe('predictions of folds that are drawn several times', () => {
  it('have a row once for each division, in one part and one unit', async () => {
    const experiment = shopExperiment('binary', { repeats: 3 });
    const rows = splitTable(table, experiment);
    const predictions: Float32Array[] = [];
    const onFold = (_: unknown, prediction: Float32Array) => void predictions.push(prediction);
    const { folds, score, state } = await evaluateTrial(table, experiment, quickSpec('linear'), {
      clock,
      rows,
      onFold,
    });
    expect(state).toBe('complete');
    expect(folds).toHaveLength(9);
    const mean = folds.reduce((sum, { scores }) => sum + (scores.roc_auc as number), 0) / 9;
    expect(score).toBeCloseTo(mean, 12);
    const all = outOfFold(rows, [{ trial: 3, family: 'linear', predictions }]);
    const judged = rows.split.folds.flatMap(({ validation }) => [...validation]);
    expect(all.nRows).toBe(3 * rows.split.training.length);
    expect(all.nDifferent).toBe(rows.split.training.length);
    expect(all.nParts).toBe(3);
    const seen = new Map<number, { part: number; unit: number }>();
    judged.forEach((row, at) => {
      const here = { part: all.partOf[at] as number, unit: all.groups?.[at] as number };
      expect(seen.get(row) ?? here).toEqual(here);
      seen.set(row, here);
    });
    expect(new Set([...seen.values()].map(({ unit }) => unit)).size).toBe(seen.size);
  });
});
