/** The standard normal distribution, exact to double precision in its tails too. */

const SQRT_2_PI = Math.sqrt(2 * Math.PI);

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_2_PI;
}

/** The probability of a draw below `z`. */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - upperTail(z) : upperTail(-z);
}

/** The probability of a draw between `from` and `to`, without the loss of digits that a difference of values near 1 has. */
export function normalMass(from: number, to: number): number {
  if (from > 0) return upperTail(from) - upperTail(to);
  if (to < 0) return upperTail(-to) - upperTail(-from);
  return 1 - upperTail(-from) - upperTail(to);
}

/** The probability of a draw above `z`, which is not negative. A series near 0 (Abramowitz and Stegun 26.2.11), a
 *  continued fraction beyond (26.2.14). */
function upperTail(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (z * z) / (2 * n + 1);
      sum += term;
    }
    return 0.5 - normalDensity(z) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / (z + fraction);
  return normalDensity(z) / (z + fraction);
}
