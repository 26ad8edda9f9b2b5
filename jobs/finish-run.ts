/** The end of a run, task by task in the training threads: which trials become the model, their refits side by side, and
 *  the one look at the holdout. */
import type { Table } from '../src/ml/data/table.ts';
import type { Experiment } from '../src/ml/experiment.ts';
import type { Judgement } from '../src/ml/judgement.ts';
import type { EngineResults, EngineTask } from '../src/ml/search/engine-task.ts';
import type { SerialisedPredictor } from '../src/ml/search/predictor.ts';
import type { RefitResult, RefitRows } from '../src/ml/search/refit.ts';
import type { FinalCandidate } from '../src/run/execute.ts';

/** Computes one task in a thread. @throws when the run is stopped. */
type Compute = <Kind extends EngineTask['kind']>(
  task: Extract<EngineTask, { readonly kind: Kind }>,
) => Promise<NonNullable<EngineResults[Kind]>>;

/** @param candidates the best trial first. */
export async function finishRun(
  table: Table,
  experiment: Experiment,
  candidates: readonly FinalCandidate[],
  compute: Compute,
): Promise<{ judgement: Judgement; model: SerialisedPredictor }> {
  const selection = await compute({
    kind: 'select',
    table,
    experiment,
    candidates: candidates.map(({ spec, predictions }) => ({ trial: spec.number, predictions })),
  });
  const named = selection.members.map(({ trial }) => trial);
  const best = (candidates[0] as FinalCandidate).spec.number;
  const isEnsemble = selection.ensemble?.kept ?? false;
  const candidateOf = new Map(candidates.map((candidate) => [candidate.spec.number, candidate]));
  const refit = async (numbers: Iterable<number>, rows: RefitRows) => {
    const results = await Promise.all(
      [...numbers].map(async (number) => {
        const { spec, trial } = candidateOf.get(number) as FinalCandidate;
        const result = await compute({ kind: 'refit', table, experiment, spec, folds: trial.folds, rows });
        return [number, result] as const;
      }),
    );
    return new Map<number, RefitResult>(results);
  };
  const [onTraining, onAll] = await Promise.all([
    refit(new Set(isEnsemble ? [...named, best] : named), 'training'),
    experiment.refit === 'all' ? refit(named, 'all') : null,
  ]);
  const shipped = onAll ?? onTraining;
  const of = (results: ReadonlyMap<number, RefitResult>) =>
    named.map((trial) => results.get(trial) as RefitResult);
  const [strongest] = of(onTraining) as [RefitResult];
  const refits = [...onTraining.values(), ...(onAll?.values() ?? [])];
  const judgement = await compute({
    kind: 'judge',
    table,
    experiment,
    judged: {
      selection,
      members: of(onTraining).map(({ member }) => member),
      single: isEnsemble ? (onTraining.get(best) as RefitResult).member : null,
      families: Object.fromEntries(candidates.map(({ spec }) => [spec.number, spec.family])),
      curve: { curve: strongest.curve, bestStep: strongest.bestStep },
      trainingRows: strongest.rows,
      shippedRows: (shipped.get(named[0] as number) as RefitResult).rows,
      seconds: refits.reduce((sum, { seconds }) => sum + seconds, 0),
      cpuSeconds: refits.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    },
  });
  return {
    judgement,
    model: {
      format: 'modelwright-predictor-2',
      experiment,
      members: of(shipped).map(({ member }, i) => ({
        ...member,
        weight: selection.members[i]?.weight as number,
      })),
      stacker: selection.stacker,
      threshold: selection.threshold,
    },
  };
}
