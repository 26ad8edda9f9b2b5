/** What is learned of a run's model by training it again with one thing changed: how stable its score is, what each part of
 *  it is worth, and what more rows would bring. Made by `run/study-model.ts` and `ml/search/conclude-studies.ts`. */
import { z } from 'zod';
import { MetricName } from './experiment.ts';
import { Interval } from './judgement.ts';
import { Parameters } from './tuning/distributions.ts';
import { Family } from './tuning/trial.ts';

/** What is changed when a trial is trained again in its folds. */
export const Probe = z.discriminatedUnion('kind', [
  /** Another seed. */
  z.object({ kind: z.literal('repeat'), number: z.number().int().min(1) }),
  /** A part of the rows that the fold trains on. */
  z.object({ kind: z.literal('share'), share: z.number().gt(0).lt(1) }),
  /** Without these columns. */
  z.object({ kind: z.literal('columns'), without: z.array(z.string()).min(1) }),
  /** With these values in the setting. */
  z.object({ kind: z.literal('setting'), change: Parameters }),
]);
export type Probe = z.infer<typeof Probe>;

/** A part of the model that can be left out. */
export const Component = z.object({
  kind: z.enum(['columns', 'step', 'augmentation', 'member']),
  /** As people call it; empty for a member, which is called by its family and trial. */
  name: z.string(),
  member: z.object({ trial: z.number().int(), family: Family }).exactOptional(),
  /** Columns of which it consists; none but for columns. */
  columns: z.array(z.string()),
});
export type Component = z.infer<typeof Component>;

/** Whether the score differs between groups of rows by more than their numbers explain. */
export const Slices = z.object({
  column: z.string(),
  /** Its groups follow each other in time. */
  isTime: z.boolean(),
  groups: z.array(z.object({ group: z.string(), rows: z.number().int(), score: Interval })),
  /** Standard deviation of the groups' scores that the chance in their rows does not explain; 0 where it explains all. */
  spread: z.number(),
  pValue: z.number(),
  /** After Holm's correction for the columns that were looked at. */
  adjusted: z.number(),
});
export type Slices = z.infer<typeof Slices>;

export const Stability = z.object({
  /** One list for each seed, the run's own first; one score for each fold. */
  scores: z.array(z.array(z.number())),
  /** Of all of them. */
  mean: z.number(),
  /** Standard deviation of one fold's score where nothing but the seed differs. */
  seed: Interval,
  /** Of the mean over the folds, by the seed alone. */
  seedOfMean: z.number(),
  /** Parts of the variance of one fold's score: by the seed, by which rows happened to be judged, and what is left, which is
   *  by what the fold was trained on. */
  variance: z.object({ seed: z.number(), rows: z.number(), rest: z.number() }),
  slices: z.array(Slices),
});
export type Stability = z.infer<typeof Stability>;

export const Ablation = z.object({
  /** Of what was trained again, on the judged rows of its folds. */
  score: z.number(),
  /** Of the whole model, on the judged rows of all folds: what members are left out of. */
  modelScore: z.number(),
  rows: z.number().int(),
  /** The most useful first. */
  parts: z.array(
    Component.extend({
      /** Score of the rest. */
      without: z.number(),
      /** What the part brings, on the same rows: positive where the whole is better than the rest. Holds what another seed
       *  would change, where the rest was trained again. */
      gain: Interval,
      pValue: z.number(),
      /** After Holm's correction for all parts. */
      adjusted: z.number(),
    }),
  ),
});
export type Ablation = z.infer<typeof Ablation>;

export const LearningCurve = z.object({
  /** The fewest rows first. */
  sizes: z.array(z.object({ rows: z.number().int(), score: Interval })),
  /** Of the data, with a known outcome. */
  rows: z.number().int(),
  /** By the power law through the sizes, at so many rows; none with too few sizes or folds. */
  ahead: z.array(z.object({ rows: z.number().int(), score: Interval })),
  /** What the last doubling brought, over the folds; positive is better. */
  lastDoubling: Interval.nullable(),
  /** Which rows the smaller sizes are. */
  chosen: z.enum(['random', 'groups', 'newest']),
});
export type LearningCurve = z.infer<typeof LearningCurve>;

/** What was studied, and what was found; each null where it was not reached in time. */
export const Studies = z.object({
  metric: MetricName,
  /** The members that were trained again, the heaviest first. */
  members: z.array(z.object({ trial: z.number().int(), family: Family })),
  /** Of so many of the model. */
  of: z.number().int(),
  folds: z.number().int(),
  /** Trainings of a member in all folds; planned, and made before the time was over. */
  planned: z.number().int(),
  made: z.number().int(),
  cpuSeconds: z.number(),
  stability: Stability.nullable(),
  ablation: Ablation.nullable(),
  curve: LearningCurve.nullable(),
});
export type Studies = z.infer<typeof Studies>;

/** Why nothing was studied, and the budget from which on something would be; null where none would help. */
export const Unstudied = z.object({
  why: z.enum(['time', 'stopped']),
  leastBudgetSeconds: z.number().nullable(),
});
export type Unstudied = z.infer<typeof Unstudied>;
