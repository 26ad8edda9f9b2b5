/** From a table to predictions, on tables as nobody would make them on purpose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../../src/errors/errors.ts';
import type { Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { Judgement } from '../../../src/ml/judgement.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge, type Refitted } from '../../../src/ml/search/judge.ts';
import type { Candidate } from '../../../src/ml/search/out-of-fold.ts';
import { type Predictor, restorePredictor } from '../../../src/ml/search/predictor.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import { Family, type TrialResult } from '../../../src/ml/tuning/trial.ts';
import { categorical, numeric } from '../preprocessing/columns.ts';
import { wildColumn, wildNumber, wildTable } from '../preprocessing/wild-tables.ts';
import { countingClock, quickSpec } from './small-experiment.ts';

const clock = countingClock();
const LABELS = ['no', 'yes', 'näh'];

/** Trials of the families, the choice among them, their refits and the look at the holdout: a whole run.
 *  @returns null where no trial could be scored, each with a reason. */
async function run(
  data: Table,
  experiment: Experiment,
  families: readonly Family[],
): Promise<Predictor | null> {
  const rows = splitTable(data, experiment);
  const finished: { trial: TrialResult; candidate: Candidate }[] = [];
  for (const [number, family] of families.entries()) {
    const predictions: Float32Array[] = [];
    const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
    const trial = await evaluateTrial(data, experiment, quickSpec(family, { number }), {
      clock,
      onFold,
      rows,
    });
    if (trial.state === 'complete')
      finished.push({ trial, candidate: { trial: number, family, predictions } });
    else expect(trial.reason).toMatch(/not defined on any fold|^fold \d of \d: /);
    if (trial.state === 'complete') expect(Number.isFinite(trial.score)).toBe(true);
    for (const value of predictions.flatMap((part) => [...part])) {
      if (!Number.isFinite(value)) expect.fail(`${family} predicts ${value}`);
    }
  }
  if (finished.length === 0) return null;
  const candidates = finished.map(({ candidate }) => candidate);
  const selection = selectEnsemble(experiment, rows, candidates);
  const refits: Refitted[] = [];
  for (const { trial, candidate } of finished) {
    const spec = quickSpec(candidate.family, { number: trial.number });
    const refitted = await refit(data, experiment, spec, trial.folds, 'training', { clock, rows });
    if (refitted) refits.push({ ...refitted, trial: trial.number });
  }
  const judgement = await judge(data, experiment, selection, refits, { clock, rows });
  // JSON writes NaN and infinities as null, which no judgement may have in place of a number.
  Judgement.parse(JSON.parse(JSON.stringify(judgement)));
  return restorePredictor({
    format: 'modelwright-predictor-2',
    experiment,
    members: selection.members.flatMap(({ trial, weight }) =>
      refits.filter((one) => one.trial === trial).map(({ member }) => ({ ...member, weight })),
    ),
    stacker: selection.stacker,
    threshold: selection.threshold,
  });
}

describe('wild tables', () => {
  const task = fc.constantFrom<Experiment['task'][]>('binary', 'multiclass', 'regression');
  const family = fc.constantFrom(...Family.options);
  const nRows = fc.constantFrom(1, 3, 12, 40);
  const material = fc.tuple(task, nRows).chain(([kind, n]) =>
    fc.record({
      kind: fc.constant(kind),
      columns: fc.tuple(...['p', 'q', 'r'].map((name) => wildColumn(name, n))),
      outcome: fc.array(fc.option(kind === 'regression' ? wildNumber : fc.nat({ max: 2 }), { freq: 9 }), {
        minLength: n,
        maxLength: n,
      }),
      families: fc.uniqueArray(family, { minLength: 1, maxLength: 3 }),
      newRows: wildTable(),
    }),
  );

  it('are learned from, or refused in a sentence; no score or prediction is ever NaN', async () => {
    await fc.assert(
      fc.asyncProperty(material, async ({ kind, columns, outcome, families, newRows }) => {
        const classes = kind === 'regression' ? [] : LABELS.slice(0, kind === 'binary' ? 2 : 3);
        const target =
          kind === 'regression'
            ? numeric('y', ...outcome)
            : categorical('y', ...outcome.map((code) => (code === null ? null : (LABELS[code] ?? null))));
        const data = { nRows: outcome.length, columns: [...columns, target] };
        const experiment: Experiment = {
          target: 'y',
          task: kind,
          classes,
          positiveClass: kind === 'binary' ? 'yes' : null,
          features: ['p', 'q', 'r'],
          metric: kind === 'regression' ? 'rmse' : 'log_loss',
          split: { kind: 'stratified' },
          holdoutFraction: 0.2,
          folds: 2,
          finish: 'ensemble',
          members: 3,
          refit: 'training',
          seed: 1,
        };
        try {
          const predictor = await run(data, experiment, families);
          const predicted = predictor?.predict(newRows);
          for (const value of predicted?.kind === 'classes'
            ? predicted.probabilities
            : (predicted?.values ?? [])) {
            if (!Number.isFinite(value)) expect.fail(`predicts ${value}`);
          }
        } catch (error) {
          if (!(error instanceof ModelwrightError)) throw error;
          // A network for images may fit the features of every fold and not those of the refit: these are no images.
          const refusals = ['ROWS_TOO_FEW', 'COLUMN_TYPE_CHANGED', 'FEATURES_NONE', 'IMAGE_SIZE_WRONG'];
          expect(refusals).toContain(error.code);
        }
      }),
      { numRuns: 80 },
    );
  });
});
