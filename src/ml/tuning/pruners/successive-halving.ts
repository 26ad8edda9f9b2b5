import type { LearningCurve, Pruner } from './pruner.ts';

interface SuccessiveHalvingOptions {
  /** The steps of the first rung. */
  readonly minResource: number;
  /** A trial must be among the best of this many parts to go on, and the next rung is so many times as far. */
  readonly reductionFactor?: number;
  /** Rungs that are left out at the beginning. */
  readonly minEarlyStoppingRate?: number;
}

/** Asynchronous successive halving (Li et al. 2020, arXiv 1810.05934), without waiting for others and without taking pruned
 *  trials up again, as in Optuna: at rung r, after `minResource * reductionFactor ** (minEarlyStoppingRate + r)` steps,
 *  a trial goes on if it is among the best 1 / `reductionFactor` of those that have come so far, or the best of too few
 *  for that. A value that is NaN there ends it. */
export function successiveHalvingPruner({
  minResource,
  reductionFactor = 4,
  minEarlyStoppingRate = 0,
}: SuccessiveHalvingOptions): Pruner {
  return {
    shouldPrune({ values }, others) {
      const step = values.length;
      let rung = minResource * reductionFactor ** minEarlyStoppingRate;
      while (rung < step) rung *= reductionFactor;
      if (rung !== step) return false;
      const value = values[step - 1] as number;
      if (Number.isNaN(value)) return true;
      const better = others.filter((other) => valueAt(other, step) < value).length;
      const competing = others.filter((other) => !Number.isNaN(valueAt(other, step))).length + 1;
      return better >= Math.max(1, Math.floor(competing / reductionFactor));
    },
  };
}

function valueAt({ values }: LearningCurve, step: number): number {
  return values[step - 1] ?? Number.NaN;
}
