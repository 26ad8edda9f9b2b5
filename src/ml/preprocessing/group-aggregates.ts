/** What is usual among the rows of a category: mean and deviation of a number, and how many training rows have it.
 *  Nothing here looks at the outcome. */
import { z } from 'zod';
import type { CategoricalColumn } from '../data/table.ts';
import { placesOf } from './target-encoding.ts';

export const AggregateEncoder = z.object({
  kind: z.literal('aggregate'),
  categories: z.array(z.string()),
  /** Per category, then of missing. */
  means: z.array(z.number()),
  deviations: z.array(z.number()),
  /** Of all training rows; for categories that training did not hold or keep. */
  mean: z.number(),
  deviation: z.number(),
});
export type AggregateEncoder = z.infer<typeof AggregateEncoder>;

export const CountEncoder = z.object({
  kind: z.literal('count'),
  categories: z.array(z.string()),
  /** log(1 + training rows) per category, then of missing; of others it is 0. */
  logCounts: z.array(z.number()),
});
export type CountEncoder = z.infer<typeof CountEncoder>;

interface Moments {
  n: number;
  mean: number;
  squares: number;
}

/** Standard deviations are of the population; a category with fewer than 2 numbers has that of all rows.
 *  @param categories which ones have a mean of their own.
 *  @param numbers    Float64Array (rows.length), NaN where missing. */
export function fitAggregate(
  column: CategoricalColumn,
  categories: readonly string[],
  numbers: Float64Array,
  rows: Uint32Array,
): AggregateEncoder {
  const codes = placesOf(column, categories, rows);
  const groups = Array.from(
    { length: categories.length + 1 },
    (): Moments => ({ n: 0, mean: 0, squares: 0 }),
  );
  const all: Moments = { n: 0, mean: 0, squares: 0 };
  for (let i = 0; i < codes.length; i++) {
    if (Number.isNaN(numbers[i])) continue;
    add(all, numbers[i]);
    if (codes[i] >= 0) add(groups[codes[i]], numbers[i]);
  }
  const mean = finiteOr(all.mean, 0);
  const deviation = finiteOr(Math.sqrt(all.squares / all.n), 0);
  return {
    kind: 'aggregate',
    categories: [...categories],
    means: groups.map((group) => (group.n === 0 ? mean : finiteOr(group.mean, mean))),
    deviations: groups.map(({ n, squares }) =>
      n < 2 ? deviation : finiteOr(Math.sqrt(squares / n), deviation),
    ),
    mean,
    deviation,
  };
}

/** @returns the mean and the deviation of each row's category: two Float64Array (rows.length), never NaN. */
export function encodeAggregate(
  encoder: AggregateEncoder,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array[] {
  const codes = placesOf(column, encoder.categories, rows);
  return [lookUp(codes, encoder.means, encoder.mean), lookUp(codes, encoder.deviations, encoder.deviation)];
}

export function fitCount(
  column: CategoricalColumn,
  categories: readonly string[],
  rows: Uint32Array,
): CountEncoder {
  const codes = placesOf(column, categories, rows);
  const counts = new Float64Array(categories.length + 1);
  for (const code of codes) if (code >= 0) counts[code]++;
  return { kind: 'count', categories: [...categories], logCounts: Array.from(counts, Math.log1p) };
}

/** @returns Float64Array (rows.length), never NaN. */
export function encodeCount(
  encoder: CountEncoder,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array {
  return lookUp(placesOf(column, encoder.categories, rows), encoder.logCounts, 0);
}

function lookUp(codes: Int32Array, values: readonly number[], otherwise: number): Float64Array {
  const table = Float64Array.from(values);
  const out = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) out[i] = codes[i] < 0 ? otherwise : table[codes[i]];
  return out;
}

/** Welford's update: no difference of large sums. */
function add(moments: Moments, value: number): void {
  moments.n++;
  const from = value - moments.mean;
  moments.mean += from / moments.n;
  moments.squares += from * (value - moments.mean);
}

function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
