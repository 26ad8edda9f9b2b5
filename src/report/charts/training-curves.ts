/** Training and validation loss by step: one panel for each family's best trial, the chosen step marked. Panels,
 *  because a boosting iteration and an epoch are not the same step. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { Task } from '../../ml/experiment.ts';
import { hasCurve, lossLabel, readCurve } from '../convergence.ts';
import { capitalise, familyLabel, formatCount, formatNumber, stepWord, trialName } from '../format.ts';
import { keptEnsemble } from '../model-name.ts';
import type { FamilyCurve, Report } from '../report.ts';
import type { PictureSpec } from './picture.ts';
import { type Block, moveShape, type Shape } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, FAMILY_MARK, MARGIN, SIZE, tint, WIDTH } from './theme.ts';
import { logTicks, wholeTicks } from './ticks.ts';

const INNER = WIDTH - 2 * MARGIN;
const GUTTER = 28;
/** Share of the plot kept free above the highest curve: the mark's label stands there, so it never covers a curve. */
const HEADROOM = 0.2;

/** The winner's panel is wide, those of its rivals stand below it side by side.
 *  @returns null where no family has a curve of two steps. */
export function trainingCurves(report: Report): PictureSpec | null {
  const [first, ...rivals] = report.curves.filter(hasCurve);
  if (!first) return null;
  const loss = lossLabel(report.task);
  const title = 'Training curves';
  const width = rivals.length === 2 ? (INNER - GUTTER) / 2 : INNER;
  const small = rivals.map((curve) => panel(curve, report.task, width, 190));
  const scene = layoutSheet({
    title,
    subtitle: `${capitalise(loss)} per row, mean of the folds, for ${keptEnsemble(report) ? 'the heaviest member and ' : ''}the best trial of each family. Lower is better.`,
    blocks: [
      legend([first, ...rivals].some(ratesVary)),
      panel(first, report.task, INNER, 300),
      ...(rivals.length === 2 ? [sideBySide(small)] : small),
    ],
  });
  const altText = [first, ...rivals].map((curve) => describe(curve, report.task)).join(' ');
  return { fileName: 'training-curves.png', title, altText: `Training curves. ${altText}`, scene };
}

function describe(curve: FamilyCurve, task: Task): string {
  const loss = lossLabel(task);
  const { trainLoss, validationLoss } = chosenPoint(curve);
  const validation =
    validationLoss === undefined ? '' : ` and validation ${loss} ${formatNumber(validationLoss)}`;
  return (
    `${familyLabel(curve.family, task)}, ${trialName(curve.trial)}: ${markText(curve)} is chosen, with training ${loss} ` +
    `${formatNumber(trainLoss)}${validation}. ${readCurve(curve).sentence}${describeSteps(curve)}`
  );
}

/** Of a network: how large its steps were. */
function describeSteps({ points, family }: FamilyCurve): string {
  const rates = points.flatMap(({ learningRate }) => learningRate ?? []);
  const norms = points.flatMap(({ gradientNorm }) => gradientNorm ?? []);
  const [first, last] = [norms[0], norms.at(-1)];
  if (rates.length === 0 || first === undefined || last === undefined) return '';
  const unit = stepWord(family);
  return (
    ` The learning rate was ${formatNumber(Math.max(...rates))} at most; the norm of the gradients went from ` +
    `${formatNumber(first)} in the first ${unit} to ${formatNumber(last)} in the last.`
  );
}

function panel(curve: FamilyCurve, task: Task, width: number, plotHeight: number): Block {
  const { colour } = FAMILY_MARK[curve.family];
  const { words } = readCurve(curve);
  const heading = { kind: 'text', x: 0, maxWidth: width } as const;
  return {
    height: plotHeight + 58,
    shapes: [
      {
        ...heading,
        y: 12,
        text: `${familyLabel(curve.family, task)} · ${trialName(curve.trial)}`,
        size: SIZE.body,
        weight: 600,
        colour,
      },
      { ...heading, y: 38, text: capitalise(words), size: SIZE.small, colour: COLOUR.muted },
      {
        kind: 'chart',
        x: 0,
        y: 58,
        width,
        height: plotHeight,
        configuration: curveChart(curve, width) as ChartConfiguration,
      },
    ],
  };
}

