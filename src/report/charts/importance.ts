/** What the model leans on: the loss of the ranking metric when a column is shuffled. */
import { METRICS } from '../../ml/metrics/registry.ts';
import { formatInterval, plural } from '../format.ts';
import { modelName } from '../model-name.ts';
import type { Report } from '../report.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableSpec } from './table-picture.ts';
import { COLOUR, FAMILY_MARK, MARGIN, WIDTH } from './theme.ts';

const SHOWN = 15;

/** @returns null where no importance was computed. */
export function importancePicture(report: Report): PictureSpec | null {
  const { importance } = report.judgement;
  if (importance.length === 0) return null;
  const { label, greaterIsBetter } = METRICS[report.metric];
  const hidden = importance.length - SHOWN;
  const withoutEffect = importance.filter((one) => one.low <= 0).length;
  const title = 'What the model leans on';
  const footnote = `Thin line: 95% interval. ${
    withoutEffect > 0
      ? `${plural(withoutEffect, 'column')} of ${importance.length} ${withoutEffect === 1 ? 'has' : 'have'} no clear effect (grey). `
      : ''
  }${hidden > 0 ? `${plural(hidden, 'less important column')} not shown. ` : ''}Columns that carry the same information share their importance.`;
  const scene = layoutSheet({
    title,
    subtitle: `${greaterIsBetter ? 'Fall' : 'Rise'} of ${label} on the holdout when a column's values are shuffled.`,
    blocks: [layoutTable(importanceSpec(report), WIDTH - 2 * MARGIN)],
    footnote,
  });
  const rows = importance
    .slice(0, SHOWN)
    .map((one) => `${one.column} ${formatInterval(report.metric, { ...one, value: one.mean })}`);
  const altText =
    `Permutation importance of ${modelName(report).toLowerCase()}, as the ` +
    `${greaterIsBetter ? 'fall' : 'rise'} of ${label} with its 95% interval: ${rows.join('; ')}.`;
  return { fileName: 'importance.png', title, altText, scene };
}

function importanceSpec(report: Report): TableSpec {
  const shown = report.judgement.importance.slice(0, SHOWN);
  const { colour } = FAMILY_MARK[report.winner.family];
  const from = Math.min(0, ...shown.map((one) => one.low));
  const to = Math.max(...shown.map((one) => one.high), from + Number.EPSILON);
  return {
    columns: [
      { heading: 'Column', kind: 'text' },
      { heading: '', kind: 'bar' },
      {
        heading: `${METRICS[report.metric].greaterIsBetter ? 'Fall' : 'Rise'} of ${METRICS[report.metric].label}`,
        kind: 'number',
      },
    ],
    rows: shown.map((one) => ({
      cells: [
        { text: one.column },
        {
          bar: {
            from,
            to,
            origin: 0,
            value: one.mean,
            low: one.low,
            high: one.high,
            colour: one.low > 0 ? colour : COLOUR.faint,
          },
        },
        { text: formatInterval(report.metric, { ...one, value: one.mean }) },
      ],
    })),
  };
}
