/** The score against each hyperparameter alone, a small panel for each: where the good settings lie. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Distribution, ParameterValue } from '../../ml/tuning/distributions.ts';
import { toUnit } from '../../ml/tuning/unit-interval.ts';
import { familyLabel, formatNumber, formatScore, formatShare, plural, withinSentence } from '../format.ts';
import type { Report } from '../report.ts';
import { namesByImportance, type ScoredTrial, type Study, studyOf } from '../study.ts';
import type { PictureSpec } from './picture.ts';
import { type Block, moveShape, type Shape } from './scene.ts';
import { scoreRange } from './score-range.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, FAMILY_MARK, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const GAP = 32;
const PANEL = (INNER - GAP) / 2;
const PLOT_HEIGHT = 170;
const MOST_PANELS = 6;

/** @returns null where too few settings were scored. */
export function slices(report: Report): PictureSpec | null {
  const study = studyOf(report);
  if (!study) return null;
  const { metric, task } = report;
  const { label, greaterIsBetter } = METRICS[metric];
  const names = namesByImportance(study).slice(0, MOST_PANELS);
  const scale = scoreScale(report, study.trials);
  const panels = names.map((name) => panel(name, study, scale));
  const rows = Array.from({ length: Math.ceil(panels.length / 2) }, (_, row): Block => {
    const pair = panels.slice(2 * row, 2 * row + 2);
    const shapes = pair.flatMap(({ shapes: own }, i) =>
      own.map((shape) => moveShape(shape, i * (PANEL + GAP), 0)),
    );
    return { height: pair[0]?.height ?? 0, shapes };
  });
  const family = withinSentence(familyLabel(study.family, task));
  const title = 'The score against each hyperparameter';
  const shares = study.importances.length > 0;
  const isPartial = study.trials.some((trial) => names.some((one) => trial.parameters[one] === undefined));
  const scene = layoutSheet({
    title,
    subtitle: `${plural(study.trials.length, 'scored setting')} of ${family}. Up is better in every panel; the large mark is the best.`,
    blocks: rows,
    footnote: `From ${scale.worst} (bottom${scale.isCut ? ', or worse' : ''}) to ${scale.best} (top) ${label}; ${greaterIsBetter ? 'higher' : 'lower'} is better.${isPartial ? ' A setting that does not name a hyperparameter has no mark in its panel.' : ''}${shares ? ' Shares: of what single hyperparameters explain of the differences (functional ANOVA of a forest).' : ''}`,
  });
  const [best] = study.trials;
  const altText = `${label} of ${plural(study.trials.length, 'setting')} of ${family} against ${names
    .map((name) => `${name}${shareOf(name, study)} (best at ${valueText(best, name)})`)
    .join('; ')}. Scores from ${scale.worst} to ${scale.best}.`;
  return { fileName: 'slices.png', title, altText, scene };
}

interface ScoreScale {
  readonly worst: string;
  readonly best: string;
  readonly isCut: boolean;
  /** 0 at the bottom, 1 at the top. */
  readonly place: (score: number) => number;
}

function scoreScale({ metric }: Report, trials: readonly ScoredTrial[]): ScoreScale {
  const { best, worst } = scoreRange(
    trials.map(({ score }) => score.value),
    METRICS[metric].greaterIsBetter,
  );
  return {
    worst: formatScore(metric, worst),
    best: formatScore(metric, best),
    isCut: worst !== trials.at(-1)?.score.value,
    place: (score) => (best === worst ? 0.5 : Math.min(1, Math.max(0, (score - worst) / (best - worst)))),
  };
}

function panel(name: string, study: Study, scale: ScoreScale): Block {
  const distribution = study.space[name] as Distribution;
  const { colour, shape } = FAMILY_MARK[study.family];
  const top = 34;
  const bottom = top + PLOT_HEIGHT;
  const inset = 12;
  const place = (value: ParameterValue) => inset + toUnit(distribution, value) * (PANEL - 2 * inset);
  const marks = [...study.trials.entries()].reverse().flatMap(([rank, trial]): Shape[] => {
    const value = trial.parameters[name];
    if (value === undefined) return [];
    const x = place(value);
    const y = bottom - inset - scale.place(trial.score.value) * (PLOT_HEIGHT - 2 * inset);
    return [
      rank === 0
        ? { kind: 'mark', x, y, radius: 10, style: shape, fill: colour, ring: COLOUR.ink }
        : { kind: 'mark', x, y, radius: 6, style: shape, fill: colour, ring: COLOUR.paper },
    ];
  });
  const text = { kind: 'text', size: SIZE.tiny } as const;
  return {
    height: bottom + 26,
    shapes: [
      {
        ...text,
        x: 0,
        y: 14,
        text: `${name}${shareOf(name, study)}`,
        size: SIZE.small,
        weight: 600,
        colour: COLOUR.ink,
        maxWidth: PANEL,
      },
      { kind: 'rect', x: 0, y: top, width: PANEL, height: PLOT_HEIGHT, fill: COLOUR.track, radius: 4 },
      ...marks,
      ...axisTexts(distribution, place).map(
        (shape): Shape => ({ ...text, y: bottom + 16, colour: COLOUR.muted, ...shape }),
      ),
    ],
  };
}

type AxisText = { x: number; text: string; maxWidth: number; align?: 'center' | 'right' };

/** Names below their marks; of numbers the ends. */
function axisTexts(distribution: Distribution, place: (value: ParameterValue) => number): AxisText[] {
  if (distribution.kind === 'categorical') {
    const { choices } = distribution;
    const maxWidth = PANEL / choices.length - 8;
    return choices.map((choice) => ({ x: place(choice), text: String(choice), maxWidth, align: 'center' }));
  }
  const { low, high, log } = distribution;
  return [
    { x: 0, text: formatNumber(low), maxWidth: PANEL / 2 },
    { x: PANEL, text: `${formatNumber(high)}${log ? ' (log)' : ''}`, maxWidth: PANEL / 2, align: 'right' },
  ];
}

/** `, 42%`; nothing where it is not known. */
function shareOf(name: string, { importances }: Study): string {
  const found = importances.find((one) => one.name === name);
  return found ? `, ${formatShare(found.share)}` : '';
}

function valueText(trial: ScoredTrial | undefined, name: string): string {
  const value = trial?.parameters[name];
  return typeof value === 'number' ? formatNumber(value) : String(value ?? 'none');
}
