/** What a person allows beside the wall clock: CPU time, memory and a ceiling of the price, and what a plan makes of it. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Calibration } from '../ml/tuning/calibration.ts';
import type { Family } from '../ml/tuning/trial.ts';
import type { Requirements } from '../requirements/requirements.ts';
import {
  type Allocation,
  leastBudgetSeconds,
  leastCpuSeconds,
  MEMORY_MARGIN,
  type Wish,
} from './allocate.ts';
import { type EstimateError, estimateError } from './estimate-error.ts';
import type { Plan } from './plan.ts';
import { costOfCpu, cpuLimit, cpuSecondsFor, type Price } from './price.ts';

type Limits = Pick<Requirements, 'cpuSeconds' | 'memoryMb' | 'costLimit'>;

/** Where a core-hour has no price, nobody can promise to keep to one. @throws PRICE_UNKNOWN */
export function checkPriced({ costLimit }: Limits, price: Price | undefined): void {
  if (costLimit !== null && !price) throw new ModelwrightError('PRICE_UNKNOWN', {});
}

/** As the plan's budget holds them. */
export function limitsOf({
  cpuSeconds,
  memoryMb,
  costLimit,
}: Limits): Omit<Plan['budget'], 'seconds' | 'threads'> {
  return {
    ...(cpuSeconds !== null && { cpuSeconds }),
    ...(memoryMb !== null && { memoryMb }),
    ...(costLimit !== null && { cost: costLimit }),
  };
}

/** As they shape the schedule. */
export function limitedWish(limits: Limits, price: Price | undefined): Pick<Wish, 'cpuSeconds' | 'memoryMb'> {
  const cpuSeconds = cpuLimit(limitsOf(limits), price);
  return {
    ...(cpuSeconds !== null && { cpuSeconds }),
    ...(limits.memoryMb !== null && { memoryMb: limits.memoryMb }),
  };
}

/** Trials that may compute side by side: what the dearest of these families needs has to fit so many times. */
export function threadsWithin(
  { memoryMb }: Limits,
  { costs }: Pick<Calibration, 'costs'>,
  families: readonly Family[],
  threads: number,
): number {
  if (memoryMb === null) return threads;
  const needs = costs
    .filter(({ family }) => families.includes(family))
    .map((cost) => MEMORY_MARGIN * cost.memoryMb)
    .filter((mb) => mb <= memoryMb);
  return Math.max(1, Math.min(threads, Math.floor(memoryMb / Math.max(1, ...needs))));
}

/** Why no plan fits, as the limit that is too small. */
export function tooSmall(
  calibration: Calibration,
  wish: Wish,
  limits: Limits,
  price: Price | undefined,
): ModelwrightError {
  const costs = calibration.costs.filter(({ family }) => wish.families.includes(family));
  const { memoryMb = Number.POSITIVE_INFINITY, cpuSeconds = Number.POSITIVE_INFINITY } = wish;
  const neededMb = MEMORY_MARGIN * Math.min(...costs.map((cost) => cost.memoryMb));
  if (neededMb > memoryMb)
    return new ModelwrightError('MEMORY_BUDGET_TOO_SMALL', { budget: memoryMb, needed: Math.ceil(neededMb) });
  const neededCpu = leastCpuSeconds(calibration, wish);
  if (neededCpu > cpuSeconds) {
    const bought = limits.costLimit !== null && price ? cpuSecondsFor(price, limits.costLimit) : Number.NaN;
    if (price && bought <= cpuSeconds) {
      const { currency } = price;
      const needed = (Math.ceil(costOfCpu(price, neededCpu) * 100) / 100).toFixed(2);
      return new ModelwrightError('COST_LIMIT_TOO_SMALL', {
        ...{ budget: `${limits.costLimit} ${currency}`, needed: `${needed} ${currency}` },
      });
    }
    return new ModelwrightError('CPU_BUDGET_TOO_SMALL', {
      budget: Math.floor(cpuSeconds),
      needed: neededCpu,
    });
  }
  const needed = leastBudgetSeconds(calibration, wish);
  return new ModelwrightError('BUDGET_TOO_SMALL', { budget: wish.budgetSeconds, needed });
}

/** What is told of a plan's time: the calibration, corrected by what earlier runs took against theirs.
 *  @param ratios of earlier runs, as `estimateError` takes them. */
export function estimatedTime(
  { seconds, finishSeconds, cpuSeconds, finishCpuSeconds }: Allocation,
  budgetSeconds: number,
  ratios: readonly number[],
): Omit<Plan['estimate'], 'memoryMb' | 'calibration'> & { readonly error: EstimateError } {
  const error = estimateError(ratios);
  const within = (factor: number) => Math.min(budgetSeconds, seconds * factor);
  return {
    seconds: within(error.likely),
    lowSeconds: within(error.low),
    highSeconds: within(error.high),
    calibratedSeconds: seconds,
    ...{ finishSeconds, cpuSeconds, finishCpuSeconds, error },
  };
}