function sideBySide(blocks: readonly Block[]): Block {
  const width = (INNER + GUTTER) / blocks.length;
  return {
    height: Math.max(...blocks.map((block) => block.height)),
    shapes: blocks.flatMap((block, i) => block.shapes.map((shape) => moveShape(shape, i * width, 0))),
  };
}

/** @param withRates whether a panel shows learning rates. */
function legend(withRates: boolean): Block {
  const line = { kind: 'line', y1: 10, y2: 10, colour: COLOUR.ink } as const;
  const text = { kind: 'text', y: 10, size: SIZE.small, colour: COLOUR.ink } as const;
  const shapes: Shape[] = [
    { ...line, x1: 0, x2: 32, width: 3.5 },
    { ...text, x: 42, text: 'validation' },
    { ...line, x1: 150, x2: 182, width: 2.5, dash: TRAINING_DASH },
    { ...text, x: 192, text: 'training' },
    { ...line, x1: 291, x2: 291, y1: 0, y2: 20, width: 1.5, dash: CHOSEN_DASH },
    { ...text, x: 305, text: 'chosen step, the mean of the folds' },
    ...(withRates
      ? ([
          { ...line, x1: 0, x2: 32, y1: 42, y2: 42, width: 1.5, dash: RATE_DASH, colour: COLOUR.muted },
          { ...text, x: 42, y: 42, text: 'learning rate of a network, from 0 to its highest' },
        ] as const)
      : []),
  ];
  return { height: withRates ? 52 : 20, shapes };
}

const TRAINING_DASH = [6, 5];
const CHOSEN_DASH = [4, 4];
const RATE_DASH = [2, 3];
/** Of the plot's height: the learning rate stands below most of the losses. */
const RATE_SHARE = 0.3;

/** A constant rate needs no line. */
function ratesVary({ points }: FamilyCurve): boolean {
  const rates = points.map(({ learningRate }) => learningRate);
  return rates.every((rate) => rate !== undefined) && new Set(rates).size > 1;
}

