/** What the engine says of a run's model after its one look at the holdout: the numbers that a report is made of.
 *  Written by `ml/search/judge.ts`, stored as JSON, read by `report/`. */
import { z } from 'zod';
import { CalibrationMethod, MetricName, Recalibration } from './experiment.ts';
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

/** A trial's part in a model. Weights sum to 1. */
export const Member = z.object({ trial: z.number().int(), family: Family, weight: z.number().positive() });
export type Member = z.infer<typeof Member>;

/** Several trials as one model, whether or not they became the run's. */
export const EnsembleJudgement = z.object({
  /** The heaviest first. */
  members: z.array(Member),
  /** Whether it is the run's model; if not, the best trial alone is. */
  kept: z.boolean(),
  /** Whether a stacker combines the members in place of their weights. */
  stacked: z.boolean(),
  /** In the ranking metric, mean over the folds; each fold judges an ensemble that the other folds chose. */
  score: Interval,
  /** Of which `score` is the mean; absent in reports of earlier versions. */
  foldScores: z.array(z.number()).exactOptional(),
  /** Of the same over the best trial alone; positive means better. */
  outOfFoldGain: Interval,
  /** Over the best trial alone on the holdout; null where it was not kept, since then nobody trained it. */
  holdoutGain: Interval.nullable(),
  /** Trials that it was chosen from. */
  candidates: z.number().int(),
});
export type EnsembleJudgement = z.infer<typeof EnsembleJudgement>;

/** How the model's probabilities were made to mean what they say. Gains are the log loss that is saved per row; positive
 *  means better. */
export const RecalibrationJudgement = z.object({
  /** By the plan. */
  wanted: Recalibration,
  /** Null: they are as the model says them. */
  taken: CalibrationMethod.nullable(),
  /** Each on rows of the folds that it was not fitted on; the simplest first. */
  tried: z.array(z.object({ method: CalibrationMethod, gain: Interval })),
  /** Of the folds. */
  rows: z.number().int(),
  /** Of the one that was taken, on the held-out rows; null where none was. */
  holdoutGain: Interval.nullable(),
});
export type RecalibrationJudgement = z.infer<typeof RecalibrationJudgement>;

/** A forecast value beside what came, with its interval. @property time milliseconds since 1970. */
export const ForecastPoint = z.object({
  time: z.number(),
  /** Null where it is not known. */
  actual: z.number().nullable(),
  forecast: z.number(),
  /** Ends of the 80% and of the 95% interval, from the lowest to the highest. */
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
export type ForecastPoint = z.infer<typeof ForecastPoint>;

/** What only forecasts have. Errors are in scales, as in MASE. */
export const ForecastJudgement = z.object({
  /** Forecasts of a whole horizon that were judged, each made at another moment or of another series. */
  windows: z.number().int(),
  /** Of the values that were judged, milliseconds since 1970. */
  firstMs: z.number(),
  lastMs: z.number(),
  /** Mean absolute errors of the model and of the seasonal naive forecast, one step ahead first. */
  bySteps: z.array(z.object({ model: z.number(), baseline: z.number() })),
  /** Share of the values that the interval of each share holds. */
  coverage: z.array(z.object({ wanted: z.number(), held: Interval })),
  /** Mean over the quantiles of the forecast: what intervals cost that are too wide or too narrow. */
  pinball: Interval,
  /** Of one series: the newest windows, the earliest first, and the values that came from some time before them on. */
  example: z.object({
    series: z.string().nullable(),
    actual: z.array(z.object({ time: z.number(), value: z.number() })),
    windows: z.array(z.array(ForecastPoint)),
  }),
});
export type ForecastJudgement = z.infer<typeof ForecastJudgement>;

/** The whole choice, made anew on each outer part of the rows and judged on the rest (`ml/search/nested.ts`). */
export const NestedJudgement = z.object({
  /** Outer folds. */
  folds: z.number().int(),
  /** That were judged, in all of them together. */
  rows: z.number().int(),
  /** Trials that each fold chose from, at most. */
  candidates: z.number().int(),
  /** Mean over the outer folds. */
  scores: Scores,
  baseline: Scores,
  /** Model minus baseline in the ranking metric, paired by fold; positive means the model is better. Null where the baseline
   *  has no such score. */
  gain: Interval.nullable(),
  /** In the ranking metric, by outer fold. */
  foldScores: z.array(z.number()),
});
export type NestedJudgement = z.infer<typeof NestedJudgement>;

export const Judgement = z.object({
  holdoutRows: z.number().int(),
  trainingRows: z.number().int(),
  /** What the model that people get was trained on, once this one was judged: every row with a known outcome, or the
   *  training rows alone. */
  shippedRows: z.number().int(),
  /** Rows left out because their target is missing. */
  droppedRows: z.number().int(),
  holdout: Scores,
  baseline: Scores,
  /** Model minus baseline in the ranking metric, paired on the same rows; positive means the model is better. */
  gain: Interval,
  /** There where the plan has it; null where it could not be made. */
  nested: NestedJudgement.nullable().exactOptional(),
  /** Null where there was nothing to combine, or the person wanted one model. */
  ensemble: EnsembleJudgement.nullable(),
  /** From which probability on a row is taken for the positive class; null for the usual 0.5. */
  threshold: z.number().nullable(),
  /** Absent where values are predicted, and in reports of earlier versions. */
  recalibration: RecalibrationJudgement.exactOptional(),
  confusion: Confusion.nullable(),
  residuals: Residuals.nullable(),
  forecast: ForecastJudgement.exactOptional(),
  /** Sorted by mean, largest first. */
  importance: z.array(Importance),
  /** Of the refit of the heaviest member. */
  curve: z.array(CurvePoint),
  bestStep: z.number().int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
});
export type Judgement = z.infer<typeof Judgement>;
