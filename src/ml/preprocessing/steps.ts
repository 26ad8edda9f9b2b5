/** One step of a pipeline: what it reads, how that becomes numbers, and what those are called. */
import { z } from 'zod';
import type { Feature } from '../estimator.ts';
import { ArithmeticEncoder, arithmeticLabel, combineNumbers } from './arithmetic.ts';
import { crossedLabel } from './cross.ts';
import { DateEncoder, encodeDate } from './date-parts.ts';
import { AggregateEncoder, CountEncoder, encodeAggregate, encodeCount } from './group-aggregates.ts';
import { fillGaps, gapIndicator, MedianImputer } from './impute.ts';
import type { ColumnReader } from './input.ts';
import { Input } from './input.ts';
import { NumericTransform, transformNumbers } from './numeric-transform.ts';
import { encodeOneHot, OneHotEncoder, oneHotLabels } from './one-hot.ts';
import { encodeOrdinal, nCodes, OrdinalEncoder } from './ordinal.ts';
import { encodePixels, PixelEncoder, pixelLabels } from './pixels.ts';
import { encodeSeen, SeenEncoding, seenLabels } from './seen-pictures.ts';
import { encodeSentences, SentenceEncoding, sentenceLabels } from './sentences.ts';
import {
  encodeMoments,
  encodeSummary,
  MomentsEncoder,
  momentLabels,
  SummaryEncoder,
  summaryLabels,
} from './sequences.ts';
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

export const Encoder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number') }),
  OrdinalEncoder,
  OneHotEncoder,
  TargetEncoder,
  DateEncoder,
  TextEncoder,
  TfIdfEncoder,
  HashedTextEncoder,
  SentenceEncoding,
  ArithmeticEncoder,
  AggregateEncoder,
  CountEncoder,
  PixelEncoder,
  SeenEncoding,
  MomentsEncoder,
  SummaryEncoder,
]);
export type Encoder = z.infer<typeof Encoder>;

/** What the dense view does with one number of an encoder; `transform` null keeps it as it is, once gaps are filled. */
export const DenseNumber = z.object({ imputer: MedianImputer, transform: NumericTransform.nullable() });
export type DenseNumber = z.infer<typeof DenseNumber>;

export const Step = z.object({
  /** One column, or two: those that are crossed or calculated with, or a category and the number in its groups. */
  inputs: z.array(Input).min(1).max(2),
  encoder: Encoder,
  /** Dense view, where the encoder's numbers may have gaps or any scale: one entry per number, in its order. */
  dense: z.array(DenseNumber).exactOptional(),
  /** Which of the step's features are kept, by place, ascending; absent for all. */
  kept: z.array(z.number().int().min(0)).exactOptional(),
});
export type Step = z.infer<typeof Step>;

/** Target encoders of a step that knows its training rows: one per fold of cross-fitting. */
export interface FoldEncoders {
  readonly encoders: readonly TargetEncoder[];
  /** Uint8Array (table rows). */
  readonly foldOf: Uint8Array;
}

/** The step's features of `rows`, each a Float64Array (rows.length); in the dense view never NaN.
 *  @param folds for rows of the fit: they get what their fold's encoder says.
 *  @throws COLUMN_TYPE_CHANGED, SENTENCES_UNREAD, PICTURES_UNSEEN */
export function applyStep(
  step: Step,
  reader: ColumnReader,
  rows: Uint32Array,
  folds?: FoldEncoders,
): Float64Array[] {
  const numbers = encode(step, reader, rows, folds);
  const { dense, kept } = step;
  const features = dense ? numbers.flatMap((values, i) => makeDense(dense[i], values)) : numbers;
  return kept ? kept.map((place) => features[place]) : features;
}

