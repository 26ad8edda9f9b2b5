/** Which rows are used for what; every list holds row numbers in rising order.
 *  Holdout and training divide all rows. The folds' validation rows divide the training rows, as often as folds are drawn:
 *  the folds of the first division come first. By time the oldest rows are only ever trained on, and rows in a gap are in no
 *  training part. */
export interface RowSplit {
  readonly holdout: Uint32Array;
  readonly training: Uint32Array;
  readonly folds: readonly Fold[];
}

export interface Fold {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}
