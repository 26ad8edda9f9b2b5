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

/** What reading the texts with a sentence encoder costs, once for a run. */
export const SentenceCost = z.object({
  /** Id of the encoder. */
  model: z.string(),
  /** Columns of free text. */
  columns: z.array(z.string()).min(1),
  /** Different texts in them. */
  texts: z.number().int(),
  /** On one thread. */
  seconds: z.number().nonnegative(),
});
export type SentenceCost = z.infer<typeof SentenceCost>;

/** What showing the pictures to a pretrained network costs, once for a run. */
export const PictureCost = z.object({
  /** Id of the network. */
  model: z.string(),
  /** As it is called in sentences. */
  name: z.string(),
  /** The column that holds the pictures. */
  column: z.string(),
  pictures: z.number().int(),
  /** Numbers that the network gives for each. */
  features: z.number().int(),
  /** Whether its last blocks can be trained further. */
  isTrainable: z.boolean(),
  /** On one thread. */
  seconds: z.number().nonnegative(),
});
export type PictureCost = z.infer<typeof PictureCost>;

export const Calibration = z.object({
  costs: z.array(FamilyCost),
  /** Absent where there are no texts or no encoder. */
  sentences: SentenceCost.exactOptional(),
  /** Absent where there are no pictures or no pretrained network. */
  pictures: PictureCost.exactOptional(),
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

/** On texts and pictures a pretrained network gains more than further trials do, up to this share of the time. */
const MOST_FOR_READING = 0.5;

/** Wall seconds of reading texts or pictures side by side. */
export function readingSeconds({ seconds }: { readonly seconds: number }, threads: number): number {
  return seconds / threads;
}

/** The least budget in which they are read with a pretrained network. */
export function leastForReading(cost: { readonly seconds: number }, threads: number): number {
  return Math.ceil(readingSeconds(cost, threads) / MOST_FOR_READING);
}
