import { Random } from '../../random.ts';
import type { Parameters, SearchSpace } from '../distributions.ts';
import { buildSetting } from '../settings.ts';
import { fromUnit } from '../unit-interval.ts';
import type { Sampler } from './sampler.ts';

/** Every parameter independently (Bergstra and Bengio 2012). */
export const randomSampler: Sampler = {
  label: 'random search',
  learns: false,
  suggest: ({ space, seed, number }) => drawSetting(space, new Random(seed).derive(number)),
};

/** Takes one number from `random` and gives each parameter its own stream by name, so that the n-th setting of a
 *  seed does not depend on the order of the parameters, and a parameter added to the space leaves the others'
 *  values as they were. */
export function drawSetting(space: SearchSpace, random: Random): Parameters {
  const setting = new Random(random.uint32());
  return buildSetting(space, (name, distribution) => fromUnit(distribution, setting.derive(name).uniform()));
}
