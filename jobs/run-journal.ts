/** A run's journal: what is known of it in the store, and beside that what its trials said of the rows of each fold, as
 *  bytes among the artifacts, until the run has ended. */
import type { RunJournal } from '../src/run/execute.ts';
import { foldPredictions, foldPredictionsOf } from '../src/thread/artifact-names.ts';
import type { Artifacts, RunBook } from '../src/thread/ports.ts';

export function openRunJournal(runs: RunBook, artifacts: Artifacts, team: string): RunJournal {
  return {
    find: (runId) => runs.find(runId),
    move: (runId, to, fields) => runs.move(runId, to, fields),
    folds: (runId) => runs.folds(runId),
    trials: (runId) => runs.trials(runId),
    saveTrial: (runId, result) => runs.saveTrial(runId, result),

    // The predictions first: a fold that the store knows has them.
    async saveFold(runId, trialNumber, fold, prediction) {
      const name = foldPredictions(team, runId, trialNumber, fold.fold);
      const bytes = new Uint8Array(prediction.buffer, prediction.byteOffset, prediction.byteLength);
      await artifacts.put(name, bytes);
      await runs.saveFold(runId, trialNumber, fold);
    },

    async prediction(runId, trialNumber, fold) {
      const bytes = await artifacts.get(foldPredictions(team, runId, trialNumber, fold));
      if (!bytes) return null;
      return new Float32Array(bytes.slice().buffer); // a copy, because bytes may start anywhere in a larger buffer
    },

    async keptPredictions(runId) {
      const kept = new Map<number, Set<number>>();
      for (const name of await artifacts.list(foldPredictionsOf(team, runId))) {
        const [, trial, fold] = /(\d+)-(\d+)\.f32$/.exec(name) ?? [];
        if (trial === undefined || fold === undefined) continue;
        const folds = kept.get(Number(trial)) ?? new Set<number>();
        kept.set(Number(trial), folds.add(Number(fold)));
      }
      return kept;
    },
  };
}

/** Forgets the predictions of a run that has ended. Harmless to repeat. */
export async function clearPredictions(artifacts: Artifacts, team: string, runId: string): Promise<void> {
  const names = await artifacts.list(foldPredictionsOf(team, runId));
  await Promise.all(names.map((name) => artifacts.remove(name)));
}
