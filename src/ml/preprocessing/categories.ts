/** Which categories of a column are worth a place of their own. */
import type { CategoricalColumn } from '../data/table.ts';

/** @property kept  categories by falling count in the training rows (ties: by code unit), so that the first is the
 *                  most frequent one.
 *  @property rare  whether further categories occur in the training rows; they share one bucket, which new
 *                  categories join. */
export interface FrequentCategories {
  readonly kept: string[];
  readonly rare: boolean;
}

/** @param rows       rows to count in.
 *  @param minCount   rows that a category must have to be kept.
 *  @param maxKept    at most so many are kept. */
export function frequentCategories(
  column: CategoricalColumn,
  rows: Uint32Array,
  minCount: number,
  maxKept: number,
): FrequentCategories {
  const counts = new Uint32Array(column.categories.length);
  for (const row of rows) {
    const code = column.codes[row] as number;
    if (code >= 0) counts[code] = (counts[code] as number) + 1;
  }
  const present = Array.from(counts.keys()).filter((code) => (counts[code] as number) > 0);
  // A stable sort over codes, which are in code-unit order, settles ties.
  present.sort((a, b) => (counts[b] as number) - (counts[a] as number));
  const kept = present
    .filter((code) => (counts[code] as number) >= minCount)
    .slice(0, maxKept)
    .map((code) => column.categories[code] as string);
  return { kept, rare: kept.length < present.length };
}

/** Place of each of the column's codes among `kept`; `kept.length` for a category that is not among them. */
export function placeOfCodes(column: CategoricalColumn, kept: readonly string[]): Uint32Array {
  const placeOf = new Map(kept.map((category, place) => [category, place]));
  return Uint32Array.from(column.categories, (category) => placeOf.get(category) ?? kept.length);
}
