/** The table of metrics: what each is called, where it applies, which way is better, and how it is computed. */
import type { MetricName, Task } from '../experiment.ts';
import * as classification from './classification.ts';
import type { CountedMetric, JudgedRows } from './judged-rows.ts';
import * as ranking from './ranking.ts';
import * as regression from './regression.ts';

export interface MetricDefinition {
  /** As written in a sentence or a table head: 'AUC', 'log loss'. */
  readonly label: string;
  readonly tasks: readonly Task[];
  readonly greaterIsBetter: boolean;
  /** What it judges: class decisions, class probabilities, or predicted values. */
  readonly needs: 'labels' | 'probabilities' | 'values';
  /** One sentence for a person who has never met it. */
  readonly description: string;
  /** The least and the greatest value possible. */
  readonly range: readonly [number, number];
  /** How people say the value: as a fraction, in percent although it is stored as a fraction, or in the target's own
   *  unit. */
  readonly unit: 'fraction' | 'percent' | 'target';
  readonly compute:
    | { readonly from: 'confusion'; readonly metric: classification.ConfusionMetric }
    | { readonly from: 'ranking'; readonly metric: ranking.RankingMetric }
    | { readonly from: 'rows'; readonly prepare: (rows: JudgedRows) => CountedMetric };
}

const classes: readonly Task[] = ['binary', 'multiclass'];
const values: readonly Task[] = ['regression'];
const fromRows = (prepare: (rows: JudgedRows) => CountedMetric) => ({ from: 'rows', prepare }) as const;
const fromRanking = (metric: ranking.RankingMetric) => ({ from: 'ranking', metric }) as const;
const fromConfusion = (metric: classification.ConfusionMetric) => ({ from: 'confusion', metric }) as const;

export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = {
  roc_auc: {
    label: 'AUC',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'probabilities',
    description:
      'The chance that a random row of the class gets a higher probability than a random row outside it: 0.5 is guessing, 1 is perfect.',
    range: [0, 1],
    unit: 'fraction',
    compute: fromRanking(ranking.rocAuc),
  },
  average_precision: {
    label: 'average precision',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'probabilities',
    description:
      'The precision averaged over every possible cut-off; guessing gets the share of the class, 1 is perfect.',
    range: [0, 1],
    unit: 'fraction',
    compute: fromRanking(ranking.averagePrecision),
  },
  log_loss: {
    label: 'log loss',
    tasks: classes,
    greaterIsBetter: false,
    needs: 'probabilities',
    description:
      'How surprised the model is by what came true, on average; it punishes confident mistakes, and 0 is perfect.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'fraction',
    compute: fromRows(classification.logLoss),
  },
  brier_score: {
    label: 'Brier score',
    tasks: classes,
    greaterIsBetter: false,
    needs: 'probabilities',
    description: 'The mean squared distance between the probabilities and what came true; 0 is perfect.',
    range: [0, 2],
    unit: 'fraction',
    compute: fromRows(classification.brierScore),
  },
  accuracy: {
    label: 'accuracy',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description: 'The share of rows whose class was decided rightly.',
    range: [0, 1],
    unit: 'percent',
    compute: fromConfusion(classification.accuracy),
  },
  balanced_accuracy: {
    label: 'balanced accuracy',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description:
      'The share decided rightly within each class, averaged, so that a rare class counts as much.',
    range: [0, 1],
    unit: 'percent',
    compute: fromConfusion(classification.balancedAccuracy),
  },
  f1: {
    label: 'F1',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description:
      'The balance (harmonic mean) of precision and recall; with several classes, averaged over them.',
    range: [0, 1],
    unit: 'fraction',
    compute: fromConfusion(classification.f1),
  },
  mcc: {
    label: 'Matthews correlation',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description: 'The correlation between decided and actual classes: 0 is guessing, 1 is perfect.',
    range: [-1, 1],
    unit: 'fraction',
    compute: fromConfusion(classification.mcc),
  },
  precision: {
    label: 'precision',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description:
      'Of the rows taken for the class, the share that truly belong to it; with several classes, averaged over them.',
    range: [0, 1],
    unit: 'percent',
    compute: fromConfusion(classification.precision),
  },
  recall: {
    label: 'recall',
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description:
      'Of the rows that belong to the class, the share that was found; with several classes, averaged over them.',
    range: [0, 1],
    unit: 'percent',
    compute: fromConfusion(classification.recall),
  },
  cohen_kappa: {
    label: "Cohen's kappa",
    tasks: classes,
    greaterIsBetter: true,
    needs: 'labels',
    description:
      'The agreement of decided and actual classes beyond what chance would give: 0 is chance, 1 is perfect.',
    range: [-1, 1],
    unit: 'fraction',
    compute: fromConfusion(classification.cohenKappa),
  },
  precision_at_top_10: {
    label: 'precision at the top 10%',
    tasks: ['binary'],
    greaterIsBetter: true,
    needs: 'probabilities',
    description:
      'Of the tenth of the rows that the model is surest about, the share that truly belong to the class: what a team gets that has time for one row in ten.',
    range: [0, 1],
    unit: 'percent',
    compute: fromRanking(ranking.precisionAtTop(0.1)),
  },
  recall_at_top_10: {
    label: 'recall at the top 10%',
    tasks: ['binary'],
    greaterIsBetter: true,
    needs: 'probabilities',
    description:
      'The share of the class that is found among the tenth of the rows that the model is surest about.',
    range: [0, 1],
    unit: 'percent',
    compute: fromRanking(ranking.recallAtTop(0.1)),
  },
  precision_at_recall_80: {
    label: 'precision at 80% recall',
    tasks: ['binary'],
    greaterIsBetter: true,
    needs: 'probabilities',
    description:
      'The best precision of a cut-off that finds four in five rows of the class: how many false alarms that costs.',
    range: [0, 1],
    unit: 'percent',
    compute: fromRanking(ranking.precisionAtRecall(0.8)),
  },
  rmse: {
    label: 'RMSE',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'The typical size of an error in the units of the target, large errors weighing more (root of the mean square).',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'target',
    compute: fromRows(regression.rmse),
  },
  mae: {
    label: 'mean absolute error',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description: 'The average size of an error in the units of the target.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'target',
    compute: fromRows(regression.meanOf(regression.absoluteErrors)),
  },
  median_absolute_error: {
    label: 'median absolute error',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'Half of the errors are smaller than this, in the units of the target; outliers do not move it.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'target',
    compute: fromRows(regression.medianAbsoluteError),
  },
  r2: {
    label: 'R²',
    tasks: values,
    greaterIsBetter: true,
    needs: 'values',
    description:
      'The share of the variation in the target that the model explains: 0 is always predicting the mean, 1 is perfect.',
    range: [Number.NEGATIVE_INFINITY, 1],
    unit: 'fraction',
    compute: fromRows(regression.r2),
  },
  mape: {
    label: 'mean absolute percentage error',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'The average size of an error as a percentage of the true value; not meaningful when true values come near 0.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'percent',
    compute: fromRows(regression.meanOf(regression.relativeErrors)),
  },
  smape: {
    label: 'symmetric percentage error',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'The average size of an error as a percentage of the mean of the true and the predicted value, from 0 to 200%; unlike the plain one it stays bounded near 0.',
    range: [0, 2],
    unit: 'percent',
    compute: fromRows(regression.meanOf(regression.symmetricErrors)),
  },
  pinball_loss_90: {
    label: 'pinball loss at 90%',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'The average error where predicting too low costs nine times as much as predicting too high, in the units of the target.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'target',
    compute: fromRows(regression.meanOf(regression.pinballLosses(0.9))),
  },
  mase: {
    label: 'MASE',
    tasks: values,
    greaterIsBetter: false,
    needs: 'values',
    description:
      'The average size of a forecast error, in units of the error that repeating the last season made in the past: below 1 is better than that was, and series of all sizes count alike.',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'fraction',
    compute: fromRows(regression.meanOf(regression.scaledErrors)),
  },
};

