/** Categories as codes of one column, for estimators that split on sets of categories (the tree view). */
import { z } from 'zod';
import type { CategoricalColumn } from '../data/table.ts';
import { frequentCategories, placeOfCodes } from './categories.ts';

/** Boosted trees bin to at most 255 values: 254 categories and the bucket of the rest. */
const MAX_CATEGORIES = 254;

export const OrdinalEncoder = z.object({
  kind: z.literal('ordinal'),
  categories: z.array(z.string()),
  rare: z.boolean(),
});
export type OrdinalEncoder = z.infer<typeof OrdinalEncoder>;

/** @param minRows training rows that a category must have for a code of its own. */
export function fitOrdinal(column: CategoricalColumn, rows: Uint32Array, minRows: number): OrdinalEncoder {
  const { kept, rare } = frequentCategories(column, rows, minRows, MAX_CATEGORIES);
  return { kind: 'ordinal', categories: kept, rare };
}

/** Number of codes: the kept categories, and one for the rare bucket where there is one. At least 1. */
export function nCodes(encoder: OrdinalEncoder): number {
  return Math.max(1, encoder.categories.length + (encoder.rare ? 1 : 0));
}

/** @returns Float64Array (rows.length): the code; NaN where missing. A category unseen in training takes the rare
 *  bucket; where training had none, it is NaN, because nothing was learned of it. */
export function encodeOrdinal(
  encoder: OrdinalEncoder,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array {
  const places = placeOfCodes(column, encoder.categories);
  const nKept = encoder.categories.length;
  const elsewhere = encoder.rare ? nKept : Number.NaN;
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]];
    if (code < 0) out[i] = Number.NaN;
    else out[i] = places[code] < nKept ? places[code] : elsewhere;
  }
  return out;
}
