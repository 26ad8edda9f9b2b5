/** Draws from the beta distribution of two equal parameters. */
import type { Random } from '../random.ts';

/** @param alpha positive. @returns a number from 0 to 1: X / (X + Y) of two gamma draws. */
export function drawBeta(alpha: number, random: Random): number {
  const [x, y] = [logGamma(alpha, random), logGamma(alpha, random)];
  return 1 / (1 + Math.exp(y - x)); // with logarithms, so that two tiny draws are not 0 / 0
}

/** The logarithm of a gamma draw of scale 1 (Marsaglia and Tsang 2000; below 1 by a draw of alpha + 1 times U^(1/alpha)). */
function logGamma(alpha: number, random: Random): number {
  if (alpha < 1) return logGamma(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
