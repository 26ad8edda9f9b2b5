import { existsSync } from 'node:fs';
import { readData } from '../../src/command-line/read-data.ts';
import { type Table, takeRows } from '../../src/ml/data/table.ts';
import type { Experiment } from '../../src/ml/experiment.ts';
import type { Interval } from '../../src/ml/judgement.ts';
import { correctedResampledInterval } from '../../src/ml/metrics/corrected-resampled-interval.ts';
import { scoreWithInterval } from '../../src/ml/metrics/intervals.ts';
import { score } from '../../src/ml/metrics/score.ts';
import { Random } from '../../src/ml/random.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import { nestedFold, outerParts } from '../../src/ml/search/nested.ts';
import { combine, restoreMember } from '../../src/ml/search/predictor.ts';
import { type RefitRows, refit } from '../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../src/ml/search/split-table.ts';
import { targetOf } from '../../src/ml/search/training-set.ts';
import { portfolioFor, traitsOf } from '../../src/ml/tuning/portfolio.ts';
import type { Family, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Candidate } from '../../src/plan/plan.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { changeRequirements, NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';

/** A table and what to predict of it. */
export interface CoverageTask {
  readonly file: string;
  readonly target: string;
}

export interface CoverageRow {
  readonly task: string;
  readonly way: string;
  readonly parts: number;
  /** Parts whose interval holds the score of the model for use on the rows that were left. */
  readonly held: number;
  /** Mean width of the intervals. */
  readonly width: number;
  readonly mean: number;
  readonly truth: number;
  /** Of the estimate against the truth. */
  readonly rmse: number;
}

const TRIALS: Readonly<Partial<Record<Family, number>>> = { linear: 4, neighbours: 2 };
const clock = { now: () => 0, cpuSeconds: () => 0 };

/** @returns a row for each way to judge; none where the data is not there. */
export async function measureCoverage(
  { file, target }: CoverageTask,
  nRows: number,
  parts: number,
): Promise<CoverageRow[]> {
  if (!existsSync(file)) return [];
  const { data, reader } = await readData(file, file.split('/').at(-1) as string);
  const profile = await reader.profileTarget(data.path, data.name, data.profile, target);
  const wanted = changeRequirements(NO_REQUIREMENTS, { seed: 1 });
  const planned = plannedExperiment(data.profile, profile, wanted);
  const table = await reader.table(data.path, data.name);
  const found = new Map<string, { interval: Interval; truth: number }[]>();
  for (let part = 0; part < parts; part++) {
    const order = new Random(part).derive('coverage').permutation(table.nRows);
    const few = takeRows(table, order.slice(0, nRows).sort());
    const rest = takeRows(table, order.slice(nRows).sort());
    const { judged, truth } = await judgePart(few, rest, { ...planned, seed: part });
    for (const [way, interval] of judged) found.set(way, [...(found.get(way) ?? []), { interval, truth }]);
  }
  return [...found].map(([way, all]) => ({
    task: target,
    way,
    parts: all.length,
    held: all.filter(({ interval, truth }) => interval.low <= truth && truth <= interval.high).length,
    width: meanOf(all.map(({ interval }) => interval.high - interval.low)),
    mean: meanOf(all.map(({ interval }) => interval.value)),
    truth: meanOf(all.map(({ truth }) => truth)),
    rmse: Math.sqrt(meanOf(all.map(({ interval, truth }) => (interval.value - truth) ** 2))),
  }));
}

async function judgePart(
  few: Table,
  rest: Table,
  experiment: Experiment,
): Promise<{ judged: [string, Interval][]; truth: number }> {
  const { metric, task } = experiment;
  const judged: [string, Interval][] = [];
  let truth = Number.NaN;
  for (const repeats of [1, 5]) {
    const asked = repeats > 1 ? { ...experiment, repeats } : experiment;
    const rows = splitTable(few, asked);
    const specs = specsOf(asked, few);
    const results: { spec: TrialSpec; result: TrialResult; predictions: Float32Array[] }[] = [];
    for (const spec of specs) {
      const predictions: Float32Array[] = [];
      const onFold = (_: unknown, prediction: Float32Array) => void predictions.push(prediction);
      const result = await evaluateTrial(few, asked, spec, { clock, rows, onFold });
      if (result.state === 'complete') results.push({ spec, result, predictions });
    }
    const sign = metric === 'roc_auc' ? -1 : 1;
    results.sort((a, b) => sign * ((a.result.score as number) - (b.result.score as number)));
    const [best] = results;
    if (!best) throw new Error('no trial finished');
    const { folds } = best.result;
    judged.push([
      `best trial, 5 folds × ${repeats}`,
      correctedResampledInterval(
        folds.map(({ scores }) => scores[metric] as number),
        folds.reduce((sum, { rowsTrained }) => sum + rowsTrained, 0),
        folds.reduce((sum, { rowsJudged }) => sum + rowsJudged, 0),
      ),
    ]);
    if (repeats > 1) continue;
    const candidates = results.map(({ spec, predictions }) => ({
      trial: spec.number,
      family: spec.family,
      predictions,
    }));
    const selection = selectEnsemble(asked, rows, candidates);
    const say = async (which: RefitRows, about: Table, of?: Uint32Array) => {
      const said: Float64Array[] = [];
      for (const { trial } of selection.members) {
        const { spec, result } = results.find((one) => one.spec.number === trial) as (typeof results)[number];
        const refitted = await refit(few, asked, spec, result.folds, which, { clock, rows });
        const { pipeline, fitted } = await restoreMember((refitted as NonNullable<typeof refitted>).member);
        said.push(fitted.predict(pipeline.transform(about, of)));
      }
      const weights = selection.members.map(({ weight }) => weight);
      return combine(said, { weights, stacker: selection.stacker, nClasses: rows.target.nClasses });
    };
    const { holdout } = rows.split;
    const { nClasses } = rows.target;
    const onHoldout = await say('training', few, holdout);
    judged.push([
      'holdout',
      scoreWithInterval(metric, task, targetOf(rows.target, holdout), onHoldout, nClasses, { seed: 1 }),
    ]);
    const left = splitTable(rest, experiment).target;
    const known = left.knownRows;
    truth = score(metric, task, targetOf(left, known), await say('all', rest, known), nClasses);
    for (const nested of [5, 10]) {
      const outer = { ...asked, nested };
      const done = [];
      for (const part of outerParts(outer, rows)) {
        const fold = part && (await nestedFold(few, outer, specs, part, { clock }));
        if (fold) done.push(fold);
      }
      const scores = done.map((fold) => fold.scores[metric] as number);
      const trained = done.reduce((sum, { rowsTrained }) => sum + rowsTrained, 0);
      const tested = done.reduce((sum, { rowsJudged }) => sum + rowsJudged, 0);
      judged.push([`nested, ${nested} outer folds`, correctedResampledInterval(scores, trained, tested)]);
    }
  }
  return { judged, truth };
}

function specsOf(experiment: Experiment, few: Table): TrialSpec[] {
  const traits = traitsOf(experiment, few.columns, few.nRows);
  const candidates = Object.entries(TRIALS).map(([name, trials]): Candidate => {
    const family = name as Family;
    const { defaults, space } = portfolioFor(family, traits);
    return { family, trials, defaults: [...defaults], space, reason: '' };
  });
  const schedule = new Schedule({ candidates, experiment, sampler: 'quasi-random' });
  return schedule.trials.map(({ number }) => schedule.specOf(number, new Map()) as TrialSpec);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
