/** Round numbers for axes where Chart.js's own choice would leave out the first or crowd the last. */
import type { MetricName } from '../../ml/experiment.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { formatScore } from '../format.ts';

/** Chart.js's choice for scores, in the digits of the metric, and never so close that two read the same. */
export function scoreTicks(metric: MetricName, limit: number) {
  return {
    maxTicksLimit: limit,
    includeBounds: false,
    ...(METRICS[metric].unit !== 'target' && { precision: 3 }),
    callback: (value: number | string) => formatScore(metric, Number(value)),
  };
}

/** 1 and the round numbers up to `last`, at most `limit` + 1 in all: trials and training steps count from 1. */
export function wholeTicks(last: number, limit: number): number[] {
  let step = 1;
  while (last / step > limit) step *= String(step).startsWith('2') ? 2.5 : 2;
  const ticks = [1];
  for (let tick = step; tick <= last; tick += step) if (tick > 1) ticks.push(tick);
  return ticks;
}

/** Powers of ten in the range, with their twos and fives where there is room. */
export function logTicks(min: number, max: number): number[] {
  const multiples = max / min > 300 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    for (const multiple of multiples) {
      const tick = multiple * 10 ** power;
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks;
}
