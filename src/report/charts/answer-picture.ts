/** What the data says to a question: one row per group, a bar for the first measure. */
import type { DataAnswer } from '../../profile/data-question.ts';
import { formatCount, formatNumber, formatShare, plural } from '../format.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableCell, type TableColumn } from './table-picture.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';

const SHOWN = 30;

/** @param title what was asked, in words. */
export function answerPicture(title: string, answer: DataAnswer): PictureSpec {
  const { columns, nGroups, shares, rows, rowsMeant, moreGroups, groupsTooSmall } = answer;
  const cellText = (value: string | number | null | undefined, column: number) =>
    typeof value === 'number' && shares.includes(column) ? formatShare(value) : plainText(value);
  const shown = rows.slice(0, SHOWN);
  const values = shown.flatMap((row) => (typeof row[nGroups] === 'number' ? [row[nGroups]] : []));
  const hasBars = nGroups > 0 && values.length > 0;
  const from = Math.min(0, ...values);
  const to = Math.max(from + Number.EPSILON, ...values);
  const bar = (value: string | number | null | undefined): TableCell =>
    typeof value === 'number'
      ? { bar: { from, to, origin: 0, value, low: value, high: value, colour: COLOUR.blue } }
      : { text: '' };
  const table = layoutTable(
    {
      columns: columns.flatMap((heading, j): TableColumn[] => {
        const own: TableColumn = { heading, kind: j < nGroups ? 'text' : 'number' };
        return hasBars && j === nGroups ? [{ heading: '', kind: 'bar' }, own] : [own];
      }),
      rows: shown.map((row) => ({
        cells: row.flatMap((value, j): TableCell[] => {
          const own = { text: cellText(value, j) };
          return hasBars && j === nGroups ? [bar(value), own] : [own];
        }),
      })),
    },
    WIDTH - 2 * MARGIN,
  );
  const hidden = moreGroups + rows.length - shown.length;
  const notes = [
    ...(hidden > 0 ? [`${plural(hidden, 'more group')} not shown.`] : []),
    ...(groupsTooSmall > 0 ? [`${plural(groupsTooSmall, 'group')} of very few rows not told.`] : []),
  ];
  return {
    fileName: 'answer.png',
    title,
    altText: `${title}. ${shown.map((row) => row.map(cellText).join(', ')).join('; ')}.`,
    scene: layoutSheet({
      title,
      subtitle: `Over ${plural(rowsMeant, 'row')} of the data.`,
      blocks: [table],
      ...(notes.length > 0 && { footnote: notes.join(' ') }),
    }),
  };
}

function plainText(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '(missing)';
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? formatCount(value)
      : formatNumber(value)
    : value;
}
