/** A sigmoid over scores (Platt 1999), found by Newton's method as Lin, Lin and Weng (2007) do. */
import { z } from 'zod';

/** The probability is 1 / (1 + exp(-(slope × score + intercept))). */
export const Sigmoid = z.object({ slope: z.number(), intercept: z.number() });
export type Sigmoid = z.infer<typeof Sigmoid>;

const MAX_ITERATIONS = 100;
/** Keeps the matrix invertible where all scores are equal. */
const RIDGE = 1e-12;
const LEAST_STEP = 1e-10;

/** @param scores   Float64Array (nRows), any numbers.
 *  @param outcomes Uint8Array (nRows): 1 or 0. They are learned as Platt's targets, a little inside of 0 and 1, as if two
 *                  more rows had been seen, one of each kind: perfectly separated rows do not claim certainty. */
export function fitSigmoid(scores: Float64Array, outcomes: Uint8Array): Sigmoid {
  const n = scores.length;
  const positives = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (n - positives + 2);
  const lossAt = (slope: number, intercept: number) => {
    let loss = 0;
    for (let row = 0; row < n; row++) {
      const z = slope * scores[row] + intercept;
      // log(1 + exp(z)) - target × z, without overflow.
      loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (outcomes[row] === 1 ? high : low) * z;
    }
    return loss;
  };
  let slope = 0;
  let intercept = Math.log((positives + 1) / (n - positives + 1));
  let loss = lossAt(slope, intercept);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    let gradientS = 0;
    let gradientI = 0;
    let ss = RIDGE;
    let si = 0;
    let ii = RIDGE;
    for (let row = 0; row < n; row++) {
      const p = 1 / (1 + Math.exp(-(slope * scores[row] + intercept)));
      const error = p - (outcomes[row] === 1 ? high : low);
      const weight = p * (1 - p);
      gradientS += error * scores[row];
      gradientI += error;
      ss += weight * scores[row] * scores[row];
      si += weight * scores[row];
      ii += weight;
    }
    if (Math.max(Math.abs(gradientS), Math.abs(gradientI)) < 1e-9 * n) break;
    const determinant = ss * ii - si * si;
    const stepS = (si * gradientI - ii * gradientS) / determinant;
    const stepI = (si * gradientS - ss * gradientI) / determinant;
    const descent = gradientS * stepS + gradientI * stepI;
    let size = 1;
    for (; size >= LEAST_STEP; size /= 2) {
      const next = lossAt(slope + size * stepS, intercept + size * stepI);
      if (next <= loss + 1e-4 * size * descent) {
        slope += size * stepS;
        intercept += size * stepI;
        loss = next;
        break;
      }
    }
    if (size < LEAST_STEP) break;
  }
  return { slope, intercept };
}

export function applySigmoid({ slope, intercept }: Sigmoid, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept)));
}
