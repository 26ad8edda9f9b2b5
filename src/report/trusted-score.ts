/** Which of a report's scores to believe: where the whole choice was judged in a nested cross-validation, that one, since it
 *  rests on every row and on several divisions; else the one on the holdout. Settled by the plan, not by which looks better. */
import type { Interval, NestedJudgement } from '../ml/judgement.ts';
import { judgedName } from './forecast-words.ts';
import { formatInterval, plural } from './format.ts';
import type { Report } from './report.ts';

type Facts = Pick<Report, 'judgement' | 'metric' | 'forecast'>;

/** The nested cross-validation, where it has the ranking metric. */
export function nestedOf({ judgement, metric }: Facts): NestedJudgement | null {
  return judgement.nested?.scores[metric] && judgement.nested.gain ? judgement.nested : null;
}

/** The score of the ranking metric that counts, its gain over the baseline, and what it was measured on.
 *  @returns null where the metric is not defined there. */
export function trustedScore(report: Facts): {
  readonly score: Interval;
  readonly baseline: Interval | undefined;
  readonly gain: Interval;
  readonly where: string;
} | null {
  const { judgement, metric } = report;
  const nested = nestedOf(report);
  if (nested) {
    return {
      score: nested.scores[metric] as Interval,
      baseline: nested.baseline[metric],
      gain: nested.gain as Interval,
      where: `in nested cross-validation over ${plural(nested.rows, 'row')}`,
    };
  }
  const score = judgement.holdout[metric];
  if (!score) return null;
  return {
    score,
    baseline: judgement.baseline[metric],
    gain: judgement.gain,
    where: `on ${judgedName(report)}`,
  };
}

/** What the other score says, after a headline that is not about the holdout. */
export function besideTrusted(report: Facts): string {
  const { judgement, metric } = report;
  const score = judgement.holdout[metric];
  if (!nestedOf(report) || !score) return '';
  return ` Trust this number, which rests on every row, rather than the ${formatInterval(metric, score)} on ${judgedName(report)} alone.`;
}
