/** What a run writes down: rows in the database, and as artifacts what its folds predicted and how far fits have come,
 *  which is too much for one. */
import { z } from 'zod';
import type { ProbeResult } from '../src/ml/search/probe-trial.ts';
import type { Probe } from '../src/ml/studies.ts';
import { decodeWeights, encodeWeights } from '../src/models/weights.ts';
import { canonicalJson, sha256 } from '../src/plan/identity.ts';
import type { RunJournal } from '../src/run/ports.ts';
import { checkpointFolder, predictionArtifact, shardFolder } from '../src/thread/artifact-names.ts';
import type { Story } from '../src/thread/ports.ts';
import { createCheckpointShelf } from './checkpoints.ts';

type Shelves = Pick<Story, 'runs' | 'artifacts'>;

/** @param warn told in a sentence of what was kept and cannot be used. */
export function runJournal(
  { runs, artifacts }: Shelves,
  team: string,
  warn: (sentence: string) => void = () => undefined,
): RunJournal {
  const checkpoints = createCheckpointShelf(artifacts, warn);
  return {
    find: runs.find,
    move: runs.move,
    folds: runs.folds,
    trials: runs.trials,
    async saveTrial(runId, result) {
      const isNew = await runs.saveTrial(runId, result);
      await checkpoints.remove(checkpointFolder(team, runId, result.number));
      return isNew;
    },
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
    async saveProbe(runId, trialNumber, probe, { predictions, cpuSeconds }) {
      const arrays = Object.fromEntries((predictions ?? []).map((part, fold) => [`${fold}`, part]));
      const json = { cpuSeconds, folds: predictions?.length ?? null };
      await artifacts.put(probeArtifact(team, runId, trialNumber, probe), encodeWeights({ json, arrays }));
    },
    async probe(runId, trialNumber, probe) {
      const bytes = await artifacts.get(probeArtifact(team, runId, trialNumber, probe));
      return bytes && decodeProbe(bytes);
    },
    saveCheckpoint: (runId, trialNumber, checkpoint, refit) =>
      checkpoints.save(checkpointFolder(team, runId, trialNumber, refit), checkpoint),
    checkpoint: (runId, trialNumber, refit) =>
      checkpoints.find(checkpointFolder(team, runId, trialNumber, refit)),
  };
}

/** Beside the predictions of folds, so that it is forgotten with them. */
function probeArtifact(team: string, runId: string, trialNumber: number, probe: Probe): string {
  const what = sha256(canonicalJson(probe)).slice(0, 32);
  return `${predictionArtifact(team, runId)}probe-${trialNumber}-${what}`;
}

const KeptProbe = z.object({ cpuSeconds: z.number(), folds: z.number().int().nullable() });

/** What cannot be read is computed again. */
function decodeProbe(bytes: Uint8Array): ProbeResult | null {
  try {
    const { json, arrays } = decodeWeights(bytes);
    const { cpuSeconds, folds } = KeptProbe.parse(json);
    if (folds === null) return { predictions: null, cpuSeconds };
    const parts = Array.from({ length: folds }, (_, fold) => arrays[`${fold}`]);
    const isWhole = parts.every((part) => part instanceof Float32Array);
    return isWhole ? { predictions: parts as Float32Array<ArrayBuffer>[], cpuSeconds } : null;
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
  const starts = [predictionArtifact(team, runId), checkpointFolder(team, runId), shardFolder(team, runId)];
  for (const start of starts) {
    for (const name of await artifacts.list(start)) await artifacts.remove(name);
  }
}
