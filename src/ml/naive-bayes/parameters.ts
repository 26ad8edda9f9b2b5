/** The legal hyperparameters of naive Bayes, as data: names as they stand in a plan, limits and defaults. */
import { z } from 'zod';

export const NaiveBayesParameters = z.strictObject({
  /** `multinomial` describes each class by its own rows; `complement` by the rows of all others, which is steadier
   *  where classes are of unlike size. */
  variant: z.enum(['multinomial', 'complement']).default('multinomial'),
  /** Additive smoothing: what is added to each feature's total in each class. Above 0, so that a word that a class was
   *  never seen with does not rule the class out. */
  alpha: z.number().min(1e-10).max(1e6).default(1),
});
export type NaiveBayesParameters = z.infer<typeof NaiveBayesParameters>;
