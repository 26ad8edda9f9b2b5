/** What a run writes down: rows in the database, and as artifacts what its folds predicted and how far fits have come,
 *  which is too much for one. */
import { z } from 'zod';
import type { Checkpoint } from '../src/ml/search/evaluate-trial.ts';
import { decodeWeights, encodeWeights } from '../src/models/weights.ts';
import type { RunJournal } from '../src/run/ports.ts';
import { checkpointArtifact, predictionArtifact } from '../src/thread/artifact-names.ts';
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
    async saveCheckpoint(runId, trialNumber, { fold, state: { json, arrays } }) {
      const bytes = encodeWeights({ json: { fold, state: json }, arrays });
      await artifacts.put(checkpointArtifact(team, runId, trialNumber), bytes);
    },
    async checkpoint(runId, trialNumber) {
      const bytes = await artifacts.get(checkpointArtifact(team, runId, trialNumber));
      return bytes && readCheckpoint(bytes);
    },
  };
}

const Fit = z.object({ fold: z.number().int(), state: z.unknown() });

/** What cannot be read saves no work, and costs none either. */
function readCheckpoint(bytes: Uint8Array): Checkpoint | null {
  try {
    const { json, arrays } = decodeWeights(bytes);
    const { fold, state } = Fit.parse(json);
    return { fold, state: { json: state, arrays } };
  } catch {
    return null;
  }
}

/** Once a run has ended, nobody asks for its predictions and checkpoints any more. */
export async function forgetWork(
  { artifacts }: Pick<Story, 'artifacts'>,
  team: string,
  runId: string,
): Promise<void> {
  for (const start of [predictionArtifact(team, runId), checkpointArtifact(team, runId)]) {
    for (const name of await artifacts.list(start)) await artifacts.remove(name);
  }
}
