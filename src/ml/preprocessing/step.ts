/** One step of a fitted pipeline: from one or two columns to the features that come of them. Plain data, and pure
 *  functions over it. */
import { z } from 'zod';
import type { Feature } from '../estimator.ts';
import { ArithmeticEncoder, arithmeticLabel, combineNumbers } from './arithmetic.ts';
import { crossedLabel } from './cross.ts';
import { DateEncoder, encodeDate } from './date-parts.ts';
import { AggregateEncoder, CountEncoder, encodeAggregate, encodeCount } from './group-aggregates.ts';
import { fillGaps, gapIndicator, MedianImputer } from './impute.ts';
import { type ColumnReader, Input } from './input.ts';
import { NumericTransform, transformNumbers } from './numeric-transform.ts';
import { encodeOneHot, OneHotEncoder, oneHotLabels } from './one-hot.ts';
import { encodeOrdinal, nCodes, OrdinalEncoder } from './ordinal.ts';
import { encodeOutOfFold, encodeTargetMeans, TargetEncoder } from './target-encoding.ts';
import { encodeText, TextEncoder, textLabels } from './text-facts.ts';
import {
  encodeHashedText,
  encodeTfIdf,
  HashedTextEncoder,
  hashedTextLabels,
  TfIdfEncoder,
  tfIdfLabels,
} from './tf-idf.ts';

/** What is read of the inputs:
 *  - `number`: one number or truth value;
 *  - `ordinal`, `oneHot`, `target`: the categories of one column, or of two that are crossed;
 *  - `count`: the categories of one column; `aggregate`: those, and a number;
 *  - `arithmetic`: two numbers or two dates; `date`, `text`, `tfidf`, `hashed`: one column. */
const Encoder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number') }),
  OrdinalEncoder,
  OneHotEncoder,
  TargetEncoder,
  DateEncoder,
  TextEncoder,
  TfIdfEncoder,
  HashedTextEncoder,
  ArithmeticEncoder,
  AggregateEncoder,
  CountEncoder,
]);
export type Encoder = z.infer<typeof Encoder>;

/** How an encoded number becomes dense. `transform` null leaves what lies within [-1, 1] as it is. */
const Finish = z.object({ imputer: MedianImputer, transform: NumericTransform.nullable() });
export type Finish = z.infer<typeof Finish>;

export const Step = z.object({
  inputs: z.array(Input).min(1).max(2),
  encoder: Encoder,
  /** Dense view only, where the encoder's numbers may have gaps or any scale: one entry per number, in its order. */
  finishes: z.array(Finish).optional(),
});
export type Step = z.infer<typeof Step>;

/** Encoders of the folds of cross-fitting, for rows that were fitted on. */
export interface OutOfFold {
  readonly encoders: readonly TargetEncoder[];
  /** Uint8Array (table rows). */
  readonly foldOf: Uint8Array;
}

/** The step's columns, one Float64Array (rows.length) per feature of `featuresOfStep`. A number of the tree view may
 *  be the table's own array. @throws COLUMN_TYPE_CHANGED */
export function applyStep(
  step: Step,
  reader: ColumnReader,
  rows: Uint32Array,
  outOfFold?: OutOfFold,
): Float64Array[] {
  const encoded = encodeInputs(step, reader, rows, outOfFold);
  return step.finishes?.flatMap((finish, i) => finished(finish, encoded[i])) ?? encoded;
}

/** The encoder's numbers, before they are filled and scaled. @throws COLUMN_TYPE_CHANGED */
export function encodeInputs(
  { inputs, encoder }: Pick<Step, 'inputs' | 'encoder'>,
  reader: ColumnReader,
  rows: Uint32Array,
  outOfFold?: OutOfFold,
): Float64Array[] {
  const [first, second] = inputs;
  switch (encoder.kind) {
    case 'number':
      return [reader.numbers(first, rows)];
    case 'ordinal':
      return [encodeOrdinal(encoder, reader.categories(inputs), rows)];
    case 'oneHot':
      return encodeOneHot(encoder, reader.categories(inputs), rows);
    case 'target': {
      const column = reader.categories(inputs);
      if (!outOfFold) return encodeTargetMeans(encoder, column, rows);
      return encodeOutOfFold(outOfFold.encoders, outOfFold.foldOf, column, rows);
    }
    case 'date':
      return encodeDate(encoder, reader.dates(first), rows);
    case 'text':
      return encodeText(encoder, reader.texts(first), rows);
    case 'tfidf':
      return encodeTfIdf(encoder, reader.texts(first), rows);
    case 'hashed':
      return encodeHashedText(encoder, reader.texts(first), rows);
    case 'arithmetic':
      return [combineNumbers(encoder, reader.numbers(first, rows), reader.numbers(second, rows))];
    case 'aggregate':
      return encodeAggregate(encoder, reader.categories([first]), rows);
    case 'count':
      return [encodeCount(encoder, reader.categories([first]), rows)];
  }
}

/** A feature that comes of two columns names the first as its source. */
export function featuresOfStep(step: Step): Feature[] {
  const { encoder, inputs } = step;
  const source = inputs[0].column;
  const names = namesOfNumbers(step);
  if (encoder.kind === 'ordinal') {
    return [{ name: names[0], source, kind: 'categorical', nCategories: nCodes(encoder) }];
  }
  return names.flatMap((name, i): Feature[] => {
    const feature: Feature = { name, source, kind: 'numeric' };
    const marked = step.finishes?.[i]?.imputer.indicator;
    return marked ? [feature, { name: `${name} is missing`, source, kind: 'numeric' }] : [feature];
  });
}

function namesOfNumbers({ inputs, encoder }: Step): string[] {
  const columns = inputs.map(({ column }) => column);
  const crossed = columns.join(' × ');
  switch (encoder.kind) {
    case 'number':
    case 'ordinal':
      return [crossed];
    case 'oneHot':
      return oneHotLabels(encoder).map((label) => `${crossed}=${crossedLabel(label)}`);
    case 'target':
      return encoder.outputs.map((output) => `mean of ${output} by ${crossed}`);
    case 'date':
      return encoder.parts.map((part) => `${crossed}: ${part}`);
    case 'text':
      return textLabels(encoder).map((label) => `${crossed}: ${label}`);
    case 'tfidf':
      return tfIdfLabels(encoder).map((label) => `${crossed}: ${label}`);
    case 'hashed':
      return hashedTextLabels(encoder).map((label) => `${crossed}: ${label}`);
    case 'arithmetic':
      return [arithmeticLabel(encoder, columns[0], columns[1])];
    case 'aggregate':
      return [`mean of ${columns[1]} by ${columns[0]}`, `deviation of ${columns[1]} by ${columns[0]}`];
    case 'count':
      return [`frequency of ${columns[0]}`];
  }
}

function finished({ imputer, transform }: Finish, values: Float64Array): Float64Array[] {
  const filled = fillGaps(imputer, values);
  const spread = transform ? transformNumbers(transform, filled) : filled;
  return imputer.indicator ? [spread, gapIndicator(values)] : [spread];
}
