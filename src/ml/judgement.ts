/** What the engine says of a run's winner after its one look at the holdout: the numbers that a report is made of.
 *  Written by `ml/search/fit-final.ts`, stored as JSON, read by `report/`. */
import { z } from 'zod';
import { MetricName } from './experiment.ts';
import { CurvePoint } from './tuning/trial.ts';

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

export const Judgement = z.object({
  holdoutRows: z.number().int(),
  trainingRows: z.number().int(),
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
