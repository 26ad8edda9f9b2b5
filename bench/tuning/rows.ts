/** What the tuning bench measures. */

export interface FunctionRow {
  readonly name: string;
  /** The lowest value there is. The others: the median over seeds of the lowest value found. */
  readonly minimum: number;
  readonly tpe: number;
  /** By version. */
  readonly optunaTpe: Readonly<Record<string, number>>;
  readonly random: number;
  readonly quasiRandom: number;
  /** Over five seeds; null where it was not measured. */
  readonly gaussianProcess: number | null;
}

export interface EpochRow {
  readonly seed: number;
  /** Every trial trained to its end; the best validation loss and all epochs. */
  readonly random: { readonly score: number; readonly epochs: number };
  /** The same settings and more of them, weak trials ended at rungs. */
  readonly asha: {
    readonly score: number;
    readonly epochs: number;
    /** Epochs until the loss of random search was reached; null if never. */
    readonly epochsToRandom: number | null;
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

/** What a pruner makes of one and the same number of folds. */
export interface PruningRow {
  readonly task: string;
  readonly seed: number;
  readonly pruner: string;
  /** Trials that the folds sufficed for. */
  readonly begun: number;
  /** Those of them that had enough rivals to be pruned. */
  readonly couldBePruned: number;
  readonly pruned: number;
  readonly afterOneFold: number;
  readonly metric: string;
  /** Score of the best trial over its folds. */
  readonly bestTrial: number;
  /** Of the model that the complete trials make. */
  readonly model: number;
}
