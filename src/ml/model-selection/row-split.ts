/** Which rows are used for what; every list holds row numbers in rising order.
 *  Holdout and training divide all rows. The folds' validation rows divide the training rows, except by time, where
 *  the oldest rows are only ever trained on. */
export interface RowSplit {
  readonly holdout: Uint32Array;
  readonly training: Uint32Array;
  readonly folds: readonly Fold[];
}

interface Fold {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}
