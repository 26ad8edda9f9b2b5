import { normalCdf, normalDensity } from '../normal.ts';
import type { Belief } from './regression.ts';

/** The logarithm of how much lower than `best` a value is expected to be, counting higher ones as equal to it (Jones et
 *  al. 1998), without underflow where that is next to nothing (Ament et al. 2023). */
export function logExpectedImprovement({ mean, sd }: Belief, best: number): number {
  const z = (best - mean) / sd;
  return Math.log(sd) + logImprovement(z);
}

/** log(density(z) + z cdf(z)). */
function logImprovement(z: number): number {
  if (z > -20) return Math.log(normalDensity(z) + z * normalCdf(z));
  // The first terms of the asymptotic series: density(z) (1 / z^2 - 3 / z^4 + 15 / z^6).
  const square = 1 / (z * z);
  return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) + Math.log(square * (1 - 3 * square * (1 - 5 * square)));
}