/** The encoder's numbers, before gaps are filled and scales made alike. @throws COLUMN_TYPE_CHANGED */
export function encode(
  { inputs, encoder }: Pick<Step, 'inputs' | 'encoder'>,
  reader: ColumnReader,
  rows: Uint32Array,
  folds?: FoldEncoders,
): Float64Array[] {
  switch (encoder.kind) {
    case 'number':
      return [reader.numbers(inputs[0], rows)];
    case 'ordinal':
      return [encodeOrdinal(encoder, reader.categories(inputs), rows)];
    case 'oneHot':
      return encodeOneHot(encoder, reader.categories(inputs), rows);
    case 'target':
      return folds
        ? encodeOutOfFold(folds.encoders, folds.foldOf, reader.categories(inputs), rows)
        : encodeTargetMeans(encoder, reader.categories(inputs), rows);
    case 'date':
      return encodeDate(encoder, reader.dates(inputs[0]), rows);
    case 'text':
      return encodeText(encoder, reader.texts(inputs[0]), rows);
    case 'tfidf':
      return encodeTfIdf(encoder, reader.texts(inputs[0]), rows);
    case 'hashed':
      return encodeHashedText(encoder, reader.texts(inputs[0]), rows);
    case 'sentences':
      return encodeSentences(encoder, reader.texts(inputs[0]), rows);
    case 'arithmetic':
      return [combineNumbers(encoder, reader.numbers(inputs[0], rows), reader.numbers(inputs[1], rows))];
    case 'aggregate':
      return encodeAggregate(encoder, reader.categories([inputs[0]]), rows);
    case 'count':
      return [encodeCount(encoder, reader.categories(inputs), rows)];
    case 'pixels':
      return encodePixels(encoder, reader.images(inputs[0]), rows);
    case 'seen':
      return encodeSeen(encoder, reader.images(inputs[0]), rows);
    case 'moments':
      return encodeMoments(encoder, reader.sequences(inputs[0]), rows);
    case 'summary':
      return encodeSummary(encoder, reader.sequences(inputs[0]), rows);
  }
}

/** What `applyStep` makes. A feature of two columns counts as made from the first. */
export function featuresOfStep(step: Step): Feature[] {
  const { inputs, encoder, dense, kept } = step;
  const source = inputs[0].column;
  const features = namesOf(step).flatMap((name, i): Feature[] => {
    if (encoder.kind === 'ordinal') {
      return [{ name, source, kind: 'categorical', nCategories: nCodes(encoder) }];
    }
    const feature: Feature = { name, source, kind: 'numeric' };
    const marked = dense?.[i].imputer.indicator;
    return marked ? [feature, { ...feature, name: `${name} is missing` }] : [feature];
  });
  return kept ? kept.map((place) => features[place]) : features;
}

/** One name per number of the encoder. */
function namesOf({ inputs, encoder }: Step): string[] {
  const name = inputs.map(({ column }) => column).join(' × ');
  const each = (labels: readonly string[]) => labels.map((label) => `${name}: ${label}`);
  switch (encoder.kind) {
    case 'number':
    case 'ordinal':
      return [name];
    case 'oneHot': {
      const labels = oneHotLabels(encoder);
      return labels.map((label) => `${name}=${inputs.length === 2 ? crossedLabel(label) : label}`);
    }
    case 'target':
      return each(encoder.outputs);
    case 'date':
      return each(encoder.parts);
    case 'text':
      return each(textLabels(encoder));
    case 'tfidf':
      return each(tfIdfLabels(encoder));
    case 'hashed':
      return each(hashedTextLabels(encoder));
    case 'sentences':
      return each(sentenceLabels(encoder));
    case 'arithmetic':
      return [arithmeticLabel(encoder, inputs[0].column, inputs[1].column)];
    case 'aggregate': {
      const [group, number] = inputs;
      return ['mean', 'deviation'].map((what) => `${what} of ${number.column} by ${group.column}`);
    }
    case 'count':
      return each(['frequency']);
    case 'pixels':
      return each(pixelLabels(encoder));
    case 'seen':
      return each(seenLabels(encoder));
    case 'moments':
      return each(momentLabels(encoder));
    case 'summary':
      return each(summaryLabels(encoder));
  }
}

function makeDense({ imputer, transform }: DenseNumber, values: Float64Array): Float64Array[] {
  const filled = fillGaps(imputer, values);
  const spread = transform ? transformNumbers(transform, filled) : filled;
  return imputer.indicator ? [spread, gapIndicator(values)] : [spread];
}
