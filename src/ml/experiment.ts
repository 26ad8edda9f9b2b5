/** What is to be learned from a table, how it is split, and how it is judged: the part of a plan that the engine
 *  reads. Everything here crosses a process (plan file, database row, worker thread), so each type is inferred
 *  from its schema. */
import { z } from 'zod';
import { Forecast } from './forecast.ts';
import { Gap } from './gap.ts';
import { Windows } from './windows.ts';

export const Task = z.enum(['binary', 'multiclass', 'regression']);
export type Task = z.infer<typeof Task>;

/** Names follow scikit-learn: `_score`-like names go up, `*_loss`, `*_error` and `rmse`, `mae` go down;
 *  `ml/metrics/registry.ts` holds direction, label and definition of each. */
export const MetricName = z.enum([
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier_score',
  'accuracy',
  'balanced_accuracy',
  'f1',
  'mcc',
  'precision',
  'recall',
  'cohen_kappa',
  'precision_at_top_10',
  'recall_at_top_10',
  'precision_at_recall_80',
  'rmse',
  'mae',
  'median_absolute_error',
  'r2',
  'mape',
  'smape',
  'pinball_loss_90',
  'mase',
]);
export type MetricName = z.infer<typeof MetricName>;

/** How rows are divided. The holdout is set aside first and looked at once; folds divide what remains.
 *  - stratified: every part has the target's class shares (or, in regression, its quantile shares);
 *  - group: all rows of one value of `column` fall into one part;
 *  - time: parts are ordered by `column`; training rows always precede the rows they are judged on, by more than the gap
 *    where there is one. */
export const Split = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stratified') }),
  z.object({ kind: z.literal('random') }),
  z.object({ kind: z.literal('group'), column: z.string() }),
  z.object({ kind: z.literal('time'), column: z.string(), gap: Gap.exactOptional() }),
]);
export type Split = z.infer<typeof Split>;

/** Times that folds may be drawn. */
export const MOST_REPEATS = 20;

/** How probabilities are made to mean what they say: `ml/calibration/`. */
export const CalibrationMethod = z.enum(['temperature', 'platt', 'isotonic']);
export type CalibrationMethod = z.infer<typeof CalibrationMethod>;

/** `choose`: whichever is clearly better on rows that it was not fitted on, or none. */
export const Recalibration = z.enum(['choose', 'none', ...CalibrationMethod.options]);
export type Recalibration = z.infer<typeof Recalibration>;

/** What mistakes cost, in a person's own currency. */
export const Costs = z.object({
  /** One row of the positive class that is not acted on. */
  missed: z.number().positive(),
  /** One other row that is. */
  falseAlarm: z.number().positive(),
});
export type Costs = z.infer<typeof Costs>;

export const Experiment = z.object({
  target: z.string(),
  task: Task,
  /** Class labels in the order of the class indices 0..n-1, as written in the file; empty for regression. */
  classes: z.array(z.string()),
  /** In binary tasks the class that probabilities, recall and precision speak of: always `classes[1]`. */
  positiveClass: z.string().nullable(),
  /** Columns that models may see, in table order; the target is never among them. */
  features: z.array(z.string()).min(1),
  /** The metric that trials are ranked by. */
  metric: MetricName,
  split: Split,
  holdoutFraction: z.number().gt(0).lt(1),
  folds: z.number().int().min(2).max(20),
  /** How often the folds are drawn, each time differently; once where absent. Time divides rows in one way only. */
  repeats: z.number().int().min(2).max(MOST_REPEATS).exactOptional(),
  /** Outer folds of the nested cross-validation that the whole choice is judged by, beside the holdout; none where absent. */
  nested: z.number().int().min(2).max(20).exactOptional(),
  /** Whether the run may end with several trials as one model, or must with the best one. */
  finish: z.enum(['ensemble', 'single']).default('ensemble'),
  /** Different trials that an ensemble holds at most: each is trained again at the end. */
  members: z.number().int().min(1).max(25).default(8),
  /** What the model that people get was trained on, once it has been judged: every row, or the training rows alone, so
   *  that the scores are those of the very model. */
  refit: z.enum(['all', 'training']).default('all'),
  /** Absent where values are predicted, and in plans of earlier versions: probabilities stay as the model says them. */
  recalibration: Recalibration.exactOptional(),
  /** In binary tasks: what the cut-off follows from where the ranking metric decides by none. */
  costs: Costs.exactOptional(),
  /** Columns that a person called sensitive: how their groups are treated is reported. */
  sensitive: z.array(z.string()).exactOptional(),
  /** There in forecasts: the rows are those of `ml/forecasting/forecast-rows.ts`, and so are the features. */
  forecast: Forecast.exactOptional(),
  /** There where rows are recordings: they are those of `ml/windowing/window-rows.ts`, and so are the features. */
  windows: Windows.exactOptional(),
  /** Seed of the split, of the sampler and of every trial. */
  seed: z.number().int().min(0).max(0xffffffff),
});
export type Experiment = z.infer<typeof Experiment>;

/** Fits of a trial: its folds, as often as they are drawn. */
export function foldsPerTrial({ folds, repeats = 1 }: Pick<Experiment, 'folds' | 'repeats'>): number {
  return folds * repeats;
}

/** How training rows are divided into folds. */
export function divisionOf({ folds, repeats }: Experiment): Pick<Experiment, 'folds' | 'repeats'> {
  return { folds, ...(repeats !== undefined && { repeats }) };
}
