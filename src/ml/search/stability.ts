/** How far a model's score depends on the seed, on the fold, on which rows were judged, and on where and when they are from. */

import { rowGroups } from '../data/row-groups.ts';
import { gather } from '../data/rows.ts';
import { findColumn, type Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { holm } from '../inspection/error-slices.ts';
import type { Importance, Interval } from '../judgement.ts';
import { scoreWithInterval, usualResamples } from '../metrics/intervals.ts';
import { heterogeneity, varianceComponents } from '../metrics/variance-components.ts';
import { chiSquaredTail, normalQuantile } from '../quantiles.ts';
import { deriveSeed } from '../random.ts';
import type { Slices, Stability } from '../studies.ts';
import { foldScores, type Opinion, type Question } from './opinion.ts';
import type { StudiedModel } from './studied-model.ts';

/** Columns whose groups are compared, time beside them, and groups of each. */
const SLICED_COLUMNS = 4;
const GROUPS = 6;
const FEWEST_ROWS = 30;
/** A deviation of this share of the score is none. */
const ROUNDING = 1e-7;
/** Only standard deviations are wanted: so many tell one to 4%. */
const RESAMPLES = 400;

/** @param model  the whole model, in all folds. @param studied its members that were trained with other seeds.
 *  @param repeats numbers of the seeds beside the run's own.
 *  @returns null where no seed was repeated, or the metric says nothing in some fold. */
export function measureStability(
  table: Table,
  model: StudiedModel,
  studied: StudiedModel,
  repeats: readonly number[],
  importance: readonly Importance[],
): Stability | null {
  const others = repeats.flatMap((number) => studied.changed(() => ({ kind: 'repeat', number })) ?? []);
  const opinions = [studied.opinion, ...others];
  const scores = opinions.map((opinion) => foldScores(studied.question, opinion));
  const nFolds = studied.question.rows.split.folds.length;
  if (others.length === 0 || nFolds < 2 || !scores.flat().every(Number.isFinite)) return null;
  const { mean, within: measured, withinLow, withinHigh, between } = varianceComponents(scores);
  // Sums of the same numbers in another order are no luck of a seed.
  const isRounding = measured < (ROUNDING * mean) ** 2;
  const within = isRounding ? 0 : measured;
  const ofRows = varianceOfRows(studied.question, studied.opinion);
  const rows = Math.min(between, ofRows);
  return {
    scores,
    mean,
    seed: isRounding
      ? { value: 0, low: 0, high: 0 }
      : { value: Math.sqrt(within), low: Math.sqrt(withinLow), high: Math.sqrt(withinHigh) },
    seedOfMean: Math.sqrt(within / nFolds),
    variance: { seed: within, rows, rest: between - rows },
    slices: compareSlices(table, model, importance),
  };
}

/** Of the rows of one fold, the variance that their number alone gives its score; mean over the folds. */
function varianceOfRows(question: Question, { judged }: Opinion): number {
  const { all, rows } = question;
  let start = 0;
  const variances = rows.split.folds.map(({ validation }) => {
    const some = Uint32Array.from(validation, (_, i) => start + i);
    start += validation.length;
    return errorOf(scoreOf(question, judged, some)) ** 2;
  });
  const known = variances.filter(Number.isFinite);
  return all.nRows === 0 || known.length === 0
    ? 0
    : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** @param some rows of the out-of-fold predictions. */
function scoreOf({ experiment, rows, all }: Question, judged: Float64Array, some: Uint32Array): Interval {
  const { metric, task, seed } = experiment;
  const { nClasses } = rows.target;
  const outputs = new Float64Array(some.length * nClasses);
  for (let i = 0; i < some.length; i++) {
    for (let k = 0; k < nClasses; k++)
      outputs[i * nClasses + k] = judged[(some[i] as number) * nClasses + k] as number;
  }
  const { groups, scale } = all;
  const { value, low, high } = scoreWithInterval(
    metric,
    task,
    gather(all.target, some, new Float64Array(some.length)),
    outputs,
    nClasses,
    {
      seed: deriveSeed(seed, 'stability'),
      resamples: Math.min(RESAMPLES, usualResamples(some.length)),
      ...(groups && { groups: gather(groups, some, new Int32Array(some.length)) }),
      ...(scale && { scale: gather(scale, some, new Float64Array(some.length)) }),
    },
  );
  return { value, low, high };
}

/** The standard error that a 95% interval stands for. */
function errorOf({ low, high }: Interval): number {
  return (high - low) / (2 * normalQuantile(0.975));
}

function compareSlices(table: Table, model: StudiedModel, importance: readonly Importance[]): Slices[] {
  const { question, opinion } = model;
  const { experiment, rows } = question;
  if (experiment.forecast) return [];
  const inTable = Uint32Array.from(rows.split.folds.flatMap(({ validation }) => [...validation]));
  const time = timeColumn(table, experiment);
  const names = [...new Set([...(time === null ? [] : [time]), ...importance.map(({ column }) => column)])];
  const found: Omit<Slices, 'adjusted'>[] = [];
  for (const name of names) {
    if (found.length === SLICED_COLUMNS) break;
    const column = findColumn(table, name);
    const groups = column && rowGroups(column, inTable, GROUPS);
    if (!groups) continue;
    const scored = groups.labels.flatMap((group, g) => {
      const some = Uint32Array.from(groups.of.keys()).filter((i) => groups.of[i] === g);
      if (some.length < FEWEST_ROWS) return [];
      const score = scoreOf(question, opinion.judged, some);
      const isKnown = [score.value, score.low, score.high].every(Number.isFinite) && errorOf(score) > 0;
      return isKnown ? [{ group, rows: some.length, score }] : [];
    });
    if (scored.length < 2) continue;
    const { q, freedom, variance } = heterogeneity(
      scored.map(({ score }) => ({ value: score.value, error: errorOf(score) })),
    );
    found.push({
      column: name,
      isTime: name === time,
      groups: scored,
      spread: Math.sqrt(variance),
      pValue: chiSquaredTail(q, freedom),
    });
  }
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return found.map((slices, i) => ({ ...slices, adjusted: adjusted[i] as number }));
}

/** What the rows are divided by, or the first date among the columns. */
function timeColumn(table: Table, { split, features }: Experiment): string | null {
  if (split.kind === 'time') return split.column;
  return features.find((name) => findColumn(table, name)?.type === 'datetime') ?? null;
}
