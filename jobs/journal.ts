/** What a run writes down: rows in the database, and as artifacts what its folds predicted, which is too much for one. */
import type { RunJournal } from '../src/run/ports.ts';
import { predictionArtifact } from '../src/thread/artifact-names.ts';
import type { Story } from '../src/thread/ports.ts';

type Shelves = Pick<Story, 'runs' | 'artifacts'>;

export function runJournal({ runs, artifacts }: Shelves, team: string): RunJournal {
  return {
    find: runs.find,
    move: runs.move,
    folds: runs.folds,
    trials: runs.trials,
    saveTrial: runs.saveTrial,
    async saveFold(runId, trialNumber, fold, prediction) {
      // First the prediction: a fold that is written down must have one.
      const { buffer, byteOffset, byteLength } = prediction;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      await artifacts.put(predictionArtifact(team, runId, trialNumber, fold.fold), bytes);
      await runs.saveFold(runId, trialNumber, fold);
    },
    async prediction(runId, trialNumber, fold) {
      const bytes = await artifacts.get(predictionArtifact(team, runId, trialNumber, fold));
      return bytes && new Float32Array(bytes.slice().buffer);
    },
  };
}

/** Once a run has ended, nobody asks for its predictions any more. */
export async function forgetPredictions(
  { artifacts }: Pick<Story, 'artifacts'>,
  team: string,
  runId: string,
): Promise<void> {
  for (const name of await artifacts.list(predictionArtifact(team, runId))) await artifacts.remove(name);
}
