/** Dropout with a seeded generator: tfjs draws its own masks from a stream that we cannot derive or replay. */
import type { Random } from '../../random.ts';

/** Inverted dropout (Srivastava et al. 2014): 0 with probability `rate`, else 1 / (1 - rate), so that the expected
 *  activation is the same with and without.
 *  @param rate in [0, 1). */
export function dropoutMask(random: Random, length: number, rate: number): Float32Array {
  const mask = new Float32Array(length);
  const threshold = rate * 4294967296;
  const kept = 1 / (1 - rate);
  for (let i = 0; i < length; i++) mask[i] = random.uint32() < threshold ? 0 : kept;
  return mask;
}
