/** A model: a trained predictor with everything needed to use it, judge it and make it again. It consists of named
 *  files; where they lie (a folder, the artifacts) is up to whoever hands over `ModelStore`. */
import { z } from 'zod';
import { CalibrationMethod, MetricName, Task } from '../ml/experiment.ts';
import { Scores } from '../ml/judgement.ts';
import { Parameters } from '../ml/tuning/distributions.ts';
import { Family } from '../ml/tuning/trial.ts';
import { InputColumn } from './input-columns.ts';

/** `model.json`. */
export const ModelManifest = z.object({
  format: z.literal('modelwright-model-2'),
  /** For people: "churn, run 12". */
  name: z.string(),
  /** ISO 8601: when the run that made it ended. */
  createdAt: z.string(),
  task: Task,
  target: z.string(),
  /** In the order of the probabilities; empty in regression. */
  classes: z.array(z.string()),
  /** Of the heaviest member. */
  family: Family,
  parameters: Parameters,
  /** What it consists of, the heaviest first; a single model is one member of weight 1. */
  members: z.array(
    z.object({ trial: z.number().int(), family: Family, parameters: Parameters, weight: z.number() }),
  ),
  /** Rows that it was trained on. The scores are those of the version that had not seen the held-out rows. */
  trainedRows: z.number().int(),
  /** What corrects its probabilities; absent where nothing does. */
  calibrator: CalibrationMethod.exactOptional(),
  /** In binary tasks the probability from which on a row is taken for the positive class; null for 0.5. */
  threshold: z.number().nullable(),
  /** What a table must have to be predicted. */
  columns: z.array(InputColumn),
  metric: MetricName,
  holdout: Scores,
  baseline: Scores,
  provenance: z.object({
    runId: z.string(),
    trial: z.number().int(),
    planHash: z.string(),
    dataset: z.object({ name: z.string(), hash: z.string(), rows: z.number().int() }),
    seed: z.number().int(),
    approvedBy: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
  }),
  /** Every other file, with its size and SHA-256 (hex). */
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** Where a model's files lie. */
export interface ModelStore {
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is no such file. */
  get(name: string): Promise<Uint8Array | null>;
}
