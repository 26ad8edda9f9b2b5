/** How far the score is luck: the seed's, the rows', the time's. */
import type { Interval } from '../../ml/judgement.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Slices, Stability, Studies } from '../../ml/studies.ts';
import {
  formatBounds,
  formatCount,
  formatNumber,
  formatScore,
  formatShare,
  joinWords,
  plural,
  truncate,
} from '../format.ts';
import type { Absent, Chapter, ChapterCell, ChapterSource } from './chapter.ts';
import { NOT_REACHED, studiedSentence, studiesOf } from './studied.ts';

export function tellStability(source: ChapterSource): Chapter | Absent {
  const studies = studiesOf(source);
  if (typeof studies === 'string') return { absent: studies };
  const { stability, metric } = studies;
  if (!stability) return { absent: NOT_REACHED };
  const { slices } = stability;
  const { label } = METRICS[metric];
  const parts = varianceParts(stability);
  return {
    title: 'Is the score luck?',
    sentences: [
      seedSentence(studies, stability),
      parts
        ? `Single folds spread by ±${deviation(studies, parts.total)} around ${formatScore(metric, stability.mean)}: ${formatShare(parts.rows)} of that variance is which rows happened to be judged, ${formatShare(parts.seed)} the seed, ${formatShare(parts.rest)} what else differs between the folds, above all what was trained on.`
        : 'All folds and seeds scored the same.',
      ...sliceSentences(slices, studies),
      studiedSentence(studies, source.report),
    ],
    table: {
      caption: `${label} by fold and seed, and by group of rows, all by models that did not know the rows`,
      columns: ['Where', 'Rows or seeds', label, 'Lowest', 'Highest', 'Beyond chance'],
      rows: [...foldRows(stability, studies), ...slices.flatMap((one) => sliceRows(one, studies))],
    },
  };
}

/** For the chapter and its picture. */
export function seedSentence(studies: Studies, { scores, seedOfMean, seed }: Stability): string {
  const { label } = METRICS[studies.metric];
  const seeds = plural(scores.length, 'seed');
  return seedOfMean === 0
    ? `Another seed changes nothing: training draws nothing at random here that the ${label} shows (${seeds} were tried).`
    : `Another seed alone moves the cross-validated ${label} by about ±${deviation(studies, seedOfMean)}, and that of one fold by ±${deviation(studies, seed.value)} (standard deviations, from ${seeds}): smaller differences between two runs or two trials mean nothing.`;
}

export interface VarianceParts {
  /** Standard deviation of one fold's score with one seed. */
  readonly total: number;
  /** Shares of its square. */
  readonly seed: number;
  readonly rows: number;
  readonly rest: number;
}

/** @returns null where nothing varies. */
export function varianceParts({ variance: { seed, rows, rest } }: Stability): VarianceParts | null {
  const total = seed + rows + rest;
  if (!(total > 0)) return null;
  return { total: Math.sqrt(total), seed: seed / total, rows: rows / total, rest: rest / total };
}

/** A difference of scores, in about three digits whatever the score's own are. */
function deviation({ metric }: Pick<Studies, 'metric'>, value: number): string {
  if (METRICS[metric].unit === 'percent')
    return `${formatNumber(Number((100 * value).toPrecision(2)))} points`;
  return formatNumber(Number(value.toPrecision(2)));
}

const SIGNIFICANT = 0.05;

export function isBeyondChance({ adjusted }: Slices): boolean {
  return adjusted < SIGNIFICANT;
}

function sliceSentences(slices: readonly Slices[], studies: Studies): string[] {
  if (slices.length === 0) return [];
  const { metric } = studies;
  const clear = slices.filter(isBeyondChance);
  const looked = `${plural(slices.length, 'column')} ${slices.length === 1 ? 'was' : 'were'} looked at, corrected by Holm's method`;
  const time = slices.find(({ isTime }) => isTime);
  const overTime = time
    ? [
        isBeyondChance(time)
          ? `Over time (${truncate(time.column, 40)}) the score is not the same: ${ends(time, metric)}.`
          : `Over time (${truncate(time.column, 40)}) no change is shown.`,
      ]
    : [];
  const others = clear.filter((one) => one !== time);
  return [
    ...overTime,
    others.length === 0
      ? `By group of rows nothing beyond chance is shown (${looked}).`
      : `The score is not the same everywhere: ${joinWords(others.slice(0, 2).map((one) => `by ${truncate(one.column, 40)} ${ends(one, metric)}`))} (${looked}).`,
  ];
}

function ends({ groups }: Slices, metric: Studies['metric']): string {
  const sorted = [...groups].sort((a, b) => a.score.value - b.score.value);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (!low || !high) return '';
  const said = ({ group, score }: typeof low) =>
    `${formatScore(metric, score.value)} where it is ${truncate(group, 30)}`;
  return `from ${said(low)} to ${said(high)}`;
}

function foldRows({ scores, seed }: Stability, studies: Studies): ChapterCell[][] {
  const { metric } = studies;
  const [first = []] = scores;
  const folds = first.map((_, fold): ChapterCell[] => {
    const own = scores.map((row) => row[fold] as number);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return [
      `Fold ${fold + 1}`,
      { value: own.length, text: plural(own.length, 'seed') },
      cell(metric, mean),
      cell(metric, Math.min(...own)),
      cell(metric, Math.max(...own)),
      '',
    ];
  });
  const text = (value: number) => ({ value, text: `±${deviation(studies, value)}` });
  return [...folds, ['One fold, another seed', '', text(seed.value), text(seed.low), text(seed.high), '']];
}

function sliceRows(slices: Slices, { metric }: Studies): ChapterCell[][] {
  return slices.groups.map(({ group, rows, score }) => [
    `${truncate(slices.column, 40)} = ${truncate(group, 36)}`,
    { value: rows, text: formatCount(rows) },
    cell(metric, score.value),
    ...bounds(metric, score),
    isBeyondChance(slices) ? 'yes' : 'no',
  ]);
}

function cell(metric: Studies['metric'], value: number): ChapterCell {
  return { value, text: formatScore(metric, value) };
}

/** Each end in the digits of the score. */
function bounds(metric: Studies['metric'], score: Interval): ChapterCell[] {
  const [low = '', high = ''] = formatBounds(metric, score).slice(1, -1).split(', ');
  return [
    { value: score.low, text: low },
    { value: score.high, text: high },
  ];
}
