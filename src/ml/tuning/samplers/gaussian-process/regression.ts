/** Gaussian-process regression (Rasmussen and Williams 2006, ch. 2 and 5): what is believed of the value at a point, given
 *  values at other points. */
import { minimise } from '../../../lbfgs.ts';
import { cholesky, inverseOf, solveLower, solveUpper } from './cholesky.ts';
import { matern52, type Point, squaredGap } from './kernel.ts';

export interface Belief {
  readonly mean: number;
  readonly sd: number;
}

export interface GaussianProcess {
  /** Of the value without noise. O(n^2). */
  at(point: Point): Belief;
  /** The same process with one more value, without learning anything else from it. */
  with(point: Point, value: number): GaussianProcess;
}

/** What the values do not decide is decided by these: lengths grow with the number of coordinates (Hvarfner et al. 2024),
 *  most of the values' spread is signal. Normal distributions of the logarithms. */
const LOG_LENGTH = { mean: (n: number) => Math.SQRT2 + Math.log(n) / 2, variance: 3 };
const LOG_SIGNAL = { mean: 0, variance: 1 };
const LOG_NOISE = { mean: -6, variance: 4 };
/** Part of the signal that is always noise, so that equal points can be solved for. */
const JITTER = 1e-6;
const MOST_STEPS = 60;

/** Learns lengths, signal and noise as the most probable ones.
 *  @param points at least one. @param values about 0 on average and 1 wide. */
export function fitGaussianProcess(
  isChoice: readonly boolean[],
  points: readonly Point[],
  values: Float64Array,
): GaussianProcess {
  const n = isChoice.length;
  const objective = (theta: Float64Array, gradient: Float64Array) =>
    negativeLogPosterior(isChoice, points, values, theta, gradient);
  const starts = [LOG_LENGTH.mean(n), Math.log(0.3)].map((logLength) =>
    Float64Array.of(...new Array<number>(n).fill(logLength), LOG_SIGNAL.mean, LOG_NOISE.mean),
  );
  let best: { theta: Float64Array; value: number } | undefined;
  for (const start of starts) {
    const theta = minimise(objective, start, {
      maxSteps: MOST_STEPS,
      tolerance: 1e-3,
      shouldStop: () => false,
      onStep: () => {},
    });
    const value = objective(theta, new Float64Array(theta.length));
    if (!best || value < best.value) best = { theta, value };
  }
  const { theta } = best as { theta: Float64Array };
  return condition(isChoice, theta, points, values);
}

/** What is believed given the values, with lengths, signal and noise as given (Rasmussen and Williams 2006, alg. 2.1).
 *  @param theta their logarithms. */
export function condition(
  isChoice: readonly boolean[],
  theta: Float64Array,
  points: readonly Point[],
  values: Float64Array,
): GaussianProcess {
  const { lengths, signal, noise } = unpack(theta);
  const n = points.length;
  const lower = cholesky(covariance(isChoice, points, lengths, signal, noise), n) as Float64Array;
  const alpha = solveUpper(lower, n, solveLower(lower, n, values));
  return {
    at(point) {
      const shared = Float64Array.from(points, (other) => signal * matern52(isChoice, lengths, point, other));
      const explained = solveLower(lower, n, shared);
      let mean = 0;
      let variance = signal;
      for (let i = 0; i < n; i++) {
        mean += shared[i] * alpha[i];
        variance -= explained[i] * explained[i];
      }
      return { mean, sd: Math.sqrt(Math.max(variance, JITTER * signal)) };
    },
    with: (point, value) => condition(isChoice, theta, [...points, point], Float64Array.of(...values, value)),
  };
}

function unpack(theta: Float64Array): { lengths: Float64Array; signal: number; noise: number } {
  const n = theta.length - 2;
  return {
    lengths: theta.slice(0, n).map(Math.exp),
    signal: Math.exp(theta[n]),
    noise: Math.exp(theta[n + 1]),
  };
}

function covariance(
  isChoice: readonly boolean[],
  points: readonly Point[],
  lengths: Float64Array,
  signal: number,
  noise: number,
): Float64Array {
  const n = points.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const shared = signal * matern52(isChoice, lengths, points[i] as Point, points[j] as Point);
      matrix[i * n + j] = shared;
      matrix[j * n + i] = shared;
    }
    matrix[i * n + i] = signal * (1 + JITTER) + noise;
  }
  return matrix;
}

/** Without constants. @param theta logarithms of lengths, signal and noise. @param gradient overwritten. */
export function negativeLogPosterior(
  isChoice: readonly boolean[],
  points: readonly Point[],
  values: Float64Array,
  theta: Float64Array,
  gradient: Float64Array,
): number {
  const { lengths, signal, noise } = unpack(theta);
  const n = points.length;
  const d = lengths.length;
  const lower = cholesky(covariance(isChoice, points, lengths, signal, noise), n);
  gradient.fill(0);
  if (!lower) return Number.POSITIVE_INFINITY;
  const alpha = solveUpper(lower, n, solveLower(lower, n, values));
  let loss = 0;
  for (let i = 0; i < n; i++) loss += 0.5 * values[i] * alpha[i] + Math.log(lower[i * n + i]);

  // d loss / d theta = tr((inverse - alpha alpha') dK / d theta) / 2 (eq. 5.9)
  const inverse = inverseOf(lower, n);
  for (let i = 0; i < n; i++) {
    const own = inverse[i * n + i] - alpha[i] * alpha[i];
    gradient[d] += 0.5 * own * signal * (1 + JITTER);
    gradient[d + 1] += 0.5 * own * noise;
    for (let j = 0; j < i; j++) {
      const [a, b] = [points[i] as Point, points[j] as Point];
      const weight = inverse[i * n + j] - alpha[i] * alpha[j]; // twice a half: the matrix is symmetric
      let squared = 0;
      for (let k = 0; k < d; k++) {
        squared += squaredGap(isChoice[k] as boolean, a[k], b[k]) / (lengths[k] * lengths[k]);
      }
      const r = Math.sqrt(5 * squared);
      const decay = signal * Math.exp(-r);
      gradient[d] += weight * decay * (1 + r + (r * r) / 3);
      const common = weight * decay * (5 / 3) * (1 + r);
      for (let k = 0; k < d; k++) {
        gradient[k] += (common * squaredGap(isChoice[k] as boolean, a[k], b[k])) / (lengths[k] * lengths[k]);
      }
    }
  }
  const addPrior = (k: number, { mean, variance }: { mean: number; variance: number }) => {
    const off = theta[k] - mean;
    loss += (0.5 * off * off) / variance;
    gradient[k] += off / variance;
  };
  for (let k = 0; k < d; k++) addPrior(k, { mean: LOG_LENGTH.mean(d), variance: LOG_LENGTH.variance });
  addPrior(d, LOG_SIGNAL);
  addPrior(d + 1, LOG_NOISE);
  return loss;
}
