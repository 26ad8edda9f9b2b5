/** What a plan costs and may cost, and what a run has cost, in words: the same on the card, on the command line and in the
 *  report. */
import type { Plan } from '../plan/plan.ts';
import { costOfCpu, type Price } from '../plan/price.ts';
import { formatMegabytes, formatNumber, formatSeconds, joinWords, plural } from './format.ts';
import type { Report } from './report.ts';

/** An amount with its currency, in cents from a cent on. */
export function formatMoney(amount: number, { currency }: Pick<Price, 'currency'>): string {
  const size = Math.abs(amount);
  const digits = size >= 0.01 || size === 0 ? amount.toFixed(2) : formatNumber(Number(amount.toPrecision(2)));
  return `${digits} ${currency}`;
}

/** "about 1 min 12 s (50 s to 1 min 50 s), hard stop at 2 min, about 0.02 EUR (0.01 to 0.03 EUR), ..." */
export function estimateWords({ estimate, budget, price }: Plan): string {
  const { seconds, lowSeconds, highSeconds, cpuSeconds, memoryMb } = estimate;
  return [
    `about ${formatSeconds(seconds)} (${formatSeconds(lowSeconds)} to ${formatSeconds(highSeconds)})`,
    `hard stop at ${formatSeconds(budget.seconds)}`,
    ...(cpuSeconds === undefined ? [] : [`about ${formatSeconds(likelyCpu(estimate))} of CPU time`]),
    ...(price && cpuSeconds !== undefined ? [`about ${costRange(estimate, price)}`] : []),
    `${formatMegabytes(memoryMb)} of memory`,
    plural(budget.threads, 'thread'),
  ].join(', ');
}

/** What a person has limited beside the wall clock; null where nothing. */
export function limitWords({ budget, price }: Pick<Plan, 'budget' | 'price'>): string | null {
  const { cpuSeconds, memoryMb, cost } = budget;
  const limits = [
    ...(cpuSeconds === undefined ? [] : [`${formatSeconds(cpuSeconds)} of CPU time`]),
    ...(memoryMb === undefined ? [] : [`${formatMegabytes(memoryMb)} of memory for trials side by side`]),
    ...(cost === undefined || !price ? [] : [formatMoney(cost, price)]),
  ];
  if (limits.length === 0) return null;
  // Memory is not used up: it decides how many trials compute at a time.
  const isUsedUp = limits.length > 1 || memoryMb === undefined;
  return `At most ${joinWords(limits)}${isUsedUp ? ': the search ends when that is used up' : ''}.`;
}

/** Where the range comes from. */
export function estimateSource({ estimate: { error } }: Pick<Plan, 'estimate'>): string | null {
  if (!error) return null;
  const { runs, low, high, likely } = error;
  const span = (factor: number) => formatNumber(Number(factor.toPrecision(2)));
  if (runs === 0) {
    return `The range comes from a short test on your data; no earlier run here can say yet how far such a test is off, so ${span(low)} to ${span(high)} times its result is assumed.`;
  }
  return `The range comes from a short test on your data and from ${plural(runs, 'earlier run')} here: such a test is off by a factor of ${span(likely)}, and nine runs in ten take ${span(low)} to ${span(high)} times its result.`;
}

function costRange(estimate: Plan['estimate'], price: Price): string {
  const { error = { low: 1, likely: 1, high: 1 }, cpuSeconds = 0 } = estimate;
  const at = (factor: number) => costOfCpu(price, factor * cpuSeconds);
  return `${formatMoney(at(error.likely), price)} (${formatMoney(at(error.low), price)} to ${formatMoney(at(error.high), price)})`;
}

function likelyCpu({ cpuSeconds = 0, error }: Plan['estimate']): number {
  return cpuSeconds * (error?.likely ?? 1);
}

/** What the plan said of its costs, as the report keeps it. */
export function plannedResources({ estimate, price }: Plan): Partial<Report['resources']> {
  const { calibratedSeconds, lowSeconds, highSeconds, memoryMb, cpuSeconds } = estimate;
  return {
    ...(calibratedSeconds !== undefined && { calibratedSeconds }),
    estimatedRange: [lowSeconds, highSeconds],
    estimatedMemoryMb: memoryMb,
    ...(cpuSeconds !== undefined && { estimatedCpuSeconds: likelyCpu(estimate) }),
    ...(price && { price }),
  };
}

/** Estimated against actual. */
export function resourceSentences({
  resources,
  leftOut = [],
}: Pick<Report, 'resources' | 'leftOut'>): string[] {
  const { wallSeconds, cpuSeconds, peakMemoryMb, estimatedSeconds, price } = resources;
  const { estimatedRange, estimatedCpuSeconds, estimatedMemoryMb } = resources;
  const range = estimatedRange
    ? `, ${formatSeconds(estimatedRange[0])} to ${formatSeconds(estimatedRange[1])}`
    : '';
  const against = (words: string | undefined) => (words === undefined ? '' : ` (estimated ${words})`);
  const cpu = estimatedCpuSeconds === undefined ? undefined : formatSeconds(estimatedCpuSeconds);
  const memory =
    estimatedMemoryMb === undefined
      ? ''
      : ` (the process; estimated for the trials alone: ${formatMegabytes(estimatedMemoryMb)})`;
  const money =
    price &&
    `At ${formatMoney(price.perCoreHour, price)} for a core-hour the run cost ${formatMoney(costOfCpu(price, cpuSeconds), price)}${against(
      estimatedCpuSeconds === undefined
        ? undefined
        : formatMoney(costOfCpu(price, estimatedCpuSeconds), price),
    )}.`;
  return [
    `${formatSeconds(wallSeconds)} of wall time (estimated ${formatSeconds(estimatedSeconds)}${range}), ` +
      `${formatSeconds(cpuSeconds)} of CPU time${against(cpu)}, at most ${formatMegabytes(peakMemoryMb)} of memory${memory}.`,
    ...(money ? [money] : []),
    ...(leftOut.length > 0 ? [`Left out to end in time: ${leftOut.join(' ')}`] : []),
  ];
}
