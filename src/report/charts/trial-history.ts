/** The study at a glance: the score of every trial in the order they were numbered, and the best so far. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Family } from '../../ml/tuning/trial.ts';
import { isBaseline } from '../forecast-words.ts';
import {
  capitalise,
  familyLabel,
  formatScore,
  joinWords,
  plural,
  trialName,
  withinSentence,
} from '../format.ts';
import type { Report, TrialRow } from '../report.ts';
import { type LegendEntry, legend } from './legend.ts';
import type { PictureSpec } from './picture.ts';
import type { Block, Shape } from './scene.ts';
import { scoreRange } from './score-range.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, FAMILY_MARK, MARGIN, WIDTH } from './theme.ts';
import { scoreTicks, wholeTicks } from './ticks.ts';

const INNER = WIDTH - 2 * MARGIN;
const PLOT_HEIGHT = 440;

type ScoredTrial = TrialRow & { readonly score: NonNullable<TrialRow['score']> };

/** @returns null where no trial was completed. */
export function trialHistory(report: Report): PictureSpec | null {
  const trials = scoredTrials(report);
  if (trials.length === 0) return null;
  const { label, greaterIsBetter } = METRICS[report.metric];
  const axis = scoreAxis(trials, greaterIsBetter);
  const best = trials.find((trial) => trial.number === report.winner.trial) ?? trials[0];
  const beyond = trials.filter((trial) => isBeyond(trial, axis));
  const unfinished = report.trials.length - trials.length;
  const notes: string[] = [];
  if (beyond.length > 0)
    notes.push(`Hollow marks lie beyond the axis: ${joinWords(ranges(report, beyond))}.`);
  if (unfinished > 0)
    notes.push(
      `${plural(unfinished, 'trial')} ended on the way (behind, failed or stopped) and ${unfinished === 1 ? 'has' : 'have'} no score.`,
    );

  const title = 'Trial history';
  const scene = layoutSheet({
    title,
    subtitle: `Cross-validated ${label} of ${plural(trials.length, 'trial')}. ${greaterIsBetter ? 'Higher' : 'Lower'} is better. Line: the best so far.`,
    blocks: [
      familyLegend(report, trials),
      { height: PLOT_HEIGHT, shapes: [chartShape(report, trials, axis)] },
    ],
    ...(notes.length > 0 ? { footnote: notes.join(' ') } : {}),
  });
  const altText =
    `Cross-validated ${label} by trial. Best: ${trialName(best.number)}, ${withinSentence(familyLabel(best.family, report.task))}, ` +
    `${formatScore(report.metric, best.score.value)}. ${capitalise(ranges(report, trials).join('; '))}. ${notes.join(' ')}`.trimEnd();
  return { fileName: 'trial-history.png', title, altText, scene };
}

/** `extra trees 0.803 to 0.820 (3 trials)`, for each family. */
function ranges({ metric, task }: Report, trials: readonly ScoredTrial[]): string[] {
  return familiesOf(trials).map((family) => {
    const own = trials.filter((trial) => trial.family === family).map((trial) => trial.score.value);
    const [low, high] = [Math.min(...own), Math.max(...own)].map((value) => formatScore(metric, value));
    const range = low === high ? low : `${low} to ${high}`;
    const name = withinSentence(familyLabel(family, task));
    return own.length === 1 ? `${name} ${range}` : `${name} ${range} (${plural(own.length, 'trial')})`;
  });
}

