/** What computing costs in money, where a price per core-hour is configured. */
import { z } from 'zod';

export const Price = z.object({
  /** Of one core for an hour, in `currency`. */
  perCoreHour: z.number().positive(),
  /** As it is written behind an amount: "EUR". */
  currency: z.string().min(1).max(8),
});
export type Price = z.infer<typeof Price>;

const SECONDS_PER_HOUR = 3600;

/** @returns in the price's currency. */
export function costOfCpu({ perCoreHour }: Pick<Price, 'perCoreHour'>, cpuSeconds: number): number {
  return (cpuSeconds / SECONDS_PER_HOUR) * perCoreHour;
}

/** The CPU seconds that an amount buys. */
export function cpuSecondsFor({ perCoreHour }: Pick<Price, 'perCoreHour'>, amount: number): number {
  return (amount / perCoreHour) * SECONDS_PER_HOUR;
}

/** What a run may take beside its wall clock: the CPU seconds that were allowed, or that the ceiling of the price buys,
 *  whichever are fewer; null where nobody set a limit. */
export function cpuLimit(
  { cpuSeconds, cost }: { readonly cpuSeconds?: number; readonly cost?: number },
  price: Price | undefined,
): number | null {
  const limits = [
    ...(cpuSeconds === undefined ? [] : [cpuSeconds]),
    ...(cost === undefined || !price ? [] : [cpuSecondsFor(price, cost)]),
  ];
  return limits.length === 0 ? null : Math.min(...limits);
}
