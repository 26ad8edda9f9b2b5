import { Random } from '../random.ts';
import type { Distribution, Parameters, ParameterValue, SearchSpace } from './distributions.ts';

/** Draws one setting from a space, every parameter independently (Bergstra and Bengio 2012).
 *
 *  Takes one number from `random` and gives each parameter its own stream by name, so that the n-th setting of a
 *  seed does not depend on the order of the parameters, and a parameter added to the space leaves the others'
 *  values as they were.
 *  @param space a sound space, see `checkSpace`. */
export function sampleParameters(space: SearchSpace, random: Random): Parameters {
  const setting = new Random(random.uint32());
  return Object.fromEntries(
    Object.entries(space).map(([name, distribution]) => [name, draw(distribution, setting.derive(name))]),
  );
}

function draw(distribution: Distribution, random: Random): ParameterValue {
  if (distribution.kind === 'categorical') {
    return distribution.choices[random.integer(distribution.choices.length)] as ParameterValue;
  }
  const { kind, low, high, log } = distribution;
  if (kind === 'float') {
    const value = log ? logUniform(low, high, random) : low + random.uniform() * (high - low);
    return clamp(value, low, high);
  }
  if (!log) return low + random.integer(high - low + 1);
  // Half a step wider on both sides, so that the end values are as likely as their neighbours (as Optuna does).
  return clamp(Math.round(logUniform(low - 0.5, high + 0.5, random)), low, high);
}

function logUniform(low: number, high: number, random: Random): number {
  return Math.exp(Math.log(low) + random.uniform() * (Math.log(high) - Math.log(low)));
}

/** Rounding in the last bit must not leave the range. */
function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
