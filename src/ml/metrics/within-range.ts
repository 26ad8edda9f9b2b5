import type { MetricName } from '../experiment.ts';
import { METRICS } from './registry.ts';

/** An interval by a formula that knows no bounds, cut to the values that the metric can have. */
export function withinRange(
  metric: MetricName,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
): { value: number; low: number; high: number } {
  const [least, greatest] = METRICS[metric].range;
  return { value, low: Math.max(least, low), high: Math.min(greatest, high) };
}
