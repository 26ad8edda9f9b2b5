/** Two categorical columns as one: every pair of their categories that occurs is a category. */
import type { CategoricalColumn } from '../data/table.ts';

/** Stands between the two parts of a crossed category; no text that a person writes holds it. */
const SEPARATOR = '\u001f';
const MISSING = '(missing)';

/** Up to so many possible pairs are looked up in an array, more in a map. */
const MAX_ARRAY = 4_000_000;

/** Missing in one column is a part like any other; missing in both is missing. O(rows). */
export function crossColumns(a: CategoricalColumn, b: CategoricalColumn): CategoricalColumn {
  const nRows = a.codes.length;
  const width = b.categories.length + 1;
  const nPairs = (a.categories.length + 1) * width;
  const pairs = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) pairs[row] = (a.codes[row] + 1) * width + b.codes[row] + 1;

  const seen = distinct(pairs, nPairs).filter((pair) => pair > 0);
  const labels = seen.map((pair) => {
    const left = Math.floor(pair / width) - 1;
    const right = (pair % width) - 1;
    return (
      (left < 0 ? MISSING : a.categories[left]) + SEPARATOR + (right < 0 ? MISSING : b.categories[right])
    );
  });
  const categories = [...new Set(labels)].sort();
  const place = new Map(categories.map((category, code) => [category, code]));
  const codeOfPair = new Map(seen.map((pair, i) => [pair, place.get(labels[i]) as number]));
  const valid = new Uint8Array(nRows);
  const codes = new Int32Array(nRows).fill(-1);
  const lookup = nPairs <= MAX_ARRAY ? new Int32Array(nPairs) : undefined;
  if (lookup) for (const [pair, code] of codeOfPair) lookup[pair] = code;
  for (let row = 0; row < nRows; row++) {
    if (pairs[row] === 0) continue;
    valid[row] = 1;
    codes[row] = lookup ? lookup[pairs[row]] : (codeOfPair.get(pairs[row]) as number);
  }
  return { name: `${a.name} × ${b.name}`, type: 'categorical', valid, codes, categories };
}

/** A crossed category as a person reads it. */
export function crossedLabel(category: string): string {
  return category.replace(SEPARATOR, ' & ');
}

function distinct(values: Float64Array, bound: number): number[] {
  if (bound > MAX_ARRAY) return [...new Set(values)];
  const present = new Uint8Array(bound);
  for (let i = 0; i < values.length; i++) present[values[i]] = 1;
  const found: number[] = [];
  for (let value = 0; value < bound; value++) if (present[value]) found.push(value);
  return found;
}
