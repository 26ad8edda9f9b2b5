/** The groups of rows on which the model does worst, beside the rest. */
import type { ChapterSource } from '../chapters/chapter.ts';
import { formatError, formatErrorBounds, isClear, sliceName } from '../chapters/errors.ts';
import { capitalise, formatCount, plural, truncate } from '../format.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableSpec } from './table-picture.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';

/** @returns null where no group was compared. */
export function slicesPicture({ evidence, report }: ChapterSource): PictureSpec | null {
  const slices = evidence?.slices;
  if (!slices || slices.slices.length === 0) return null;
  const isRate = slices.measure === 'error_rate';
  const title = 'Where the model is wrong';
  const from = 0;
  const to = Math.max(...slices.slices.flatMap(({ inside, outside }) => [inside.high, outside.high])) * 1.03;
  const table: TableSpec = {
    columns: [
      { heading: `Group of ${unitsOf(report)}`, kind: 'text' },
      { heading: capitalise(unitsOf(report)), kind: 'number' },
      { heading: '', kind: 'bar' },
      { heading: isRate ? 'Wrong' : 'Off by', kind: 'number' },
    ],
    rows: slices.slices.map((slice) => {
      const [first, second] = slice.conditions.map((condition) =>
        sliceName({ ...slice, conditions: [condition] }),
      );
      return {
        cells: [
          { text: truncate(first ?? '', 44), ...(second ? { note: `and ${truncate(second, 50)}` } : {}) },
          { text: formatCount(slice.rows) },
          {
            bar: {
              from,
              to,
              value: slice.inside.value,
              low: slice.inside.low,
              high: slice.inside.high,
              reference: slice.outside.value,
              colour: isClear(slice) ? COLOUR.vermillion : COLOUR.faint,
            },
          },
          { text: formatError(slices, slice.inside.value) },
        ],
      };
    }),
  };
  const scene = layoutSheet({
    title,
    subtitle: isRate
      ? `Share of ${unitsOf(report)} taken for the wrong class, in the groups where it is highest. Over all ${plural(slices.rows, `held-out ${unitOf(report)}`)} it is ${formatError(slices, slices.overall)}.`
      : `Mean absolute error, in the groups where it is highest. Over all ${plural(slices.rows, `held-out ${unitOf(report)}`)} it is ${formatError(slices, slices.overall)}.`,
    blocks: [layoutTable(table, WIDTH - 2 * MARGIN)],
    footnote: `Bar: 95% interval. Ring: all other ${unitsOf(report)}. Orange groups stand out after correcting for the ${formatCount(slices.tested)} groups that were looked at (Holm, 5%); grey ones may be chance.`,
  });
  const altText = `${isRate ? 'Error rate' : 'Mean absolute error'} by group: ${slices.slices
    .map(
      (slice) =>
        `${sliceName(slice)} (${plural(slice.rows, unitOf(report))}) ${formatError(slices, slice.inside.value)} ${formatErrorBounds(slices, slice.inside)}, elsewhere ${formatError(slices, slice.outside.value)}${isClear(slice) ? '' : ', may be chance'}`,
    )
    .join('; ')}.`;
  return { fileName: 'errors.png', title, altText, scene };
}
