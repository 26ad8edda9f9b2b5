/** Why one row was predicted as it was. */
import type { Explanation } from '../../ml/evidence.ts';
import {
  capitalise,
  formatCount,
  formatNumber,
  formatShare,
  joinWords,
  plural,
  truncate,
} from '../format.ts';
import type { Report } from '../report.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';
import { effectLevel, effectSize, signedEffect, unitWords } from './effect-words.ts';

export interface RowEffect {
  /** Null for all columns that are not told apart, together. */
  readonly name: string | null;
  readonly cell: string | null;
  readonly effect: number;
  /** Standard error; null where the effect is exact. */
  readonly error: number | null;
}

export interface ExplainedRow {
  readonly explanation: Explanation;
  /** As people count. */
  readonly row: number;
  readonly output: number;
  readonly base: number;
  readonly total: number;
  /** The largest first. */
  readonly effects: readonly RowEffect[];
}

/** @returns null where the run has not kept this row. */
export function explainedRow({ evidence, row }: ChapterSource): ExplainedRow | null {
  const explanation = evidence?.explanation;
  const at = explanation && row !== undefined ? explanation.rows.indexOf(row - 1) : -1;
  if (!explanation || row === undefined || at < 0) return null;
  const output = explanation.output[at] ?? 0;
  const base = explanation.base[output] ?? explanation.base[0] ?? 0;
  const effects = explanation.columns.map(({ name, cells, effects: all, errors }) => ({
    name,
    cell: cells[at] ?? null,
    effect: all[at] ?? 0,
    error: errors?.[at] ?? null,
  }));
  return {
    explanation,
    row,
    output,
    base,
    total: effects.reduce((sum, { effect }) => sum + effect, base),
    effects: effects.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
  };
}

export function tellRow(source: ChapterSource): Chapter | Absent {
  const { report } = source;
  const found = explainedRow(source);
  if (!found) return { absent: whyNot(source) };
  const { row, effects, base, total, explanation } = found;
  const { unit } = unitWords(explanation, report, found.output);
  const inUnits = explanation.unit;
  const push = (sign: 1 | -1) =>
    effects
      .filter(({ effect, name }) => name !== null && sign * effect > 0)
      .slice(0, 3)
      .map((one) => nameEffect(one, inUnits));
  const [up, down] = [push(1), push(-1)];
  const errors = effects.flatMap(({ error }) => error ?? []);
  return {
    title: `Why ${unitOf(report)} ${formatCount(row)} was predicted so`,
    sentences: [
      `${saidOf(found, report)} ${actualOf(source, row)}`.trim(),
      ...(up.length > 0 ? [`What pushed it up: ${joinWords(up)}.`] : []),
      ...(down.length > 0 ? [`What pulled it down: ${joinWords(down)}.`] : []),
      `The effects add up: ${effectLevel(inUnits, base)} on average, ${effectLevel(inUnits, total)} for this ${unitOf(report)} (${unit}).${
        errors.length > 0
          ? ` They are estimates from sampled orders, the least sure of them to ±${effectSize(inUnits, 2 * Math.max(...errors))}.`
          : ''
      }`,
    ],
    table: {
      caption: `What each column did to the prediction of ${unitOf(report)} ${formatCount(row)} (${unit})`,
      columns: ['Column', 'Value', 'Effect', ...(errors.length > 0 ? ['Standard error'] : [])],
      rows: effects.map(({ name, cell, effect, error }) => [
        name === null ? 'all other columns' : truncate(name, 60),
        name === null ? '' : (cell ?? 'missing'),
        { value: effect, text: signedEffect(inUnits, effect) },
        ...(errors.length > 0
          ? [error === null ? '' : { value: error, text: effectSize(inUnits, error) }]
          : []),
      ]),
    },
  };
}

/** What the model said, where the effects are in its units. */
function saidOf({ total, base, output, explanation }: ExplainedRow, report: Report): string {
  const { outcome } = unitWords(explanation, report, output);
  switch (explanation.unit) {
    case 'probability':
      return `The model gives ${outcome} a probability of ${formatShare(clamp(total))}; on average it is ${formatShare(clamp(base))}.`;
    case 'log-odds':
      return `The model gives ${outcome} a probability of ${formatShare(logistic(total))}; a ${unitOf(report)} of which nothing is known would get ${formatShare(logistic(base))}.`;
    case 'value':
      return `The model says ${outcome} is ${formatNumber(total)}; on average it says ${formatNumber(base)}.`;
    case 'score':
      return `The model takes it for ${outcome}.`;
  }
}

function actualOf({ evidence, report }: ChapterSource, row: number): string {
  const held = evidence?.heldOut;
  const at = held?.rows.indexOf(row - 1) ?? -1;
  const actual = held?.actual[at];
  if (actual === undefined) return '';
  const shown =
    report.task === 'regression' ? formatNumber(actual) : truncate(report.classes[actual] ?? '', 40);
  return `It really was ${shown}.`;
}

function nameEffect({ name, cell, effect }: RowEffect, unit: Explanation['unit']): string {
  return `${truncate(name ?? '', 40)} = ${truncate(cell ?? 'missing', 30)} (${signedEffect(unit, effect)})`;
}

function whyNot({ evidence, report, row }: ChapterSource): string {
  const explanation = evidence?.explanation;
  if (!explanation) {
    return 'No single predictions were explained in this run: it forecasts, reads pictures, has one column only, or is older than these explanations. For a table, make a plan once more.';
  }
  const { rows, of } = explanation;
  const nearest = [...rows].sort((a, b) => Math.abs(a + 1 - (row ?? 1)) - Math.abs(b + 1 - (row ?? 1)));
  const offer = nearest
    .slice(0, 3)
    .sort((a, b) => a - b)
    .map((one) => formatCount(one + 1));
  const [one, many] = [unitOf(report), unitsOf(report)];
  // Of recordings the report does not know how many there are: every number from 1 on may be one.
  const counted = report.recordings
    ? 'counted from 1 in the order in which the data names them first'
    : 'counted from 1 below the header';
  if (row === undefined) return `Which ${one}? For example ${one} ${offer[0]}, ${counted}.`;
  if (row < 1 || (!report.recordings && row > report.dataset.rows)) {
    return `${report.recordings ? 'Recordings are' : `The data has ${plural(report.dataset.rows, 'row')},`} ${counted}: there is no ${one} ${formatCount(row)}.`;
  }
  const held = evidence?.heldOut;
  const isHeld = held?.rows.includes(row - 1);
  const why = isHeld
    ? `the run kept the explanations of ${formatCount(rows.length)} of its ${plural(of, `held-out ${one}`)}, and this is not one of them`
    : `it was trained on, or its outcome is not known, and only ${many} that the model never saw tell how it really decides`;
  return `${capitalise(one)} ${formatCount(row)} is not explained: ${why}. Near it are ${many} ${joinWords(offer)}.`;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
