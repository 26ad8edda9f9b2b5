import type { LearningCurve, Pruner } from './pruner.ts';

interface FoldRaceOptions {
  /** Nothing is pruned before so many trials are complete; two at least, which noise is measured by. */
  readonly nStartupTrials?: number;
  /** Standard errors by which a trial must be behind. */
  readonly standardErrors?: number;
}

/** A race over folds in blocks (Maron and Moore 1994: the same folds for every trial, so that what is hard about a fold
 *  cancels). `values` are means over the first 1, 2, 3... folds. A trial ends when its mean difference to the best complete
 *  trial, over its k of K folds, exceeds what the difference over all K may still be less by: the spread of such
 *  differences from fold to fold, pooled over the complete trials, times the root of 1/k - 1/K. A trial whose values are
 *  NaN is ended. */
export function foldRacePruner({ nStartupTrials = 3, standardErrors = 2 }: FoldRaceOptions = {}): Pruner {
  return {
    shouldPrune({ values }, others) {
      const k = values.length;
      const mean = values[k - 1];
      const folds = Math.max(0, ...others.map((other) => other.values.length));
      const complete = others.filter((other) => isWhole(other, folds)).map((other) => other.values);
      if (mean === undefined || complete.length < Math.max(2, nStartupTrials)) return false;
      if (Number.isNaN(mean)) return true;
      if (k >= folds) return false;
      const best = complete.reduce((one, other) => (compare(other, one) < 0 ? other : one));
      const gap = mean - (best[k - 1] as number);
      const spread = Math.sqrt(differenceVariance(foldValues(best), complete.map(foldValues)));
      return gap > standardErrors * spread * Math.sqrt(1 / k - 1 / folds);
    },
  };
}

function isWhole({ isComplete, values }: LearningCurve, folds: number): boolean {
  return isComplete && values.length === folds && values.every(Number.isFinite);
}

/** Values of the single folds from means over the first of them. */
function foldValues(means: readonly number[]): number[] {
  return means.map((mean, i) => mean * (i + 1) - (i === 0 ? 0 : (means[i - 1] as number) * i));
}

/** By the mean over all folds, then by the earlier ones, so that the order in which trials are given decides nothing. */
function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findLastIndex((value, i) => value !== b[i]);
  return differs < 0 ? 0 : (a[differs] as number) - (b[differs] as number);
}

/** Of the differences to `best` from fold to fold, each trial's about its own mean. */
function differenceVariance(best: readonly number[], complete: readonly (readonly number[])[]): number {
  const folds = best.length;
  const sums = complete.map((values) => {
    const differences = values.map((value, i) => value - (best[i] as number));
    const mean = sumOf(differences) / folds;
    return sumOf(differences.map((difference) => (difference - mean) ** 2));
  });
  // The best trial's own differences are all 0, so it adds no freedom.
  sums.sort((a, b) => a - b);
  return folds < 2 ? 0 : sumOf(sums) / ((complete.length - 1) * (folds - 1));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
