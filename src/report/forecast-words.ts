/** What a forecast's report says in sentences. */
import { nameSteps } from '../ml/forecasting/time-grid.ts';
import type { Interval } from '../ml/judgement.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import type { Family } from '../ml/tuning/trial.ts';
import { formatDate, formatDifference, formatInterval, formatNumber, formatShare, plural } from './format.ts';
import type { Report } from './report.ts';
import { unitOf } from './unit-words.ts';

type Facts = Pick<Report, 'judgement' | 'forecast' | 'recordings' | 'target' | 'metric' | 'winner'>;

/** Whether the family is what models must beat. */
export function isBaseline(family: Family): boolean {
  return family === 'baseline' || family === 'seasonal_naive';
}

/** What a model is compared with: its name in a sentence. */
export function baselineName({ forecast }: Pick<Facts, 'forecast'>): string {
  return forecast ? 'the seasonal naive forecast' : 'the baseline';
}

/** What was judged, counted: "1,409 held-out rows", "567 held-out forecasts of 14 days". */
export function judgedName(report: Pick<Report, 'judgement' | 'forecast' | 'recordings'>): string {
  const { judgement, forecast } = report;
  if (!forecast || !judgement.forecast) return plural(judgement.holdoutRows, `held-out ${unitOf(report)}`);
  const { step, horizon } = forecast.spec;
  return `${plural(judgement.forecast.windows, 'held-out forecast')} of ${nameSteps(step, horizon)}`;
}

/** The values to come, how it was judged, and whether its intervals can be believed; empty but for forecasts. */
export function forecastSentences(report: Facts): string[] {
  const { judgement, forecast } = report;
  if (!judgement.forecast || !forecast) return [];
  const { firstMs, lastMs, coverage, pinball } = judgement.forecast;
  const { step, horizon } = forecast.spec;
  const held = coverage.map(
    ({ wanted, held: share }) =>
      `${formatShare(wanted).replace('.0', '')} intervals held ${shareWithInterval(share)} of the values`,
  );
  return [
    nextSentence(report),
    relativeGainSentence(report),
    `Judged on ${judgedName(report)}, each made from the values before it alone, for ${formatDate(firstMs, step)} to ${formatDate(lastMs, step)}, by a model that was trained before.`,
    horizon > 1 ? stepErrorsSentence(report) : null,
    `The ${held.join(', the ')}. Their pinball loss, the mean over quantiles from 2.5% to 97.5% in units of MASE, is ${formatInterval('mase', pinball)}.`,
  ].filter((sentence) => sentence !== null);
}

function shareWithInterval({ value, low, high }: Interval): string {
  return `${formatShare(value)} [${formatShare(low)}, ${formatShare(high)}]`;
}

/** By what share of the baseline's error the model is better. */
function relativeGainSentence({ judgement, metric, winner }: Facts): string | null {
  const baseline = judgement.baseline[metric]?.value;
  if (isBaseline(winner.family) && !judgement.ensemble?.kept) return null;
  if (baseline === undefined || METRICS[metric].greaterIsBetter || !(baseline > 0)) return null;
  const share = `${((100 * Math.abs(judgement.gain.value)) / baseline).toFixed(1)}%`;
  const less = judgement.gain.value >= 0 ? 'less' : 'more';
  const difference = formatDifference(metric, judgement.gain, baseline);
  return `Its error is ${share} ${less} than that of the seasonal naive forecast: ${METRICS[metric].label} ${difference}, plus being better.`;
}

/** How the error grows with the distance. */
export function stepErrorsSentence({ judgement, forecast }: Facts): string | null {
  const steps = judgement.forecast?.bySteps ?? [];
  const [first, last] = [steps[0], steps.at(-1)];
  if (!forecast || !first || !last) return null;
  const { step, horizon } = forecast.spec;
  return (
    `One ${nameSteps(step, 1)} ahead its MASE is ${formatNumber(first.model)}, ${nameSteps(step, horizon)} ahead ` +
    `${formatNumber(last.model)}; the seasonal naive forecast has ${formatNumber(first.baseline)} and ${formatNumber(last.baseline)}.`
  );
}

/** The first and the last of the values to come. */
export function nextSentence({ forecast, target }: Facts): string | null {
  if (!forecast) return null;
  const [next] = forecast.next;
  const { spec, nSeries } = forecast;
  if (!next) {
    return `The values to come need ${spec.known.join(', ')} for their dates: send a file whose last rows have them, with ${target} left empty.`;
  }
  const described = [next.points[0], next.points.at(-1)].flatMap((point) => {
    if (!point) return [];
    const [, low, high] = point.bounds;
    return [
      `${formatNumber(point.forecast)} (80% interval ${formatNumber(low)} to ${formatNumber(high)}) for ${formatDate(point.time, spec.step)}`,
    ];
  });
  const which =
    next.series === null ? '' : ` of ${next.series}${nSeries > 1 ? ` (one of ${nSeries} series)` : ''}`;
  const values = described.length > 1 && spec.horizon > 1 ? described.join(' … ') : (described[0] ?? '');
  return `The values to come${which}: ${target} ${values}.`;
}