/** The metrics that a report shows for a task, the default ranking metric first. */
const REPORTED: Readonly<Record<Task, readonly [MetricName, ...MetricName[]]>> = {
  binary: [
    'roc_auc',
    'average_precision',
    'log_loss',
    'brier_score',
    'accuracy',
    'balanced_accuracy',
    'f1',
    'precision',
    'recall',
    'mcc',
    'cohen_kappa',
    'precision_at_top_10',
    'recall_at_top_10',
    'precision_at_recall_80',
  ],
  multiclass: [
    'log_loss',
    'accuracy',
    'balanced_accuracy',
    'f1',
    'precision',
    'recall',
    'mcc',
    'cohen_kappa',
    'roc_auc',
    'average_precision',
    'brier_score',
  ],
  // mape is left to those who ask for it: one target near zero makes it meaningless
  regression: ['rmse', 'mae', 'median_absolute_error', 'r2', 'smape'],
};

/** What a report shows for a task, in order; the first is `defaultMetric(task)`. */
export function metricsFor(task: Task): readonly MetricName[] {
  return REPORTED[task];
}

/** What a report shows of a forecast, in order. */
export const FORECAST_METRICS: readonly [MetricName, ...MetricName[]] = ['mase', 'mae', 'rmse'];

/** What trials are ranked by unless a person chooses otherwise. */
export function defaultMetric(task: Task): MetricName {
  return REPORTED[task][0];
}

/** Whether score `a` beats score `b`. An undefined score (NaN) beats nothing and is beaten by every number. */
export function isBetter(metric: MetricName, a: number, b: number): boolean {
  if (Number.isNaN(b)) return !Number.isNaN(a);
  return METRICS[metric].greaterIsBetter ? a > b : a < b;
}

/** Whether a cut-off of probabilities can be chosen for the metric in binary tasks. Not for precision or recall alone:
 *  each is best where the other is worthless. */
export function hasThreshold(metric: MetricName): boolean {
  return CHOOSABLE.has(metric);
}

/** Whether the metric of a few rows has few values, so that resamples fall on the same ones: corrections of their
 *  percentiles, which a smooth score is made better by, make it worse (decision 31). */
export function goesInSteps(metric: MetricName): boolean {
  return STEPWISE.has(metric);
}

const STEPWISE: ReadonlySet<MetricName> = new Set(['recall_at_top_10', 'precision_at_top_10']);

const CHOOSABLE: ReadonlySet<MetricName> = new Set([
  'accuracy',
  'balanced_accuracy',
  'f1',
  'mcc',
  'cohen_kappa',
]);
