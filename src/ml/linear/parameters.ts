/** The legal hyperparameters of linear models, as data: names as they stand in a plan, limits and defaults. */
import { z } from 'zod';
import { ClassWeight } from '../class-weights.ts';

export const LinearParameters = z.strictObject({
  /** Lambda: the objective is the mean loss + lambda × (l1Ratio × |w|₁ + (1 - l1Ratio) / 2 × |w|²), over the
   *  coefficients without intercepts. For the squared error the mean loss is that of half the square, of the target
   *  scaled to unit variance, so that the same lambda means the same whatever the target's unit is.
   *  scikit-learn's C is 1 / (lambda × nRows), its Ridge's alpha lambda × nRows. Not used where a path is walked. */
  regularisation: z.number().min(0).default(1e-3),
  /** Share of the penalty on absolute values, which sets coefficients to exactly zero; 0 is ridge, 1 the lasso. */
  l1Ratio: z.number().min(0).max(1).default(0),
  /** Lambdas of the regularisation path. From 2 on, a fit with validation rows chooses lambda by their loss; a fit
   *  without such rows takes `regularisation` as it is. */
  pathLength: z.number().int().min(1).max(1000).default(1),
  /** The last lambda of the path, as a share of the first. */
  pathRatio: z.number().gt(0).lt(1).default(1e-5),
  /** `balanced` is for classes only. */
  classWeight: ClassWeight.default('none'),
  /** Solver iterations at most; on a path, for each lambda. */
  maxSteps: z.number().int().min(1).max(100_000).default(200),
  /** The solver ends once no component of the objective's gradient is larger, in the coefficients of standardised
   *  features. */
  tolerance: z.number().gt(0).default(1e-5),
});
export type LinearParameters = z.infer<typeof LinearParameters>;