/** The Chart.js configuration of one panel: pure values, apart from the functions that write tick labels. */
export function curveChart(curve: FamilyCurve, width: number): ChartConfiguration<'line'> {
  const { colour } = FAMILY_MARK[curve.family];
  const chosen = chosenPoint(curve);
  const losses = curve.points.flatMap((point) => [point.trainLoss, point.validationLoss ?? point.trainLoss]);
  const axis = lossAxis(losses);
  const first = curve.points[0].step;
  const last = curve.points[curve.points.length - 1].step;
  const line = (key: 'trainLoss' | 'validationLoss', style: object): ChartDataset<'line'> => ({
    label: key === 'trainLoss' ? 'training' : 'validation',
    data: curve.points.map((point) => ({ x: point.step, y: point[key] as number })),
    borderColor: colour,
    backgroundColor: colour,
    pointRadius: 0,
    ...style,
  });
  const datasets = [line('trainLoss', { borderWidth: 2.5, borderDash: TRAINING_DASH })];
  if (hasValidation(curve)) datasets.push(line('validationLoss', { borderWidth: 3.5 }));
  const hasRates = ratesVary(curve);
  if (hasRates) datasets.push(rateLine(curve));
  const highestRate = Math.max(...curve.points.map(({ learningRate = 0 }) => learningRate));
  const atRight = chosen.step > (first + last) / 2;
  return {
    type: 'line',
    data: { datasets },
    options: {
      layout: { padding: { right: 14, top: 4 } },
      scales: {
        x: {
          type: 'linear',
          min: first,
          max: last,
          title: { display: true, text: stepWord(curve.family), padding: 0 },
          grid: { display: false },
          afterBuildTicks: (scale) => {
            scale.ticks = wholeTicks(last, Math.round(width / 100)).map((value) => ({ value }));
          },
          ticks: { maxRotation: 0, callback: (step) => formatCount(Number(step)) },
        },
        y: {
          type: axis.type,
          min: axis.min,
          max: axis.max,
          border: { display: false },
          afterBuildTicks: (scale) => {
            if (axis.type === 'logarithmic') {
              scale.ticks = logTicks(axis.min, axis.max).map((value) => ({ value }));
            }
          },
          ticks: { maxTicksLimit: 6, includeBounds: false, callback: (value) => formatNumber(Number(value)) },
        },
        ...(hasRates && {
          yRate: { type: 'linear', display: false, min: 0, max: highestRate / RATE_SHARE },
        }),
      },
      plugins: {
        annotation: {
          clip: false, // the chosen step may be the last
          annotations: {
            after: {
              type: 'box',
              xMin: chosen.step,
              xMax: last,
              backgroundColor: tint(colour, 0.07),
              borderWidth: 0,
              drawTime: 'beforeDatasetsDraw',
            },
            chosen: {
              type: 'line',
              xMin: chosen.step,
              xMax: chosen.step,
              borderColor: COLOUR.ink,
              borderWidth: 1.5,
              borderDash: CHOSEN_DASH,
            },
            // Not named `label`: the plugin would take it for a default of all annotations and draw nothing.
            chosenLabel: {
              type: 'label',
              content: markText(curve),
              xValue: chosen.step,
              yValue: axis.labelAt,
              position: { x: atRight ? 'end' : 'start', y: 'center' },
              xAdjust: atRight ? -4 : 4,
              color: COLOUR.ink,
              font: { size: SIZE.small, weight: 600 },
              padding: 4,
            },
            point: {
              type: 'point',
              xValue: chosen.step,
              yValue: chosen.validationLoss ?? chosen.trainLoss,
              radius: 6,
              backgroundColor: colour,
              borderColor: COLOUR.paper,
              borderWidth: 2,
            },
          },
        },
      },
    },
  };
}

/** On an axis of its own, which is not drawn: its shape is what matters. */
function rateLine(curve: FamilyCurve): ChartDataset<'line'> {
  return {
    label: 'learning rate',
    data: curve.points.map(({ step, learningRate = 0 }) => ({ x: step, y: learningRate })),
    yAxisID: 'yRate',
    borderColor: COLOUR.muted,
    borderDash: RATE_DASH,
    borderWidth: 1.5,
    pointRadius: 0,
  };
}

interface LossAxis {
  readonly type: 'linear' | 'logarithmic';
  readonly min: number;
  readonly max: number;
  /** Where the mark's label stands: in the headroom. */
  readonly labelAt: number;
}

/** Linear, or logarithmic where the first steps would press the rest of the curve flat. */
function lossAxis(losses: readonly number[]): LossAxis {
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  const room = HEADROOM / (1 - HEADROOM);
  if (low > 0 && high > 8 * low) {
    const max = high * (high / low) ** room;
    return { type: 'logarithmic', min: low * 0.8, max, labelAt: max / (max / high) ** 0.4 };
  }
  const spread = high - low || Math.abs(high) || 1;
  const max = high + spread * room;
  return { type: 'linear', min: Math.max(0, low - 0.08 * spread), max, labelAt: max - 0.4 * (max - high) };
}

function chosenPoint(curve: FamilyCurve): FamilyCurve['points'][number] {
  const distance = (step: number) => Math.abs(step - curve.bestStep);
  return curve.points.reduce((best, point) => (distance(point.step) < distance(best.step) ? point : best));
}

function markText(curve: FamilyCurve): string {
  return `${stepWord(curve.family)} ${formatCount(chosenPoint(curve).step)}`;
}

function hasValidation(curve: FamilyCurve): boolean {
  return curve.points.every((point) => point.validationLoss !== undefined);
}
