/** A trial: one candidate with one hyperparameter setting, before and after it was evaluated. */
import { z } from 'zod';
import { MetricName } from '../experiment.ts';
import { Parameters } from './distributions.ts';

/** The model families a plan can name. */
export const Family = z.enum([
  'baseline',
  'seasonal_naive',
  'ets',
  'linear',
  'gbdt',
  'ordered',
  'extra_trees',
  'random_forest',
  'mlp',
  'realmlp',
  'tabm',
  'neighbours',
  'naive_bayes',
  'cnn',
  'resnet',
  'backbone',
  'backbone_tuned',
  'tcn',
]);
export type Family = z.infer<typeof Family>;

/** Families whose steps are epochs. */
export const NETWORKS: ReadonlySet<Family> = new Set([
  'mlp',
  'realmlp',
  'tabm',
  'cnn',
  'resnet',
  'backbone',
  'backbone_tuned',
  'tcn',
]);

/** Families that build on a pretrained network for images, which a person has to name. */
export const PRETRAINED: ReadonlySet<Family> = new Set(['backbone', 'backbone_tuned']);

/** Where a trial's setting comes from: a strong default, a trial of an earlier run as it was or changed by what that run
 *  showed, or the sampler. */
export const Origin = z.enum(['default', 'earlier', 'changed', 'sampled']);
export type Origin = z.infer<typeof Origin>;

/** What ends a trial after some of its folds. */
export const PrunerName = z.enum(['none', 'median', 'race']);
export type PrunerName = z.infer<typeof PrunerName>;

/** What a trial must keep up with. */
export const Race = z.object({
  pruner: PrunerName,
  /** Scores of complete trials in each fold, in the ranking metric. */
  rivals: z.array(z.array(z.number())),
});
export type Race = z.infer<typeof Race>;

/** What a trial is asked to do; a pure function of plan, number and the results of the trials that its schedule knows. */
export const TrialSpec = z.object({
  /** Counts from 0 in the order of the schedule. */
  number: z.number().int().min(0),
  family: Family,
  parameters: Parameters,
  origin: Origin,
  seed: z.number().int(),
  /** What it must keep up with; absent where it is not ended early. */
  race: Race.exactOptional(),
});
export type TrialSpec = z.infer<typeof TrialSpec>;

export const CurvePoint = z.object({
  step: z.number().int(),
  trainLoss: z.number(),
  validationLoss: z.number().optional(),
  gradientNorm: z.number().exactOptional(),
  learningRate: z.number().exactOptional(),
});

/** The score of one fold; the unit that a killed trial resumes from. */
export const FoldResult = z.object({
  fold: z.number().int().min(0),
  scores: z.partialRecord(MetricName, z.number()),
  bestStep: z.number().int(),
  /** Parameters that the fit chose itself on rows set aside for it (a regularisation on a path); absent without any. */
  chosen: Parameters.optional(),
  /** Per-step losses of this fold, thinned to at most 200 points. */
  curve: z.array(CurvePoint),
  fitSeconds: z.number(),
  rowsTrained: z.number().int(),
  rowsJudged: z.number().int(),
});
export type FoldResult = z.infer<typeof FoldResult>;

export const TrialResult = z.object({
  number: z.number().int().min(0),
  /** `pruned`: ended after some folds, because it was clearly behind. */
  state: z.enum(['complete', 'failed', 'stopped', 'pruned']),
  /** Why it ended, as a sentence for the trial table: "all 5 folds scored", "loss became NaN in fold 2"... */
  reason: z.string(),
  folds: z.array(FoldResult),
  /** Mean of the ranking metric over the folds; null unless complete. */
  score: z.number().nullable(),
  seconds: z.number(),
  cpuSeconds: z.number(),
});
export type TrialResult = z.infer<typeof TrialResult>;
