/** Whether ending weak trials after some of their folds pays: a long schedule is scored in every fold once, then replayed with
 *  each pruner, as far as the folds of half of its trials reach. Counts folds, not seconds. */
import { existsSync } from 'node:fs';
import type { Experiment } from '../../src/ml/experiment.ts';
import { METRICS } from '../../src/ml/metrics/registry.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import { selectEnsemble } from '../../src/ml/search/select-ensemble.ts';
import type { SplitTable } from '../../src/ml/search/split-table.ts';
import { isBehind } from '../../src/ml/tuning/pruners/fold-pruners.ts';
import type { Family, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import { PrunerName } from '../../src/ml/tuning/trial.ts';
import type { Candidate } from '../../src/plan/plan.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import type { PruningRow } from './rows.ts';
import { openTask, type Task } from './task.ts';

/** About the shares that a plan gives them. */
const TRIALS: Readonly<Partial<Record<Family, number>>> = {
  linear: 10,
  gbdt: 28,
  ordered: 12,
  extra_trees: 6,
};

interface Scored {
  readonly spec: TrialSpec;
  readonly result: TrialResult;
  readonly predictions: readonly Float32Array[];
}

/** @returns a row for each pruner; none where the data is not there. */
export async function comparePruners(task: Task, seed: number): Promise<PruningRow[]> {
  if (!existsSync(task.file)) return [];
  const { name, table, experiment, rows, portfolio } = await openTask(task, seed);
  const candidates = Object.entries(TRIALS).map(([family, trials]): Candidate => {
    const { defaults, space } = portfolio(family as Family);
    return { family: family as Family, trials, defaults: [...defaults], space, reason: '' };
  });
  const clock = { now: () => 0, cpuSeconds: () => 0 };
  const schedule = new Schedule({ candidates, experiment, sampler: 'quasi-random' });
  const scored: Scored[] = [];
  for (const { number } of schedule.trials) {
    const spec = schedule.specOf(number, new Map()) as TrialSpec;
    const predictions: Float32Array[] = [];
    const onFold = (_: unknown, prediction: Float32Array) => void predictions.push(prediction);
    const result = await evaluateTrial(table, experiment, spec, { clock, rows, onFold });
    scored.push({ spec, result, predictions });
  }
  const budget = (experiment.folds * scored.length) / 2;
  return PrunerName.options.map((pruner) => ({
    task: name,
    seed,
    pruner,
    metric: experiment.metric,
    ...replay({ scored, candidates, experiment, rows }, pruner, budget),
  }));
}

interface Material {
  readonly scored: readonly Scored[];
  readonly candidates: Candidate[];
  readonly experiment: Experiment;
  readonly rows: SplitTable;
}

/** One trial after the other, until no folds are left. */
function replay(
  { scored, candidates, experiment, rows }: Material,
  pruner: PrunerName,
  budget: number,
): Pick<PruningRow, 'begun' | 'couldBePruned' | 'pruned' | 'afterOneFold' | 'bestTrial' | 'model'> {
  const { metric } = experiment;
  const { greaterIsBetter } = METRICS[metric];
  const schedule = new Schedule({ candidates, experiment, sampler: 'quasi-random', pruner });
  const results = new Map<number, TrialResult>();
  const counts = { begun: 0, couldBePruned: 0, pruned: 0, afterOneFold: 0 };
  let left = budget;
  for (const { result } of scored) {
    const { race } = schedule.specOf(result.number, results) as TrialSpec;
    const scores = result.folds.map((fold) => fold.scores[metric] as number);
    const ends =
      race && scores.findIndex((_, i) => i > 0 && isBehind(race, scores.slice(0, i), greaterIsBetter));
    const folds = ends && ends > 0 ? ends : scores.length;
    if (folds > left) break;
    left -= folds;
    const isPruned = folds < scores.length;
    counts.begun += 1;
    if (race) counts.couldBePruned += 1;
    if (isPruned) counts.pruned += 1;
    if (folds === 1) counts.afterOneFold += 1;
    results.set(
      result.number,
      isPruned ? { ...result, state: 'pruned', score: null, folds: result.folds.slice(0, folds) } : result,
    );
  }
  const sign = greaterIsBetter ? -1 : 1;
  const complete = scored
    .filter(({ result }) => results.get(result.number)?.state === 'complete')
    .sort((a, b) => sign * ((a.result.score as number) - (b.result.score as number)));
  const chosen = selectEnsemble(
    experiment,
    rows,
    complete.map(({ spec, predictions }) => ({ trial: spec.number, family: spec.family, predictions })),
  );
  const bestTrial = complete[0]?.result.score as number;
  return { ...counts, bestTrial, model: chosen.ensemble?.kept ? chosen.ensemble.score.value : bestTrial };
}
