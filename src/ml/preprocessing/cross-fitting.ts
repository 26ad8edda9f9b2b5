/** Which rows must not learn from which: the folds of cross-fitting. */
import { Random } from '../random.ts';

const N_FOLDS = 5;

/** What `foldOf` holds for a row that was not fitted on. */
export const NOT_FITTED = 255;

/** Every fitted row's fold. @property foldOf Uint8Array (table rows), 255 for rows that were not fitted on. */
export interface CrossFitting {
  readonly foldOf: Uint8Array;
  readonly nFolds: number;
}

/** Five shuffled folds of equal size over `rows`; with classes, each fold has their shares. A pure function of rows,
 *  outcomes and seed: nothing outside `rows` is looked at.
 *  @param values  Float64Array (table rows): the encoded outcome.
 *  @param nRows   rows of the table. @param stratify whether `values` are classes. */
export function drawFolds(
  values: Float64Array,
  rows: Uint32Array,
  nRows: number,
  stratify: boolean,
  seed: number,
): CrossFitting {
  const nFolds = Math.max(1, Math.min(N_FOLDS, rows.length));
  const foldOf = new Uint8Array(nRows).fill(NOT_FITTED);
  const shuffled = new Random(seed).derive('cross-fitting').shuffle(Uint32Array.from(rows));
  // Dealt like cards, class by class: the next class goes on where the last one ended.
  if (stratify) sortByClass(shuffled, values);
  for (let i = 0; i < shuffled.length; i++) foldOf[shuffled[i]] = i % nFolds;
  return { foldOf, nFolds };
}

/** By counting. Stable, so that the order within a class stays random; rows without an outcome come last. */
function sortByClass(rows: Uint32Array, values: Float64Array): void {
  let nClasses = 0;
  for (let i = 0; i < rows.length; i++) nClasses = Math.max(nClasses, classOf(values[rows[i]]) + 1);
  const next = new Uint32Array(nClasses + 1); // the last place is that of unknown outcomes
  for (let i = 0; i < rows.length; i++) next[placeOf(values[rows[i]], nClasses)]++;
  let from = 0;
  for (let place = 0; place <= nClasses; place++) {
    const count = next[place];
    next[place] = from;
    from += count;
  }
  const sorted = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[next[placeOf(values[rows[i]], nClasses)]++] = rows[i];
  rows.set(sorted);
}

/** -1 where unknown. */
function classOf(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

function placeOf(value: number, nClasses: number): number {
  return Number.isNaN(value) ? nClasses : value;
}
