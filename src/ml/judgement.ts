/** What the engine says of a run's winner after its one look at the holdout: the numbers that a report is made of.
 *  Written by `ml/search/fit-final.ts`, stored as JSON, read by `report/`. */
import { z } from 'zod';
import { MetricName } from './experiment.ts';
import { CurvePoint, Family } from './tuning/trial.ts';

/** A score with its 95% interval. */
export const Interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

export const Scores = z.partialRecord(MetricName, Interval);
export type Scores = z.infer<typeof Scores>;

/** How often each class was taken for which: `counts[actual][predicted]`, rows and columns in class order. */
const Confusion = z.object({ classes: z.array(z.string()), counts: z.array(z.array(z.number().int())) });

/** Actual against predicted values of at most 2,000 holdout rows, evenly thinned. */
const Residuals = z.object({ actual: z.array(z.number()), predicted: z.array(z.number()) });

/** Loss of the ranking metric when a source column is shuffled on the holdout; positive means that it helps. */
export const Importance = z.object({
  column: z.string(),
  mean: z.number(),
  low: z.number(),
  high: z.number(),
});
export type Importance = z.infer<typeof Importance>;

/** Several trials as one model. */
const Ensemble = z.object({
  /** The heaviest first; weights sum to 1. */
  members: z.array(z.object({ trial: z.number().int(), family: Family, weight: z.number() })),
  /** Whether it is the run's model; else the best trial alone is, because the gain lies within noise. */
  kept: z.boolean(),
  /** Whether the members are combined by a fitted model in place of their weights. */
  stacked: z.boolean(),
  /** Trials that it was chosen from. */
  candidates: z.number().int(),
  /** Mean over the folds in the ranking metric, each fold by an ensemble that the others chose. */
  score: Interval,
  /** Of the same over the best trial, on rows out of fold, positive means better. */
  gain: Interval,
  /** Of the ensemble over the best trial on the holdout; null where it is not kept. */
  holdoutGain: Interval.nullable(),
});
export type Ensemble = z.infer<typeof Ensemble>;

export const Judgement = z.object({
  holdoutRows: z.number().int(),
  trainingRows: z.number().int(),
  /** Rows that the model for use was trained on: with the holdout, unless the plan says otherwise. */
  shippedRows: z.number().int(),
  /** In binary tasks the probability from which on a row is taken for the positive class, where the ranking metric asks
   *  for another than 0.5. */
  threshold: z.number().nullable(),
  /** Null where there was nothing to combine or a person wants a single model. */
  ensemble: Ensemble.nullable(),
  /** Rows left out because their target is missing. */
  droppedRows: z.number().int(),
  holdout: Scores,
  baseline: Scores,
  /** Winner minus baseline in the ranking metric, paired on the same rows; positive means the winner is better. */
  gain: Interval,
  confusion: Confusion.nullable(),
  residuals: Residuals.nullable(),
  /** Sorted by mean, largest first. */
  importance: z.array(Importance),
  curve: z.array(CurvePoint),
  bestStep: z.number().int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
});
export type Judgement = z.infer<typeof Judgement>;
