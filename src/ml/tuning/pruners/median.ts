import type { Pruner } from './pruner.ts';

interface MedianPrunerOptions {
  /** Nothing is pruned before so many trials are complete. */
  readonly nStartupTrials?: number;
  /** Nothing is pruned at so many first steps of a trial. */
  readonly nWarmupSteps?: number;
}

/** Ends a trial whose best value so far is worse than the median of what complete trials had at this step (Golovin et al.
 *  2017, section 3.2.2; the rule of Optuna's `MedianPruner`). NaN values of the others are ignored; a trial that has
 *  nothing else is ended. */
export function medianPruner({ nStartupTrials = 5, nWarmupSteps = 0 }: MedianPrunerOptions = {}): Pruner {
  return {
    shouldPrune({ values }, others) {
      const complete = others.filter(({ isComplete }) => isComplete);
      const step = values.length;
      if (complete.length < Math.max(1, nStartupTrials) || step === 0 || step <= nWarmupSteps) return false;
      const known = values.filter((value) => !Number.isNaN(value));
      if (known.length === 0) return true;
      const there = complete
        .map((other) => other.values[step - 1] ?? Number.NaN)
        .filter((value) => !Number.isNaN(value));
      return there.length > 0 && Math.min(...known) > median(there);
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)] as number, sorted[Math.ceil(middle)] as number];
  return low === high ? low : (low + high) / 2; // also where both are infinite
}
