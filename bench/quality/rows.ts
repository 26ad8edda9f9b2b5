/** What the quality bench reads and measures. */

export interface DataSet {
  /** The file without `.csv`. */
  readonly name: string;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  /** What a greedy ensemble of 25 steps over the default models of scikit-learn and XGBoost reached in a 5-fold
   *  cross-validation, in the metric that decides. */
  readonly greedyEnsemble?: number;
}

export const DATA_SETS: readonly DataSet[] = [
  { name: 'telco_churn', target: 'churn', task: 'classification', greedyEnsemble: 0.4118 },
  { name: 'ames', target: 'Sale_Price', task: 'regression', greedyEnsemble: 23_700 },
  { name: 'hmda', target: 'deny', task: 'classification' },
  { name: 'letterrecognition', target: 'lettr', task: 'classification' },
  { name: 'diamonds', target: 'price', task: 'regression' },
  { name: 'penguins', target: 'species', task: 'classification' },
];

/** What decides; lower is better in both. */
export const METRIC_OF = { classification: 'log_loss', regression: 'rmse' } as const;
export type Metric = (typeof METRIC_OF)[DataSet['task']];

/** What `quality_judge.py` says of one model.
 *  @property scores    log_loss, accuracy and, with two classes, roc_auc; or rmse and r2.
 *  @property rowLosses log loss or squared error of each test row.
 *  @property failure   why there is no model; the scores are empty then. */
export interface Judged {
  readonly scores: Readonly<Record<string, number>>;
  readonly rowLosses: readonly number[];
  readonly seconds: number;
  readonly about: Readonly<Record<string, unknown>>;
  readonly failure?: string;
}

export type Peers = Readonly<Record<string, Judged>>;

/** @property ours       null where only peers were asked for; infinite where ours failed.
 *  @property best       the lowest value among the peers; `ratio` is ours over it.
 *  @property difference ours minus the best peer's, with a 95% interval of the paired bootstrap. */
export interface SetResult {
  readonly name: string;
  readonly metric: Metric;
  readonly ours: number | null;
  readonly peers: Readonly<Record<string, number>>;
  readonly best: number;
  readonly bestPeer: string;
  readonly ratio: number | null;
  readonly win: boolean;
  readonly difference: Difference | null;
  readonly details: Readonly<Record<string, Omit<Judged, 'rowLosses'>>>;
}

/** Of models that were each trained without the fold that they are judged on.
 *  @property standardError of `value`, by what single rows add to it. @property scores means over the folds. */
export interface OutOfFoldResult {
  readonly name: string;
  readonly metric: Metric;
  readonly folds: number;
  readonly value: number;
  readonly standardError: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly greedyEnsemble: number | null;
}

export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
