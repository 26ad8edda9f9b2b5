/** The choices of preprocessing that a trial's setting can make, next to those of its estimator. */
import { z } from 'zod';
import type { Parameters } from '../tuning/distributions.ts';

export const PreprocessingParameters = z.strictObject({
  /** Training rows that a category needs to keep a place of its own; rarer ones share one. Default: 5 where a category
   *  gets a number of its own to be learned (one-hot, target encoding), 1 for the codes of the tree view. */
  minCategoryRows: z.number().int().min(1).max(1000).exactOptional(),
  /** Which categorical columns become the outcome's mean per category: those with more than 10 categories, all that
   *  have two, or none. Multiclass tasks with more than 10 classes have none. */
  targetEncoding: z.enum(['none', 'high', 'all']).default('none'),
  /** As if so many more training rows of the overall mean had each category. Default: by how much outcomes vary within
   *  the category and in all. */
  targetSmoothing: z.number().min(0).max(1000).exactOptional(),
  /** `cyclical`: month, day of the week and hour also as places on a circle. */
  dates: z.enum(['parts', 'cyclical']).default('parts'),
  /** How the dense view spreads numbers. The tree view, which only compares, leaves them as they are. `common`: all by one
   *  mean and one deviation, and without indicators of gaps, so that the pixels of an image remain one. */
  numericTransform: z.enum(['robust', 'quantile', 'power', 'smoothClip', 'common']).default('robust'),
  /** `facts`: lengths, punctuation and up to 100 frequent words; the others: the facts and TF-IDF numbers instead of the
   *  words. */
  text: z.enum(['facts', 'tfidf', 'hashed']).default('facts'),
  /** What TF-IDF counts: words and pairs of words, pieces of 3 to 5 characters within words, or half of each. */
  textNgrams: z.enum(['words', 'characters', 'both']).default('words'),
  /** At most so many TF-IDF numbers of each text column; tables with many rows get fewer. Default: 2048 in the dense
   *  view, 256 in the tree view. Hashing rounds down to a power of two. */
  textFeatures: z.number().int().min(16).max(16_384).exactOptional(),
  /** The meaning of each text as the numbers of a pretrained sentence encoder, beside what `text` makes of it: none, as
   *  vectors of length 1, or with numbers about as large as those of scaled columns. */
  sentences: z.enum(['none', 'unit', 'even']).default('none'),
  /** Pairs of columns that tell more together: crossed categories, or products, ratios and differences of numbers. */
  interactions: z.enum(['none', 'categorical', 'arithmetic', 'both']).default('none'),
  /** Means and deviations of numbers within the categories of the most telling columns, and how frequent those are. */
  aggregates: z.boolean().default(false),
  /** `grid`: the brightness of a coarse grid, all on one scale; `seen`: what a pretrained network sees, one number for each of
   *  its features; `whole`: every pixel from 0 to 255, for estimators that show pictures to a network themselves. */
  pictures: z.enum(['grid', 'seen', 'whole']).default('grid'),
  /** So many variants of every picture are learned from as well, where there are pictures. */
  variants: z.number().int().min(0).max(10).default(0),
  /** What becomes of a sequence: nothing, a few numbers that tell about it as a whole, or all of its moments in order, as
   *  networks for sequences read them. */
  sequences: z.enum(['none', 'summary', 'moments']).default('none'),
  /** Share of the features that is kept, the most telling ones; 1 keeps all and ranks none. */
  selectFeatures: z.number().gt(0).max(1).default(1),
});
export type PreprocessingParameters = z.infer<typeof PreprocessingParameters>;

/** A trial's parameters, divided into those of the pipeline and those of the estimator, which reads no other.
 *  @throws ZodError when a pipeline's parameter has an illegal value. */
export function splitParameters(parameters: Parameters): {
  preprocessing: PreprocessingParameters;
  estimator: Parameters;
} {
  const ours = new Set(Object.keys(PreprocessingParameters.shape));
  const entries = Object.entries(parameters);
  return {
    preprocessing: PreprocessingParameters.parse(
      Object.fromEntries(entries.filter(([name]) => ours.has(name))),
    ),
    estimator: Object.fromEntries(entries.filter(([name]) => !ours.has(name))),
  };
}
