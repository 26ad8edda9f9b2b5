/** The legal hyperparameters of forests, as data: names as they stand in a plan, limits and defaults. */
import { z } from 'zod';
import { ClassWeight } from '../class-weights.ts';

export const ForestParameters = z.strictObject({
  /** Trees. */
  maxSteps: z.number().int().min(1).max(10_000).default(300),
  /** Judges one random threshold per feature instead of all (extremely randomised trees, Geurts et al. 2006). */
  randomThresholds: z.boolean().default(false),
  /** Grows each tree from as many rows as there are, drawn with replacement; without, from all. */
  bootstrap: z.boolean().default(true),
  /** Share of the features that each node tries; `sqrt` for the square root of their number, `auto` for that with classes
   *  and for a third in regression (Breiman 2001). Where few of many features matter, more are better. */
  maxFeatures: z.union([z.enum(['auto', 'sqrt']), z.number().gt(0).max(1)]).default('auto'),
  minSamplesLeaf: z.number().int().min(1).max(1_000_000).default(1),
  /** Longest path from the root to a leaf; 0 means no limit. */
  maxDepth: z.number().int().min(0).max(10_000).default(0),
  /** With a limit the split that gains most comes first; 0 means no limit. */
  maxLeaves: z.number().int().min(0).max(4096).default(0),
  /** Bins of present values per feature. */
  maxBins: z.number().int().min(2).max(255).default(255),
  /** Classes only: how many further trees the shares of the classes in the whole training set count as. Above 0, so that
   *  no class is impossible and no log loss infinite. */
  smoothing: z.number().min(1e-6).max(1000).default(1),
  classWeight: ClassWeight.default('none'),
});
export type ForestParameters = z.infer<typeof ForestParameters>;
