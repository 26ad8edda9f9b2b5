/** Quantiles of the distributions that intervals are made from, and the tails of those that tests count by. */

// Rational approximation of the normal quantile by P. J. Acklam (2003); relative error below 1.2e-9 everywhere.
const CENTRAL_NUMERATOR = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTRAL_DENOMINATOR = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
];
const TAIL_NUMERATOR = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1,
];
const TAIL = 0.02425;

/** The z with P(Z <= z) = p for a standard normal Z, to 9 digits. @param p in (0, 1); outside gives NaN. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return Number.NaN;
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_NUMERATOR, q) / polynomial(TAIL_DENOMINATOR, q);
  }
  if (p > 1 - TAIL) return -normalQuantile(1 - p);
  const q = p - 0.5;
  return (q * polynomial(CENTRAL_NUMERATOR, q * q)) / polynomial(CENTRAL_DENOMINATOR, q * q);
}

/** P(Z <= z) for a standard normal Z, to 14 digits: Marsaglia's series (2004). */
export function normalProbability(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The t with P(T <= t) = p for Student's T, to 10 digits.
 *  Inverts the upper tail ½ I_{ν/(ν+t²)}(ν/2, ½) by bisection: slow, plain, and safe for every ν.
 *  @param p in (0, 1); outside gives NaN. @param degreesOfFreedom positive, not necessarily whole. */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1 && degreesOfFreedom > 0)) return Number.NaN;
  if (p < 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  const upperTail = (t: number) =>
    incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  let low = 0;
  let high = 1;
  while (upperTail(high) > 1 - p && high < 1e150) high *= 2;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance of at most `k` successes in `n` draws that each succeed with chance `p`, to 12 digits. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : incompleteBeta(1 - p, n - k, k + 1);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's evaluation), which
 *  converges fast for x below the mean; above it the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) is used. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let numerator = 1;
  let denominator = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = denominator;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    denominator = 1 / (1 + even * denominator || tiny);
    numerator = 1 + even / numerator || tiny;
    fraction *= numerator * denominator;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / (1 + odd * denominator || tiny);
    numerator = 1 + odd / numerator || tiny;
    const step = numerator * denominator;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** P(T > t) for Student's T, to about 14 digits. @param degreesOfFreedom positive, not necessarily whole. */
export function studentTTail(t: number, degreesOfFreedom: number): number {
  const squared = t * t;
  const beyond =
    incompleteBeta(degreesOfFreedom / (degreesOfFreedom + squared), degreesOfFreedom / 2, 0.5) / 2;
  return t >= 0 ? beyond : 1 - beyond;
}

/** P(X > x) for chi-squared X, to about 13 digits: the regularised incomplete gamma function by its series below the mean
 *  and by its continued fraction (Lentz's evaluation) above. @param degreesOfFreedom positive, not necessarily whole. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  const a = degreesOfFreedom / 2;
  const z = x / 2;
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-17; n++) {
      term *= z / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  const tiny = 1e-300;
  let b = z + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b || tiny);
    c = b + step / c || tiny;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** The x with P(X <= x) = p for chi-squared X, by bisection. @param p in (0, 1); outside gives NaN. */
export function chiSquaredQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1 && degreesOfFreedom > 0)) return Number.NaN;
  let low = 0;
  let high = 1;
  while (chiSquaredTail(high, degreesOfFreedom) > 1 - p && high < 1e150) high *= 2;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (chiSquaredTail(middle, degreesOfFreedom) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// Lanczos' approximation with g = 7 and nine terms: 15 digits for positive arguments.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