/** The Chart.js configuration: one scatter per family, above it the best score so far as a stepped line. */
function historyChart(
  report: Pick<Report, 'metric' | 'task' | 'winner'>,
  trials: readonly ScoredTrial[],
  axis: { min: number; max: number },
): ChartConfiguration<'line' | 'scatter'> {
  const few = trials.length <= 60;
  const scatter = (family: Family): ChartDataset<'scatter'> => {
    const { colour, shape } = FAMILY_MARK[family];
    const own = trials.filter((trial) => trial.family === family);
    return {
      type: 'scatter',
      label: familyLabel(family, report.task),
      data: own.map((trial) => ({ x: trial.number + 1, y: clamp(trial.score.value, axis) })),
      pointStyle: shape,
      pointRadius: own.map((trial) => (trial.number === report.winner.trial ? 11 : few ? 7 : 4.5)),
      backgroundColor: own.map((trial) => (isBeyond(trial, axis) ? COLOUR.paper : colour)),
      borderColor: own.map((trial) => (isBeyond(trial, axis) ? colour : COLOUR.paper)),
      borderWidth: own.map((trial) => (isBeyond(trial, axis) ? 2.5 : 1)),
      clip: false,
    };
  };
  const bestSoFar: ChartDataset<'line'> = {
    type: 'line',
    label: 'best so far',
    data: bestSoFarPoints(trials, report.metric).filter(({ y }) => y >= axis.min && y <= axis.max),
    stepped: 'before',
    borderColor: COLOUR.ink,
    borderWidth: 2,
    pointRadius: 0,
    order: 10, // behind the marks
  };
  const last = trials[trials.length - 1].number + 1;
  return {
    type: 'scatter',
    data: { datasets: [...familiesOf(trials).map(scatter), bestSoFar] },
    options: {
      layout: { padding: { right: 16, top: 14 } },
      scales: {
        x: {
          type: 'linear',
          min: 0.5,
          max: last + 0.5,
          afterBuildTicks: (scale) => {
            scale.ticks = wholeTicks(last, 7).map((value) => ({ value }));
          },
          title: { display: true, text: 'trial' },
          grid: { display: false },
          ticks: { maxRotation: 0 },
        },
        y: {
          type: 'linear',
          ...axis,
          border: { display: false },
          ticks: scoreTicks(report.metric, 7),
        },
      },
    },
  };
}

function chartShape(
  report: Report,
  trials: readonly ScoredTrial[],
  axis: { min: number; max: number },
): Shape {
  const configuration = historyChart(report, trials, axis) as ChartConfiguration;
  return { kind: 'chart', x: 0, y: 0, width: INNER, height: PLOT_HEIGHT, configuration };
}

/** Family names with their marks, drawn as in the plot. */
function familyLegend(report: Report, trials: readonly ScoredTrial[]): Block {
  const entries = familiesOf(trials).map((family): LegendEntry => {
    const { colour, shape } = FAMILY_MARK[family];
    return {
      sign: [{ kind: 'mark', x: 10, y: 0, radius: 8, style: shape, fill: colour }],
      indent: 28,
      text: familyLabel(family, report.task),
    };
  });
  return legend(entries, INNER, { gap: 26, rowHeight: 24 });
}

/** A little beyond the scores that are not far out; the baseline is far out by nature. */
function scoreAxis(trials: readonly ScoredTrial[], greaterIsBetter: boolean): { min: number; max: number } {
  const scores = trials
    .filter((trial) => !isBaseline(trial.family) || trials.every((other) => isBaseline(other.family)))
    .map((trial) => trial.score.value);
  const { best, worst } = scoreRange(scores, greaterIsBetter);
  const [low, high] = [Math.min(best, worst), Math.max(best, worst)];
  // At least a thousandth of the score, so that equal scores do not get an axis of rounding errors.
  const pad = Math.max(0.08 * (high - low), 0.001 * Math.abs(best)) || 1;
  return { min: low - pad, max: high + pad };
}

function bestSoFarPoints(
  trials: readonly ScoredTrial[],
  metric: Report['metric'],
): { x: number; y: number }[] {
  const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
  let best = Number.NEGATIVE_INFINITY;
  return trials.map((trial) => {
    best = Math.max(best, sign * trial.score.value);
    return { x: trial.number + 1, y: sign * best };
  });
}

function scoredTrials(report: Report): ScoredTrial[] {
  return report.trials
    .filter((trial): trial is ScoredTrial => trial.score !== null)
    .sort((a, b) => a.number - b.number);
}

function familiesOf(trials: readonly ScoredTrial[]): Family[] {
  return [...new Set(trials.map((trial) => trial.family))].sort((a, b) =>
    isBaseline(a) ? 1 : isBaseline(b) ? -1 : 0,
  );
}

function isBeyond(trial: ScoredTrial, axis: { min: number; max: number }): boolean {
  return trial.score.value < axis.min || trial.score.value > axis.max;
}

function clamp(value: number, axis: { min: number; max: number }): number {
  return Math.min(axis.max, Math.max(axis.min, value));
}
