/** The legal hyperparameters of gradient boosting, as data: names as they stand in a plan, limits and defaults. */
import { z } from 'zod';
import { ClassWeight } from '../class-weights.ts';

export const GbdtParameters = z.strictObject({
  /** Boosting iterations at most; early stopping may end sooner. Each grows one tree, or one per class. */
  maxSteps: z.number().int().min(1).max(100_000).default(100),
  /** Shrinkage of each tree's leaf values. */
  learningRate: z.number().gt(0).max(1).default(0.1),
  maxLeaves: z.number().int().min(2).max(1024).default(31),
  /** Longest path from the root to a leaf; 0 means no limit but `maxLeaves`. */
  maxDepth: z.number().int().min(0).max(64).default(0),
  /** Bins of present values per feature. */
  maxBins: z.number().int().min(2).max(255).default(255),
  minSamplesLeaf: z.number().int().min(1).default(20),
  /** Least sum of hessians in a leaf. */
  minHessian: z.number().min(0).default(1e-3),
  /** A split must lower the (second-order) loss by more than this. */
  minGain: z.number().min(0).default(0),
  /** L1 penalty on leaf values: sums of gradients are drawn towards 0 by this much. */
  l1: z.number().min(0).default(0),
  /** L2 penalty on leaf values, added to the sum of hessians. */
  l2: z.number().min(0).default(0),
  /** Share of the rows that each step sees, drawn without replacement. */
  rowFraction: z.number().gt(0).max(1).default(1),
  /** Share of the features that each tree sees. */
  columnFraction: z.number().gt(0).max(1).default(1),
  /** Steps without a better validation loss after which the fit ends; 0 means never. */
  patience: z.number().int().min(0).default(0),
  /** Categories are ordered by gradient / (hessian + this), so that rare ones do not lead the order. */
  categoricalSmoothing: z.number().min(0).default(10),
  /** L2 penalty on top of `l2` where a set of categories is split off (LightGBM's cat_l2). */
  categoricalL2: z.number().min(0).default(0),
  /** Judges one random threshold per feature and node instead of all (LightGBM's extra_trees). */
  randomThresholds: z.boolean().default(false),
  /** What is minimised in regression; `auto` is the squared error. Classification minimises the log loss. */
  loss: z.enum(['auto', 'squared', 'absolute', 'huber', 'quantile', 'poisson']).default('auto'),
  /** The quantile that `quantile` predicts. */
  quantile: z.number().gt(0).lt(1).default(0.5),
  /** Residuals beyond this quantile of those of the median are treated as outliers by `huber`. */
  huberQuantile: z.number().gt(0).max(1).default(0.9),
  classWeight: ClassWeight.default('none'),
});
export type GbdtParameters = z.infer<typeof GbdtParameters>;
