/** Bends a skewed column until it looks as normal as a power can make it. */
import { z } from 'zod';
import { clipped, meanAndDeviation } from './scale.ts';

export const PowerTransform = z.object({
  kind: z.literal('power'),
  lambda: z.number(),
  /** Mean and standard deviation of the bent training values; deviation 0 makes every value 0. */
  centre: z.number(),
  scale: z.number().min(0),
});
export type PowerTransform = z.infer<typeof PowerTransform>;

/** Far beyond what real columns need, and bounded so that powers of large numbers stay finite. */
const MAX_LAMBDA = 12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Yeo and Johnson 2000, lambda of maximum likelihood, then mean 0 and deviation 1. The negative log likelihood is
 *  strictly convex in lambda (Marchand et al. 2022), so a golden section search finds its only minimum.
 *  @param sorted ascending, without NaN; constant or empty columns become 0. O(80 values). */
export function fitPowerTransform(sorted: Float64Array): PowerTransform {
  if (sorted.length === 0 || sorted[0] === sorted[sorted.length - 1]) {
    return { kind: 'power', lambda: 1, centre: 0, scale: 0 };
  }
  const lambda = minimum((at) => negativeLogLikelihood(sorted, at), -MAX_LAMBDA, MAX_LAMBDA);
  const bent = bend(sorted, lambda);
  return { kind: 'power', lambda, ...meanAndDeviation(bent) };
}

/** @returns a new Float64Array with values in [-6, 6]. */
export function powerTransform(transform: PowerTransform, values: Float64Array): Float64Array {
  const { lambda, centre, scale } = transform;
  if (scale === 0) return new Float64Array(values.length);
  const out = bend(values, lambda);
  for (let i = 0; i < out.length; i++) out[i] = clipped((out[i] - centre) / scale);
  return out;
}

function bend(values: Float64Array, lambda: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    out[i] = x >= 0 ? boxCox(x, lambda) : -boxCox(-x, 2 - lambda);
  }
  return out;
}

/** ((1 + x)^power - 1) / power, and its limit log(1 + x) at 0. @param x not negative. */
function boxCox(x: number, power: number): number {
  return Math.abs(power) < 1e-12 ? Math.log1p(x) : Math.expm1(power * Math.log1p(x)) / power;
}

/** Up to a constant: n/2 log(variance of the bent values) - (lambda - 1) Σ sign(x) log(1 + |x|). */
function negativeLogLikelihood(values: Float64Array, lambda: number): number {
  const bent = bend(values, lambda);
  const { scale } = meanAndDeviation(bent);
  if (!(scale > 0)) return Number.POSITIVE_INFINITY;
  let logs = 0;
  for (const x of values) logs += Math.sign(x) * Math.log1p(Math.abs(x));
  return values.length * Math.log(scale) - (lambda - 1) * logs;
}

function minimum(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  let x = b - GOLDEN * (b - a);
  let y = a + GOLDEN * (b - a);
  let fx = f(x);
  let fy = f(y);
  while (b - a > 1e-8) {
    // Where both overflow, the finite part lies towards 1, which leaves every column as it is.
    if (fx < fy || (fx === fy && !Number.isFinite(fx) && x > 1)) {
      b = y;
      y = x;
      fy = fx;
      x = b - GOLDEN * (b - a);
      fx = f(x);
    } else {
      a = x;
      x = y;
      fx = fy;
      y = a + GOLDEN * (b - a);
      fy = f(y);
    }
  }
  return (a + b) / 2;
}
