/** Two models on the same rows, as a sceptic wants to see them: both scores, the paired gain, and a verdict that was agreed
 *  on before. */
import { z } from 'zod';
import { MetricName, type Task } from '../experiment.ts';
import { Interval } from '../judgement.ts';
import { decideClasses } from './confusion.ts';
import { type IntervalOptions, scoreWithInterval } from './intervals.ts';
import { mcnemar } from './mcnemar.ts';
import { gainOf, pairedDifference } from './paired-difference.ts';

export const Verdict = z.enum(['better', 'tied', 'worse']);
export type Verdict = z.infer<typeof Verdict>;

export const HeadToHead = z.object({
  metric: MetricName,
  rows: z.number().int(),
  ours: Interval,
  theirs: Interval,
  /** What ours gains over theirs, positive is better, by the paired bootstrap. */
  gain: Interval,
  /** Share of the resamples in which ours is the better one. */
  chance: z.number(),
  leastGain: z.number(),
  verdict: Verdict,
  /** On how many rows only one decides rightly, and McNemar's exact p; null in regression. */
  decisions: z.object({ onlyOurs: z.number().int(), onlyTheirs: z.number().int(), p: z.number() }).nullable(),
});
export type HeadToHead = z.infer<typeof HeadToHead>;

/** The gain must exceed the least useful one with its whole interval, either way; all else is a tie.
 *  @param leastGain not negative. */
export function verdictOn({ low, high }: Interval, leastGain: number): Verdict {
  if (low > leastGain) return 'better';
  return high < -leastGain ? 'worse' : 'tied';
}

export interface Contestants {
  readonly metric: MetricName;
  readonly task: Task;
  readonly nClasses: number;
  /** Float64Array (nRows). */
  readonly target: Float64Array;
  /** Float64Array (nRows × nOutputs). */
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
  readonly leastGain: number;
}

/** @param options `threshold` is ours; theirs is 0.5.
 *  @returns null where the metric is not defined on these rows. */
export function headToHead(
  { metric, task, nClasses, target, ours, theirs, leastGain }: Contestants,
  options: IntervalOptions,
): HeadToHead | null {
  const { threshold = 0.5, ...shared } = options;
  const difference = pairedDifference(metric, task, target, ours, theirs, nClasses, {
    ...shared,
    threshold,
    thresholdB: 0.5,
  });
  const gain = gainOf(metric, difference);
  const scoreOf = (prediction: Float64Array, cut: number): Interval => {
    const { value, low, high } = scoreWithInterval(metric, task, target, prediction, nClasses, {
      ...shared,
      threshold: cut,
    });
    return { value, low, high };
  };
  const known = { ours: scoreOf(ours, threshold), theirs: scoreOf(theirs, 0.5), gain };
  if (Object.values(known).some(({ value, low, high }) => ![value, low, high].every(Number.isFinite)))
    return null;
  return {
    metric,
    rows: target.length,
    ...known,
    chance: difference.probabilityABetter,
    leastGain,
    verdict: verdictOn(gain, leastGain),
    decisions: task === 'regression' ? null : decisionsOf(),
  };

  function decisionsOf(): HeadToHead['decisions'] {
    const right = (prediction: Float64Array, cut: number) =>
      Uint8Array.from(decideClasses(prediction, nClasses, cut), (k, row) => (k === target[row] ? 1 : 0));
    const { onlyA, onlyB, p } = mcnemar(right(ours, threshold), right(theirs, 0.5));
    return { onlyOurs: onlyA, onlyTheirs: onlyB, p };
  }
}
