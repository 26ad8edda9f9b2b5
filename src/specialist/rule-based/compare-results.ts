/** "Compare": the winner with its rivals, with earlier runs, and with the model that people have today. */
import type { MetricName } from '../../ml/experiment.ts';
import type { Interval } from '../../ml/judgement.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { compareRuns, describeComparison } from '../../report/compare.ts';
import { capitalise, formatInterval, formatScore } from '../../report/format.ts';
import { scoreToTrust, type TrustedScore } from '../../report/trusted-score.ts';
import type { Requirements } from '../../requirements/requirements.ts';
import { say } from '../../thread/say.ts';
import type { Turn } from '../../thread/specialist.ts';

export function compareResults({ report, earlierReports, state, plan }: Turn): string {
  if (!report) {
    const families = plan
      ? ' The plan tries its families on the same folds, so that the report can tell.'
      : '';
    return `There is no finished run in this thread to compare yet.${families}`;
  }
  const lines = report.comparisons.map((comparison) => describeComparison(report, comparison));
  const [earlier] = earlierReports;
  if (earlier) lines.push(compareRuns(report, earlier).sentence);
  const { existing } = state.requirements;
  const metric = existing?.metric ?? 'accuracy';
  const ours = scoreToTrust(report, metric);
  if (existing && ours) lines.push(compareWithExisting(metric, ours, existing));
  if (lines.length === 0) return 'Only one family was tried, so there is nothing to compare it with.';
  return lines.map((line) => say`• ${line}`).join('\n');
}

function compareWithExisting(
  metric: MetricName,
  { score: ours, where }: TrustedScore,
  { score, wanted }: NonNullable<Requirements['existing']>,
): string {
  const { label, greaterIsBetter } = METRICS[metric];
  const isOutside = score < ours.low || score > ours.high;
  const isAhead = greaterIsBetter ? ours.value > score : ours.value < score;
  const verdict = isOutside ? (isAhead ? 'better than' : 'worse than') : 'tied with';
  const goal = wanted === null ? '' : ` ${describeGoal(metric, ours, wanted)}`;
  return `${capitalise(label)} ${where} is ${formatInterval(metric, ours)}: ${verdict} the ${formatScore(metric, score)} of your model, if that was measured on comparable rows.${goal}`;
}

function describeGoal(metric: MetricName, ours: Interval, wanted: number): string {
  const goal = formatScore(metric, wanted);
  const { greaterIsBetter } = METRICS[metric];
  const [worst, best] = greaterIsBetter ? [ours.low, ours.high] : [ours.high, ours.low];
  const reaches = (value: number) => (greaterIsBetter ? value >= wanted : value <= wanted);
  if (reaches(worst)) return `The ${goal} that you want is reached.`;
  return reaches(best)
    ? `The ${goal} that you want lies inside the interval: it may be reached, which more rows would tell.`
    : `The ${goal} that you want is not reached.`;
}
