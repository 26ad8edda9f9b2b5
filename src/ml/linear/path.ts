/** A regularisation path: one problem solved for falling lambdas, each solution the start of the next (Friedman,
 *  Hastie and Tibshirani 2010, "Regularization paths for generalized linear models via coordinate descent"). */

/** The share of the loss without any feature that the first lambda leaves room to win, where nothing but the square
 *  of the weights is penalised. */
const FIRST_GAIN = 0.1;

/** Below this many lambdas the path does not end because the training loss hardly falls. */
const MIN_LAMBDAS = 5;

/** A fall of the training loss below this share of the loss without any feature is none (glmnet's `fdev`). */
const NO_GAIN = 1e-5;

/** Where a path starts: no larger lambda could be much better than no feature at all.
 *
 *  With an L1 penalty, at the smallest lambda that keeps every weight at 0, max |slope| / l1Ratio. The square alone
 *  never does that; but with slopes g, a penalty lambda2 / 2 × |w|² lets the loss fall by |g|² / lambda2 at most
 *  (the objective is lambda2-strongly convex, so |w| <= |g| / lambda2), and the path starts where that is a tenth of
 *  the loss. The smaller of both counts.
 *  @param slopes Float64Array: derivative of the mean loss in each weight, where all are 0.
 *  @param loss   the mean loss there.
 *  @returns 0 when no feature has a slope: then every lambda gives the same model. */
export function firstLambda(slopes: Float64Array, loss: number, l1Ratio: number): number {
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < slopes.length; i++) {
    largest = Math.max(largest, Math.abs(slopes[i]));
    squares += slopes[i] ** 2;
  }
  if (largest === 0) return 0;
  const lasso = l1Ratio > 0 ? largest / l1Ratio : Number.POSITIVE_INFINITY;
  const ridge =
    l1Ratio < 1 && loss > 0 ? squares / (FIRST_GAIN * loss * (1 - l1Ratio)) : Number.POSITIVE_INFINITY;
  const first = Math.min(lasso, ridge);
  return Number.isFinite(first) ? first : largest;
}

/** `length` lambdas from `first` down to `first × ratio`, evenly in the logarithm. */
export function lambdaPath(first: number, ratio: number, length: number): number[] {
  return Array.from({ length }, (_, i) => first * ratio ** (i / Math.max(1, length - 1)));
}

/** Says when to leave a path: once the validation loss has been worse than the best for a tenth of the path's
 *  lambdas, but three at least, or when the training loss no longer falls. */
export class PathJudge {
  readonly #patience: number;
  readonly #lossWithoutFeatures: number;
  #bestLoss = Number.POSITIVE_INFINITY;
  #lastTrainLoss = Number.POSITIVE_INFINITY;
  #step = 0;
  /** The step of the best lambda so far, from 1; 0 before the first. On a tie the larger lambda. */
  bestStep = 0;

  constructor(pathLength: number, lossWithoutFeatures: number) {
    this.#patience = Math.max(3, Math.round(pathLength / 10));
    this.#lossWithoutFeatures = lossWithoutFeatures;
  }

  /** @returns whether the path may end after this lambda. */
  see(trainLoss: number, validationLoss: number): boolean {
    this.#step++;
    if (this.#step === 1 || validationLoss < this.#bestLoss) {
      this.#bestLoss = validationLoss;
      this.bestStep = this.#step;
    }
    const gain = this.#lastTrainLoss - trainLoss;
    this.#lastTrainLoss = trainLoss;
    if (this.#step - this.bestStep >= this.#patience) return true;
    return this.#step >= MIN_LAMBDAS && gain < NO_GAIN * this.#lossWithoutFeatures;
  }
}
