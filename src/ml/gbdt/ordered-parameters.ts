/** The legal hyperparameters of ordered boosting, as data, and the learning rate that a fit chooses without one. */
import { z } from 'zod';
import { ClassWeight } from '../class-weights.ts';
import type { Task } from '../experiment.ts';
import { GbdtParameters } from './parameters.ts';

export const OrderedParameters = z.strictObject({
  /** Boosting iterations at most; early stopping may end sooner. Each grows one tree, or one per class. */
  maxSteps: z.number().int().min(1).max(100_000).default(1000),
  /** Shrinkage of each tree's leaf values; without one, `automaticLearningRate`. */
  learningRate: z.number().gt(0).max(1).optional(),
  /** Levels of each tree, and so at most 2^depth leaves. */
  depth: z.number().int().min(1).max(8).default(6),
  /** Bins of present values per numeric feature. */
  maxBins: z.number().int().min(2).max(255).default(255),
  /** Bins per column of statistics: few, since most of their detail is chance. */
  statisticBins: z.number().int().min(2).max(255).default(32),
  /** L2 penalty on leaf values, added to the sum of hessians. */
  l2: z.number().min(0).default(3),
  /** Noise on the scores of splits, in units of what chance alone gives; it fades as the model grows. */
  randomStrength: z.number().min(0).default(1),
  /** Rows weigh (-log u)^temperature in the choice of splits (Bayesian bootstrap, Rubin 1981); 0 for alike. */
  baggingTemperature: z.number().min(0).max(10).default(1),
  /** Share of the rows that splits are chosen by, drawn without replacement. Leaf values are those of all rows. */
  rowFraction: z.number().gt(0).max(1).default(1),
  /** Share of the columns that each tree sees. */
  columnFraction: z.number().gt(0).max(1).default(1),
  /** Categorical features of at most this many values are split value by value instead of by statistics: 15 as in
   *  pytabkit's tuned defaults. CatBoost's 2 gave 2 % larger errors on the Ames house prices. */
  oneHotMax: z.number().int().min(1).max(255).default(15),
  /** 2: pairs of categorical features get statistics too, ten at most. */
  combinations: z.union([z.literal(1), z.literal(2)]).default(1),
  /** Random orders of the rows that statistics are taken in; fewer where they would need more than 512 MB. */
  permutations: z.number().int().min(1).max(16).default(4),
  /** Steps without a better validation loss after which the fit ends; 0 means never. */
  patience: z.number().int().min(0).default(0),
  loss: GbdtParameters.shape.loss,
  quantile: GbdtParameters.shape.quantile,
  huberQuantile: GbdtParameters.shape.huberQuantile,
  classWeight: ClassWeight.default('none'),
});
export type OrderedParameters = z.infer<typeof OrderedParameters>;

/** CatBoost's rule: exp(slope log(rows) + level) × (steps / 1000)^power, 0.5 at most. The coefficients reproduce
 *  `learning_rate` as CatBoost 1.2.10 reports it for data of 300 and 5000 rows. */
const RULES: Readonly<Record<Task, Readonly<Record<'judged' | 'unjudged', readonly number[]>>>> = {
  binary: { judged: [0.247, -5.158, -0.435], unjudged: [0.427, -7.525, -0.917] },
  multiclass: { judged: [0.02, -2.364, -0.382], unjudged: [0.051, -2.889, -0.845] },
  regression: { judged: [0.157, -4.062, -0.61], unjudged: [0.158, -4.287, -0.813] },
};

/** @param isJudged whether validation rows end the fit. */
export function automaticLearningRate(
  task: Task,
  nRows: number,
  maxSteps: number,
  isJudged: boolean,
): number {
  const [slope, level, power] = RULES[task][isJudged ? 'judged' : 'unjudged'];
  return Math.min(0.5, Math.exp(slope * Math.log(Math.max(1, nRows)) + level) * (maxSteps / 1000) ** power);
}
