/** Settings of a family as lines across one axis for each hyperparameter, the score last: axes lie one under another, so
 *  that a phone has room for their names. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Distribution, ParameterValue } from '../../ml/tuning/distributions.ts';
import { toUnit } from '../../ml/tuning/unit-interval.ts';
import { familyLabel, formatNumber, formatScore, plural, trialName, withinSentence } from '../format.ts';
import type { Report } from '../report.ts';
import { namesByImportance, type ScoredTrial, studyOf } from '../study.ts';
import type { PictureSpec } from './picture.ts';
import { measureText } from './render.ts';
import type { Block, Shape, TextShape } from './scene.ts';
import { scoreRange } from './score-range.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, tint, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
/** Room beside the axes for marks at their ends. */
const SIDE = 24;
const AXIS_GAP = 96;
const NAME_ABOVE = 26;
const NAME_BELOW = 24;
const MOST_AXES = 7;
const MOST_LINES = 200;
/** Faint enough for many lines to cross. */
const OTHERS = tint(COLOUR.faint, 0.6);

interface Axis {
  readonly name: string;
  readonly low: string;
  readonly high: string;
  /** From 0 at the left to 1; null where a setting has no such value. */
  readonly place: (trial: ScoredTrial) => number | null;
}

/** @returns null where too few settings were scored. */
export function parallelCoordinates(report: Report): PictureSpec | null {
  const study = studyOf(report);
  if (!study) return null;
  const { label, greaterIsBetter } = METRICS[report.metric];
  const names = namesByImportance(study).slice(0, MOST_AXES);
  const hidden = Object.keys(study.space).length - names.length;
  const axes = [
    ...names.map((name) => parameterAxis(name, study.space[name] as Distribution)),
    scoreAxis(report, study.trials),
  ];
  const shown = study.trials.slice(0, MOST_LINES);
  const nGood = Math.max(1, Math.ceil(shown.length / 4));
  const [best] = shown;
  const family = withinSentence(familyLabel(study.family, report.task));
  const title = 'Settings and what they reached';
  const scene = layoutSheet({
    title,
    subtitle: `Each line is one of ${plural(shown.length, 'setting')} of ${family}; read it from the top down to its ${label}.`,
    blocks: [legend(nGood), plot(axes, shown, nGood)],
    footnote: `${hidden > 0 ? `${plural(hidden, 'hyperparameter')} of less effect ${hidden === 1 ? 'is' : 'are'} not shown. ` : ''}${greaterIsBetter ? 'Higher' : 'Lower'} ${label} is better.`,
  });
  const setting = names.map((name) => `${name} ${valueText(best?.parameters[name])}`).join(', ');
  const altText =
    `Parallel coordinates of ${plural(shown.length, 'setting')} of ${family} over ${names.join(', ')} and ${label}. ` +
    `Best: ${trialName(best?.number ?? 0)} with ${setting}, ${label} ${formatScore(report.metric, best?.score.value ?? Number.NaN)}. ` +
    `The best quarter lies at ${names.map((name) => `${name} ${rangeText(name, shown.slice(0, nGood))}`).join('; ')}.`;
  return { fileName: 'settings.png', title, altText, scene };
}

function parameterAxis(name: string, distribution: Distribution): Axis {
  const isRange = distribution.kind !== 'categorical';
  const place = (value: ParameterValue | undefined) =>
    value === undefined ? null : toUnit(distribution, value);
  return {
    name: isRange && distribution.log ? `${name} (log)` : name,
    low: isRange ? formatNumber(distribution.low) : String(distribution.choices[0]),
    high: isRange ? formatNumber(distribution.high) : String(distribution.choices.at(-1)),
    place: ({ parameters }) => place(parameters[name]),
  };
}

/** The better end at the right. */
function scoreAxis({ metric }: Report, trials: readonly ScoredTrial[]): Axis {
  const { label, greaterIsBetter } = METRICS[metric];
  const { worst: from, best: to } = scoreRange(
    trials.map(({ score }) => score.value),
    greaterIsBetter,
  );
  const isCut = from !== trials.at(-1)?.score.value;
  return {
    name: label,
    low: `${formatScore(metric, from)}${isCut ? ' or worse' : ''}`,
    high: formatScore(metric, to),
    place: ({ score }) => (from === to ? 0.5 : Math.min(1, Math.max(0, (score.value - from) / (to - from)))),
  };
}

