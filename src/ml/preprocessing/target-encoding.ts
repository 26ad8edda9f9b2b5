/** Categories as the outcome's mean among the training rows that have them, drawn towards the overall mean.
 *
 *  A row's own outcome must not be in its features, or a model learns to read it there: rows that are trained on get
 *  an encoding that was computed from other rows (`cross-fitting.ts`), rows that are predicted get the one of all. */
import { z } from 'zod';
import type { CategoricalColumn } from '../data/table.ts';
import { placeOfCodes } from './categories.ts';

export const TargetEncoder = z.object({
  kind: z.literal('target'),
  categories: z.array(z.string()),
  /** What each output stands for, in words: the mean of the target in regression, else the share of a class. */
  outputs: z.array(z.string()),
  /** Per output: the encoding of each category, then that of missing. */
  encodings: z.array(z.array(z.number())),
  /** Per output: the encoding of categories that training did not hold or keep. */
  means: z.array(z.number()),
});
export type TargetEncoder = z.infer<typeof TargetEncoder>;

/** `auto`: empirical Bayes, by how much outcomes vary within and between categories. A number m: as if m more rows
 *  of the overall mean had the category. */
export type Smoothing = 'auto' | number;

/** Outcomes of one output. @property values Float64Array; NaN where unknown. */
interface Outcomes {
  readonly label: string;
  readonly values: Float64Array;
}

/** @param codes    Int32Array (rows): place among `categories`, `categories.length` for missing, -1 for a category
 *                  that is not kept.
 *  @param outcomes one per output, each Float64Array (rows).
 *  @param skip     rows (by place) that are left out. */
export function fitTargetEncoder(
  categories: readonly string[],
  codes: Int32Array,
  outcomes: readonly Outcomes[],
  smoothing: Smoothing,
  skip?: (place: number) => boolean,
): TargetEncoder {
  const fits = outcomes.map(({ values }) =>
    smoothedMeans(codes, categories.length + 1, values, smoothing, skip),
  );
  return {
    kind: 'target',
    categories: [...categories],
    outputs: outcomes.map(({ label }) => label),
    encodings: fits.map(({ encodings }) => [...encodings]),
    means: fits.map(({ mean }) => mean),
  };
}

/** One output as a number per row: the value itself in regression, else whether the row is of the class.
 *  @returns one per output: one in regression and binary tasks (of the second class), else one per class. */
export function outcomesOf(values: Float64Array, classes: readonly string[], target: string): Outcomes[] {
  if (classes.length === 0) return [{ label: `mean of ${target}`, values }];
  const wanted = classes.length === 2 ? [1] : classes.keys();
  return Array.from(wanted, (index) => {
    const hits = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      hits[i] = Number.isNaN(values[i]) ? Number.NaN : values[i] === index ? 1 : 0;
    }
    return { label: `share of ${classes[index]}`, values: hits };
  });
}

/** Where each row's category stands in an encoder of `kept`; `codes` as in `fitTargetEncoder`. O(rows). */
export function placesOf(column: CategoricalColumn, kept: readonly string[], rows: Uint32Array): Int32Array {
  const places = placeOfCodes(column, kept);
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]];
    const place = code < 0 ? kept.length : places[code];
    codes[i] = code >= 0 && place === kept.length ? -1 : place;
  }
  return codes;
}

/** @returns one Float64Array (rows.length) per output, never NaN. */
export function encodeTargetMeans(
  encoder: TargetEncoder,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array[] {
  return encodeOutOfFold([encoder], new Uint8Array(column.codes.length), column, rows);
}

/** Each row by the encoder of its fold.
 *  @param encoders one per fold, all with the same categories and outputs.
 *  @param foldOf   Uint8Array (rows of the column): which of the encoders a row is encoded by.
 *  @returns one Float64Array (rows.length) per output, never NaN. */
export function encodeOutOfFold(
  encoders: readonly TargetEncoder[],
  foldOf: Uint8Array,
  column: CategoricalColumn,
  rows: Uint32Array,
): Float64Array[] {
  const [{ categories, outputs }] = encoders;
  const codes = placesOf(column, categories, rows);
  return outputs.map((_, k) => {
    const tables = encoders.map(({ encodings }) => Float64Array.from(encodings[k]));
    const means = encoders.map((encoder) => encoder.means[k]);
    const out = new Float64Array(rows.length);
    for (let i = 0; i < out.length; i++) {
      const fold = foldOf[rows[i]];
      out[i] = codes[i] < 0 ? means[fold] : tables[fold][codes[i]];
    }
    return out;
  });
}

/** `auto` weighs a category's own mean with λ = nσ² / (nσ² + s²), where σ² is the variance of all outcomes and s² that
 *  within the category (Micci-Barreca 2001, equations 5 and 6, as in scikit-learn's TargetEncoder): equal outcomes are
 *  believed however few they are. A category without rows gets the overall mean; no rows at all: 0. O(rows). */
function smoothedMeans(
  codes: Int32Array,
  nCodes: number,
  outcomes: Float64Array,
  smoothing: Smoothing,
  skip?: (place: number) => boolean,
): { encodings: Float64Array; mean: number } {
  const n = new Float64Array(nCodes);
  const sums = new Float64Array(nCodes);
  const used = new Uint8Array(codes.length);
  let total = 0;
  let nUsed = 0;
  for (let i = 0; i < codes.length; i++) {
    if (Number.isNaN(outcomes[i]) || skip?.(i)) continue;
    used[i] = 1;
    nUsed++;
    total += outcomes[i];
    if (codes[i] < 0) continue;
    n[codes[i]]++;
    sums[codes[i]] += outcomes[i];
  }
  const mean = finite(nUsed === 0 ? 0 : total / nUsed);
  let variance = 0;
  const squares = new Float64Array(nCodes);
  for (let i = 0; i < codes.length; i++) {
    if (!used[i]) continue;
    variance += (outcomes[i] - mean) ** 2 / nUsed;
    if (codes[i] >= 0) squares[codes[i]] += (outcomes[i] - sums[codes[i]] / n[codes[i]]) ** 2;
  }
  const encodings = new Float64Array(nCodes);
  for (let c = 0; c < nCodes; c++) {
    const own = sums[c] / n[c];
    if (n[c] === 0) encodings[c] = mean;
    else if (smoothing === 'auto') {
      const weight = (n[c] * variance) / (n[c] * variance + squares[c] / n[c]);
      encodings[c] = Number.isFinite(weight) ? weight * own + (1 - weight) * mean : mean;
    } else encodings[c] = (sums[c] + smoothing * mean) / (n[c] + smoothing);
    if (!Number.isFinite(encodings[c])) encodings[c] = mean;
  }
  return { encodings, mean };
}

/** Sums of astronomic outcomes overflow; they carry no usable mean. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
