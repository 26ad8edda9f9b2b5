import { Random } from '../../random.ts';
import type { Parameters, SearchSpace } from '../distributions.ts';
import { buildSetting } from '../settings.ts';
import { fromUnit } from '../unit-interval.ts';
import { haltonCoordinate, primes } from './halton.ts';
import type { Sampler } from './sampler.ts';

/** Points of a randomised Halton sequence: they cover the space more evenly than independent draws do (Bergstra and
 *  Bengio 2012, section 4), each as likely to be anywhere as a random one. */
export const quasiRandomSampler: Sampler = {
  label: 'quasi-random search',
  learns: false,
  suggest: ({ space, seed, number }) => quasiRandomSetting(space, seed, number),
};

/** @param number of the point in the sequence of this seed. */
export function quasiRandomSetting(space: SearchSpace, seed: number, number: number): Parameters {
  const names = Object.keys(space);
  const bases = new Map(primes(names.length).map((prime, i) => [names[i], prime]));
  return buildSetting(space, (name, distribution) => {
    const random = new Random(seed).derive('halton', name);
    return fromUnit(distribution, haltonCoordinate(number, bases.get(name) as number, random));
  });
}
