/** The end of a run in this thread: trials, selection, refits and the judgement, without pool and journal. */
import { finishRun } from '../../../jobs/finish-run.ts';
import type { Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import type { EngineResults, EngineTask } from '../../../src/ml/search/engine-task.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { TrialSpec } from '../../../src/ml/tuning/trial.ts';
import type { FinalCandidate } from '../../../src/run/execute.ts';
import { countingClock } from './small-experiment.ts';

const clock = countingClock();

async function candidateOf(table: Table, experiment: Experiment, spec: TrialSpec): Promise<FinalCandidate> {
  const predictions: Float32Array[] = [];
  const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
  const trial = await evaluateTrial(table, experiment, spec, { clock, onFold });
  return { spec, trial, predictions };
}

/** @param specs the best trial first. */
export async function finish(table: Table, experiment: Experiment, specs: readonly TrialSpec[]) {
  const candidates = await Promise.all(specs.map((spec) => candidateOf(table, experiment, spec)));
  return finishRun(table, experiment, candidates, computeHere);
}

async function computeHere<Kind extends EngineTask['kind']>(
  task: Extract<EngineTask, { readonly kind: Kind }>,
): Promise<NonNullable<EngineResults[Kind]>> {
  return (await perform(task)) as NonNullable<EngineResults[Kind]>;
}

async function perform(task: EngineTask) {
  switch (task.kind) {
    case 'select':
      return selectEnsemble(task.experiment, splitTable(task.table, task.experiment), task.candidates);
    case 'refit':
      return refit(task.table, task.experiment, task.spec, task.folds, task.rows, { clock });
    case 'judge':
      return judge(task.table, task.experiment, task.judged, { clock });
    default:
      throw new Error(`a run does not end with ${task.kind}`);
  }
}