function plot(axes: readonly Axis[], trials: readonly ScoredTrial[], nGood: number): Block {
  const y = (axis: number) => NAME_ABOVE + 6 + axis * AXIS_GAP;
  const x = (place: number) => SIDE + place * (INNER - 2 * SIDE);
  const shapes: Shape[] = [];
  // The best last, so that they lie above the others.
  for (const [rank, trial] of [...trials.entries()].reverse()) {
    const { colour, width } = style(rank, nGood);
    const points = axes.flatMap((axis, i) => {
      const place = axis.place(trial);
      return place === null ? [] : [{ x: x(place), y: y(i) }];
    });
    for (const [i, to] of points.entries()) {
      const from = points[i - 1];
      if (from) shapes.push({ kind: 'line', x1: from.x, y1: from.y, x2: to.x, y2: to.y, colour, width });
    }
    if (rank >= nGood) continue;
    for (const { x: at, y: level } of points)
      shapes.push({
        kind: 'mark',
        x: at,
        y: level,
        radius: rank === 0 ? 8 : 5,
        fill: colour,
        ring: COLOUR.paper,
      });
  }
  for (const [i, { name, low, high }] of axes.entries()) {
    const axis = { x1: 0, y1: y(i), x2: INNER, y2: y(i), colour: COLOUR.faint, width: 2 };
    shapes.unshift({ kind: 'line', ...axis });
    // Below the last axis there are no lines that a text could cover.
    const level = y(i) + (i === axes.length - 1 ? NAME_BELOW : 4 - NAME_ABOVE);
    shapes.push(
      ...onPaper({ x: 0, y: level, text: low, colour: COLOUR.muted, align: 'left' }),
      ...onPaper({ x: INNER / 2, y: level, text: name, colour: COLOUR.ink, weight: 600, align: 'center' }),
      ...onPaper({ x: INNER, y: level, text: high, colour: COLOUR.muted, align: 'right' }),
    );
  }
  return { height: y(axes.length - 1) + NAME_BELOW + 12, shapes };
}

/** Text that lines do not cross. */
function onPaper(text: Omit<TextShape, 'kind' | 'size'> & Required<Pick<TextShape, 'align'>>): Shape[] {
  const maxWidth = INNER / 3;
  const width = Math.min(maxWidth, measureText(text.text, SIZE.tiny, text.weight)) + 8;
  const left = { left: 0, center: width / 2, right: width }[text.align];
  return [
    { kind: 'rect', x: text.x - left, y: text.y - 12, width, height: 24, fill: COLOUR.paper, radius: 4 },
    { kind: 'text', size: SIZE.tiny, maxWidth, ...text },
  ];
}

function style(rank: number, nGood: number): { readonly colour: string; readonly width: number } {
  if (rank === 0) return { colour: COLOUR.vermillion, width: 4 };
  return rank < nGood ? { colour: COLOUR.blue, width: 2.5 } : { colour: OTHERS, width: 1.5 };
}

function legend(nGood: number): Block {
  const entries = [
    ['the best', style(0, nGood)],
    ...(nGood > 1 ? [['the best quarter', style(1, nGood)] as const] : []),
    ['others', style(nGood, nGood)],
  ] as const;
  const shapes = entries.flatMap(([text, { colour, width }], i): Shape[] => {
    const left = i * 220;
    return [
      { kind: 'line', x1: left, y1: 12, x2: left + 36, y2: 12, colour, width },
      { kind: 'text', x: left + 46, y: 12, text, size: SIZE.small, colour: COLOUR.ink },
    ];
  });
  return { height: 24, shapes };
}

function valueText(value: ParameterValue | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

function rangeText(name: string, trials: readonly ScoredTrial[]): string {
  const values = trials.map(({ parameters }) => parameters[name]).filter((value) => value !== undefined);
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) return [...new Set(values)].join(' or ');
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)].map(formatNumber);
  return low === high ? String(low) : `${low} to ${high}`;
}
