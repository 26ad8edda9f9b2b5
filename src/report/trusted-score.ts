/** Which of a report's scores to believe: where the whole choice was judged in a nested cross-validation, that one, since it
 *  rests on every row and on several divisions; else the one on the holdout. Settled by the plan, not by which looks better. */
import type { MetricName } from '../ml/experiment.ts';
import type { Interval, NestedJudgement } from '../ml/judgement.ts';
import { judgedName } from './forecast-words.ts';
import { formatInterval, plural } from './format.ts';
import type { Report } from './report.ts';

type Facts = Pick<Report, 'judgement' | 'metric' | 'forecast'>;

export interface TrustedScore {
  readonly score: Interval;
  readonly baseline: Interval | undefined;
  /** "on 1,409 held-out rows". */
  readonly where: string;
}

/** The nested cross-validation, where it has the ranking metric. */
export function nestedOf({ judgement, metric }: Facts): NestedJudgement | null {
  return judgement.nested?.scores[metric] && judgement.nested.gain ? judgement.nested : null;
}

/** The score that counts in any metric, with its baseline, and what it was measured on.
 *  @returns null where the metric is not defined there. */
export function scoreToTrust(report: Facts, metric: MetricName): TrustedScore | null {
  const { judgement } = report;
  const nested = nestedOf(report);
  const overAll = nested?.scores[metric];
  if (nested && overAll) {
    const where = `in nested cross-validation over ${plural(nested.rows, 'row')}`;
    return { score: overAll, baseline: nested.baseline[metric], where };
  }
  const score = judgement.holdout[metric];
  return score ? { score, baseline: judgement.baseline[metric], where: `on ${judgedName(report)}` } : null;
}

/** That of the ranking metric, with its gain over the baseline. */
export function trustedScore(report: Facts): (TrustedScore & { readonly gain: Interval }) | null {
  const found = scoreToTrust(report, report.metric);
  return found && { ...found, gain: nestedOf(report)?.gain ?? report.judgement.gain };
}

/** What the other score says, after a headline that is not about the holdout. */
export function besideTrusted(report: Facts): string {
  const { judgement, metric } = report;
  const score = judgement.holdout[metric];
  if (!nestedOf(report) || !score) return '';
  return ` Trust this number, which rests on every row, rather than the ${formatInterval(metric, score)} on ${judgedName(report)} alone.`;
}
