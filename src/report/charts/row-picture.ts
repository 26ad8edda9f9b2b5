/** What each column did to the prediction of one row. */
import type { Explanation } from '../../ml/evidence.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { effectLevel, signedEffect, unitWords } from '../chapters/effect-words.ts';
import { explainedRow, type RowEffect } from '../chapters/row.ts';
import { formatCount, truncate } from '../format.ts';
import { unitOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableRow, type TableSpec } from './table-picture.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';

const SHOWN = 12;

/** @returns null where the row was not explained. */
export function rowPicture(source: ChapterSource): PictureSpec | null {
  const found = explainedRow(source);
  if (!found) return null;
  const { unit, towards } = unitWords(found.explanation, source.report, found.output);
  const inUnits = found.explanation.unit;
  const name = formatCount(found.row);
  const title = `Why ${unitOf(source.report)} ${name} was predicted so`;
  const named = found.effects.filter(({ name: column }) => column !== null);
  const shown = named.slice(0, SHOWN);
  const rest = found.effects.filter((effect) => !shown.includes(effect));
  const scene = layoutSheet({
    title,
    subtitle: `How far each column moved it towards ${towards} (right) or away (left), in ${unit}: from ${effectLevel(inUnits, found.base)} on average to ${effectLevel(inUnits, found.total)}.`,
    blocks: [layoutTable(rowTable(shown, rest, inUnits), WIDTH - 2 * MARGIN)],
    footnote: `${
      found.explanation.method === 'trees'
        ? 'Exact Shapley values of the trees.'
        : 'Shapley values from sampled orders; thin line: two standard errors.'
    } What a column did here says nothing of what would happen if it were changed.`,
  });
  const altText = `Effects on the prediction of ${unitOf(source.report)} ${name} (${unit}), the largest first: ${shown
    .map(
      ({ name: column, cell, effect }) => `${column} = ${cell ?? 'missing'} ${signedEffect(inUnits, effect)}`,
    )
    .join('; ')}.`;
  return { fileName: `row-${found.row}.png`, title, altText, scene };
}

function rowTable(
  shown: readonly RowEffect[],
  rest: readonly RowEffect[],
  unit: Explanation['unit'],
): TableSpec {
  const others = rest.reduce((sum, { effect }) => sum + effect, 0);
  const reach =
    Math.max(...shown.map(({ effect, error }) => Math.abs(effect) + 2 * (error ?? 0)), Math.abs(others)) || 1;
  const row = (name: string, cell: string, effect: number, error: number, colour: string): TableRow => ({
    cells: [
      { text: name },
      { text: cell },
      {
        bar: {
          from: -reach,
          to: reach,
          origin: 0,
          value: effect,
          low: effect - 2 * error,
          high: effect + 2 * error,
          colour,
        },
      },
      { text: signedEffect(unit, effect) },
    ],
  });
  return {
    columns: [
      { heading: 'Column', kind: 'text' },
      { heading: 'Value', kind: 'text' },
      { heading: '', kind: 'bar' },
      { heading: 'Effect', kind: 'number' },
    ],
    rows: [
      ...shown.map(({ name, cell, effect, error }) =>
        row(
          truncate(name ?? '', 32),
          truncate(cell ?? 'missing', 24),
          effect,
          error ?? 0,
          effect > 0 ? COLOUR.vermillion : COLOUR.blue,
        ),
      ),
      ...(rest.length > 0 ? [row('All other columns', '', others, 0, COLOUR.grey)] : []),
    ],
  };
}
