/** What every estimator (baseline, linear, boosted trees, network) receives and returns, so that `ml/search` can
 *  treat them alike while they stay strangers to one another. */

import type { Task } from './experiment.ts';
import type { TreeSum } from './explainable.ts';
import type { HelperTask } from './kernel-helper.mjs';
import type { Random } from './random.ts';
import type { Parameters } from './tuning/distributions.ts';

/** A numeric design matrix, column by column.
 *  `columns[j]` is a Float64Array (nRows); NaN means missing (only the tree view of the data contains NaN).
 *  A `categorical` feature holds codes 0..nCategories-1; its order carries no meaning. */
export interface FeatureMatrix {
  readonly nRows: number;
  readonly features: readonly Feature[];
  readonly columns: readonly Float64Array[];
}

export interface Feature {
  /** Unique in the matrix, readable by a person, e.g. `contract=two_year`. */
  readonly name: string;
  /** The table column that it was made from: importances are summed per source. */
  readonly source: string;
  readonly kind: 'numeric' | 'categorical';
  readonly nCategories?: number;
  /** The only direction in which predictions may move as a numeric feature grows; 0 or absent for any. */
  readonly monotone?: -1 | 0 | 1;
}

/** Features with their known outcomes.
 *  @property target Float64Array (nRows): the value in regression, else the class index 0..nClasses-1.
 *  @property nClasses 1 in regression, 2 in binary tasks.
 *  @property weights Float64Array (nRows), finite, none negative, not all 0: how much each row counts, in what is
 *  learned and in mean losses. Only their ratios matter; a row of weight 0 might as well not be there. Without
 *  them all rows count alike. */
export interface TrainingSet {
  readonly task: Task;
  readonly nClasses: number;
  readonly features: FeatureMatrix;
  readonly target: Float64Array;
  readonly weights?: Float64Array;
}

/** One point of a training curve. `step` counts from 1: boosting iterations, epochs, or solver iterations.
 *  Losses are what the estimator minimises (log loss; squared error for regression), per row. */
export interface CurvePoint {
  readonly step: number;
  readonly trainLoss: number;
  readonly validationLoss?: number;
  /** Of networks: the mean joint norm of the epoch's gradients before clipping, and the rate of its last step. */
  readonly gradientNorm?: number;
  readonly learningRate?: number;
}

/** Threads that compute parts of a fit beside its own, on the memory that its kernels work in. What a fit results in does
 *  not depend on how many there are. */
export interface HelperThreads {
  /** How many, the fit's own thread not counted. */
  readonly size: number;
  /** CPU time that the fit's own thread has used so far, in seconds. */
  cpuSeconds(): number;
  /** Has each of them `help` with a task (`ml/kernel-helper.mjs`), and does not wait until they have come.
   *  @param tasks one per helper. @returns takes the helpers back once they have been let go. */
  start(tasks: readonly HelperTask[]): () => Promise<void>;
}

/** Who may train parts of the rows elsewhere, in other threads or on other machines. What a fit results in does not depend on
 *  them. */
export interface ShardWorkers {
  /** Once, before the first round. @param parts rows of the parts from the second one on, on shared memory. */
  open(parts: readonly SerialisedEstimator[]): Promise<void>;
  /** Offers these parts of a round; the first one is the caller's. */
  offer(round: SerialisedEstimator): Promise<void>;
  /** Each part of the round once, in any order: what it came to, or null where the caller computes it itself. Waits for
   *  somebody else no longer than that would take. */
  next(): Promise<{ readonly shard: number; readonly outcome: SerialisedEstimator | null }>;
  /** The fit is over. */
  close(): Promise<void>;
}

export interface FitOptions {
  /** Seed of everything random inside the fit. */
  readonly seed: number;
  /** Judged after every step; turns early stopping on where the parameters ask for it. */
  readonly validation?: TrainingSet;
  /** Called after every step; must not block. */
  readonly onStep?: (point: CurvePoint) => void;
  /** Asked between steps; once true, the fit ends early and returns what it has. */
  readonly shouldStop?: () => boolean;
  /** Varies one picture in place, whose pixels are the features of a row: asked for by networks whose setting varies pictures
   *  while they train. @param magnitude 0 (nothing changes) to 1. */
  readonly varyPicture?: (pixels: Float32Array, magnitude: number, random: Random) => void;
  /** Used by estimators that can share one fit between threads, where it is large enough to pay. */
  readonly helpers?: HelperThreads;
  /** Used by estimators whose parameters divide the rows into parts. */
  readonly shards?: ShardWorkers;
  /** Asked after every step, and told the whole state of the fit where it is due, by estimators that can go on from
   *  there. */
  readonly checkpoint?: {
    readonly isDue: (step: number) => boolean;
    readonly save: (state: SerialisedEstimator) => void;
  };
  /** A checkpoint of a fit on the same rows with the same parameters (but for `maxSteps`) and seed: the fit goes on
   *  after it and ends with what an undisturbed one would have, to the last bit. */
  readonly resumeFrom?: SerialisedEstimator;
}

export interface FittedEstimator {
  readonly curve: readonly CurvePoint[];
  /** The step whose weights or trees are kept: the best on validation, else the last. */
  readonly bestStep: number;
  /** Parameters that the fit chose itself by its validation rows. A refit without validation should use them in
   *  place of those that this fit was given; absent where nothing was chosen. */
  readonly chosen?: Parameters;
  /** @returns Float64Array (nRows × nOutputs), row-major. nOutputs = nClasses for classification (probabilities
   *  of each row sum to 1), 1 for regression. Never NaN, whatever the features hold. */
  predict(features: FeatureMatrix): Float64Array;
  /** There where the raw prediction (log-odds, class scores, the value or its logarithm) is a sum of trees. */
  readonly trees?: (features: FeatureMatrix) => TreeSum;
  /** Everything that `Estimator.restore` needs, in a form that survives a file: plain JSON and typed arrays. */
  serialise(): SerialisedEstimator;
}

export interface SerialisedEstimator {
  readonly json: unknown;
  readonly arrays: Readonly<
    Record<string, Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array>
  >;
}

export interface Estimator {
  /** Fits on all rows of `training`. Same inputs and seed: same result to the last bit. */
  fit(training: TrainingSet, parameters: Parameters, options: FitOptions): Promise<FittedEstimator>;
  /** The inverse of `serialise`: predicts identically, in any process. Throws on a form it does not know. */
  restore(serialised: SerialisedEstimator): Promise<FittedEstimator>;
}
