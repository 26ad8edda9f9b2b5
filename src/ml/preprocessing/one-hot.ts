/** Categories as one 0/1 column each, for estimators that add and multiply (the dense view). */
import { z } from 'zod';
import type { CategoricalColumn } from '../data/table.ts';
import { frequentCategories, placeOfCodes } from './categories.ts';

export const OneHotEncoder = z.object({
  kind: z.literal('oneHot'),
  categories: z.array(z.string()),
  /** Whether rare categories share a column; unseen ones join it, else they are zero in every column. */
  rare: z.boolean(),
  /** Whether missing has a column, because it occurred in training. */
  missing: z.boolean(),
});
export type OneHotEncoder = z.infer<typeof OneHotEncoder>;

/** @param minRows    training rows that a category must have for a column of its own.
 *  @param maxColumns at most so many categories get one. */
export function fitOneHot(
  column: CategoricalColumn,
  rows: Uint32Array,
  minRows: number,
  maxColumns: number,
): OneHotEncoder {
  const { kept, rare } = frequentCategories(column, rows, minRows, maxColumns);
  const missing = rows.some((row) => column.codes[row] === -1);
  return { kind: 'oneHot', categories: kept, rare, missing };
}

/** What each column of `encodeOneHot` stands for. */
export function oneHotLabels(encoder: OneHotEncoder): string[] {
  return [
    ...encoder.categories,
    ...(encoder.rare ? ['(rare or new)'] : []),
    ...(encoder.missing ? ['(missing)'] : []),
  ];
}

/** @returns one Float64Array (rows.length) of 0 and 1 per label; a row is 1 in at most one of them. */
export function encodeOneHot(
  encoder: OneHotEncoder,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array[] {
  const places = placeOfCodes(column, encoder.categories);
  const columns = oneHotLabels(encoder).map(() => new Float64Array(rows.length));
  const nKept = encoder.categories.length;
  const missingColumn = encoder.missing ? columns[columns.length - 1] : undefined;
  const rareColumn = encoder.rare ? columns[nKept] : undefined;
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i] as number] as number;
    const place = code < 0 ? -1 : (places[code] as number);
    const hot = place < 0 ? missingColumn : place < nKept ? columns[place] : rareColumn;
    if (hot) hot[i] = 1;
  }
  return columns;
}
