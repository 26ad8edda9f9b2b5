/** The scores on the holdout, each with its interval and the baseline's beside it. */
import type { MetricName } from '../../ml/experiment.ts';
import type { Interval } from '../../ml/judgement.ts';
import { METRICS, metricsFor } from '../../ml/metrics/registry.ts';
import { baselineName } from '../forecast-words.ts';
import { capitalise, formatBounds, formatCount, formatInterval, formatScore, truncate } from '../format.ts';
import { modelName } from '../model-name.ts';
import type { Report } from '../report.ts';
import { unitsOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { type Bar, layoutTable, type TableSpec } from './table-picture.ts';
import { COLOUR, FAMILY_MARK, MARGIN, WIDTH } from './theme.ts';

export function metricTable(report: Report): PictureSpec {
  const { judgement } = report;
  const winner = modelName(report);
  const title = report.forecast ? 'Scores on held-out forecasts' : `Scores on held-out ${unitsOf(report)}`;
  const what = report.forecast ? 'values' : unitsOf(report);
  const rows = `${formatCount(judgement.holdoutRows)} held-out ${what}`;
  const scene = layoutSheet({
    title,
    subtitle: `${winner} on ${formatCount(judgement.holdoutRows)} ${what} of ${truncate(report.dataset.name, 50)} that no trial has seen, predicting ${truncate(report.target, 40)}.`,
    blocks: [layoutTable(metricTableSpec(report), WIDTH - 2 * MARGIN)],
    footnote: `↑ higher is better, ↓ lower is better. Bar: 95% interval. Ring: ${report.forecast ? baselineName(report) : 'the baseline, which looks at no column'}. Each row has its own scale.`,
  });
  const scores = reportedMetrics(report).map((metric) => {
    const baseline = judgement.baseline[metric];
    const against = baseline ? ` (baseline ${formatScore(metric, baseline.value)})` : '';
    return `${METRICS[metric].label} ${formatInterval(metric, judgement.holdout[metric] as Interval)}${against}`;
  });
  const altText = `${winner} on ${rows}, with 95% intervals: ${scores.join('; ')}.`;
  return { fileName: 'metrics.png', title, altText, scene };
}

/** Of names that the first column has no room for. */
const SHORT: Partial<Record<MetricName, string>> = { mape: 'MAPE', smape: 'SMAPE' };

function metricTableSpec(report: Report): TableSpec {
  const { colour } = FAMILY_MARK[report.winner.family];
  return {
    columns: [
      { heading: 'Metric', kind: 'text' },
      { heading: 'Score', kind: 'number' },
      { heading: '95% interval', kind: 'number', joined: true },
      { heading: '', kind: 'bar' },
      { heading: 'Baseline', kind: 'number' },
    ],
    rows: reportedMetrics(report).map((metric) => {
      const score = report.judgement.holdout[metric] as Interval;
      const baseline = report.judgement.baseline[metric];
      const ranking = metric === report.metric;
      return {
        cells: [
          {
            text: `${SHORT[metric] ?? capitalise(METRICS[metric].label)} ${METRICS[metric].greaterIsBetter ? '↑' : '↓'}`,
          },
          { text: formatScore(metric, score.value) },
          { text: formatBounds(metric, score) },
          { bar: scoreBar(score, baseline, ranking ? colour : COLOUR.grey) },
          { text: baseline ? formatScore(metric, baseline.value) : '–' },
        ],
        ...(ranking ? { highlight: colour } : {}),
      };
    }),
  };
}

/** The metric that decided first, then the task's others in their usual order. */
function reportedMetrics(report: Report): MetricName[] {
  const names = new Set<MetricName>([report.metric, ...metricsFor(report.task)]);
  for (const name of Object.keys(report.judgement.holdout)) names.add(name as MetricName);
  return [...names].filter((name) => report.judgement.holdout[name] !== undefined);
}

/** Each row has its own track, from the baseline to the score and a little further on both sides: what is gained,
 *  and how sure that is. */
function scoreBar(score: Interval, baseline: Interval | undefined, colour: string): Bar {
  const ends = [score.low, score.high, score.value, baseline?.value ?? score.value].filter(Number.isFinite);
  const least = Math.min(...ends);
  const greatest = Math.max(...ends);
  const pad = (greatest - least || 1) * 0.12;
  return {
    from: least - pad,
    to: greatest + pad,
    value: score.value,
    low: score.low,
    high: score.high,
    ...(baseline ? { reference: baseline.value } : {}),
    colour,
  };
}
