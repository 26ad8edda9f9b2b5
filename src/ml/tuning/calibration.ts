/** What a short test on the person's own data says about cost: the bridge from approved minutes to a fixed
 *  schedule of work. Measured by `ml/search/calibrate.ts`, read by `plan/`. */
import { z } from 'zod';
import { Family } from './trial.ts';

export const FamilyCost = z.object({
  family: Family,
  /** Wall seconds of one cross-validated trial of the default parameters at full size, on one thread. */
  secondsPerTrial: z.number().positive(),
  /** Wall seconds of the final refit, without the judging. */
  secondsPerRefit: z.number().positive(),
  memoryMb: z.number().positive(),
});
export type FamilyCost = z.infer<typeof FamilyCost>;

export const Calibration = z.object({
  costs: z.array(FamilyCost),
  /** Wall seconds of judging on the holdout: intervals and importances. */
  judgingSeconds: z.number().nonnegative(),
  /** How long the calibration itself took. */
  seconds: z.number().nonnegative(),
});
export type Calibration = z.infer<typeof Calibration>;

/** How many members an ensemble usually has, of those that it may have: what a run is planned with. */
export function usualMembers(most: number): number {
  return Math.ceil(0.6 * most);
}
