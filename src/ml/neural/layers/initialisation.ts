/** First values of weights. */
import type { Random } from '../../random.ts';

/** Normal with variance gain / fanIn. A gain of 2 keeps the scale of activations through ReLU layers (He et al. 2015).
 *  @returns Float32Array (fanIn × fanOut), row-major. */
export function heNormal(random: Random, fanIn: number, fanOut: number, gain = 2): Float32Array {
  const deviation = Math.sqrt(gain / Math.max(1, fanIn));
  return Float32Array.from({ length: fanIn * fanOut }, () => random.normal() * deviation);
}
