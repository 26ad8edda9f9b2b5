/** The report: what was learned from a run, as values. Tables, charts and sentences are made from it alone. */
import { z } from 'zod';
import { MetricName, Task } from '../ml/experiment.ts';
import { Forecast } from '../ml/forecast.ts';
import { ForecastPoint, Interval, Judgement } from '../ml/judgement.ts';
import { Parameters } from '../ml/tuning/distributions.ts';
import { CurvePoint, Family, Origin, TrialResult } from '../ml/tuning/trial.ts';
import { Change, ModelFolds } from '../plan/improvement.ts';

/** A finished trial as a row of the trial table. */
export const TrialRow = z.object({
  number: z.number().int(),
  family: Family,
  parameters: Parameters,
  origin: Origin,
  state: TrialResult.shape.state,
  reason: z.string(),
  /** Mean over the folds and its corrected resampled-t interval (Nadeau and Bengio 2003); null unless complete. */
  score: Interval.nullable(),
  /** Fold means of every other metric. */
  scores: z.partialRecord(MetricName, z.number()),
  seconds: z.number(),
  bestStep: z.number(),
});
export type TrialRow = z.infer<typeof TrialRow>;

/** The winner against the best trial of another family, on the same folds. */
export const Comparison = z.object({
  family: Family,
  trial: z.number().int(),
  /** How much better the winner is in the ranking metric: positive means better, whichever way the metric points.
   *  Mean over the paired folds with its corrected resampled-t interval. */
  gain: Interval,
});
export type Comparison = z.infer<typeof Comparison>;

/** The losses of one trial by step, averaged over its folds: `averageCurves` in curves.ts. */
export const FamilyCurve = z.object({
  family: Family,
  trial: z.number().int(),
  /** Mean of the steps that the folds kept. */
  bestStep: z.number(),
  points: z.array(CurvePoint),
});
export type FamilyCurve = z.infer<typeof FamilyCurve>;

export const Report = z.object({
  runId: z.string(),
  runNumber: z.number().int(),
  planId: z.string(),
  dataset: z.object({
    name: z.string(),
    hash: z.string(),
    rows: z.number().int(),
    columns: z.number().int(),
  }),
  task: Task,
  target: z.string(),
  classes: z.array(z.string()),
  metric: MetricName,
  winner: z.object({
    trial: z.number().int(),
    family: Family,
    parameters: Parameters,
  }),
  judgement: Judgement,
  /** Of the model in cross-validation: what the next run of the study is compared with. */
  modelFolds: ModelFolds.exactOptional(),
  /** Against the run that this one continued. */
  improvement: z
    .object({
      run: z.number().int(),
      /** How much better this run's model is over the folds, paired; positive means better. Null where the folds differ. */
      gain: Interval.nullable(),
      changes: z.array(Change),
    })
    .exactOptional(),
  /** Runs before this one whose models were judged on the same held-out rows. */
  looks: z.array(z.number().int()).exactOptional(),
  /** Of forecasts: what was asked for, and the values to come. */
  forecast: z
    .object({
      spec: Forecast,
      /** Of how many series there are values to come. */
      nSeries: z.number().int(),
      /** At most a dozen of them; none where columns that must be known ahead are not. */
      next: z.array(z.object({ series: z.string().nullable(), points: z.array(ForecastPoint) })),
    })
    .exactOptional(),
  /** That a row of what was learned is a recording, made of many rows of the data; absent where rows are rows. */
  recordings: z.literal(true).exactOptional(),
  trials: z.array(TrialRow),
  /** Of the best trial of each family, the winner's first. */
  curves: z.array(FamilyCurve),
  /** One for each other family that has a complete trial, closest rival first. */
  comparisons: z.array(Comparison).default([]),
  resources: z.object({
    wallSeconds: z.number(),
    cpuSeconds: z.number(),
    peakMemoryMb: z.number(),
    estimatedSeconds: z.number(),
    trialsPlanned: z.number().int(),
    trialsFinished: z.number().int(),
    /** Ended early, because they were clearly behind; absent where none was. */
    trialsPruned: z.number().int().exactOptional(),
  }),
  /** Why fewer trials than planned were run; null when the whole schedule was. */
  cutShort: z.string().nullable(),
  caveats: z.array(z.string()),
  nextSteps: z.array(z.string()),
  provenance: z.object({
    planHash: z.string(),
    seed: z.number().int(),
    approvedBy: z.string().nullable(),
    approvedAt: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
    startedAt: z.string(),
    endedAt: z.string(),
  }),
});
export type Report = z.infer<typeof Report>;
