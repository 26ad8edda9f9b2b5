/** Fewer training steps for a family whose usual number does not fit the time. */
import type { Distribution, Parameters, SearchSpace } from '../ml/tuning/distributions.ts';

/** Boosting diverges in spirit above this: single trees would decide. */
const MOST_LEARNING_RATE = 0.3;
const FEWEST_STEPS = 10;

/** The setting with its steps cut to `share`. In boosting, fewer trees each get a larger say, so that they can come
 *  about as far (Friedman 2001, section 5: the number of trees and the shrinkage trade off).
 *  @param share in (0, 1]. */
export function shortenParameters(parameters: Parameters, share: number): Parameters {
  const { maxSteps, learningRate } = parameters;
  if (share === 1 || typeof maxSteps !== 'number') return parameters;
  return {
    ...parameters,
    maxSteps: Math.max(FEWEST_STEPS, Math.round(maxSteps * share)),
    ...(isBoosting(parameters) && typeof learningRate === 'number'
      ? { learningRate: Math.min(MOST_LEARNING_RATE, learningRate / share) }
      : {}),
  };
}

/** The space around a shortened setting. @param parameters the family's usual first setting. */
export function shortenSpace(space: SearchSpace, parameters: Parameters, share: number): SearchSpace {
  const { learningRate } = space;
  if (share === 1 || !isBoosting(parameters) || learningRate?.kind !== 'float') return space;
  const raised: Distribution = {
    ...learningRate,
    low: Math.min(MOST_LEARNING_RATE, learningRate.low / share),
    high: Math.min(MOST_LEARNING_RATE, learningRate.high / share),
  };
  return { ...space, learningRate: raised };
}

/** Boosted trees have leaves or a depth; a network's learning rate does not depend on its number of epochs in this way. */
function isBoosting(parameters: Parameters): boolean {
  return 'maxLeaves' in parameters || 'depth' in parameters;
}
