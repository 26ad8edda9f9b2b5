/** Which steps a pipeline has, and what each learns from the training rows. */

import { gather } from '../data/rows.ts';
import { frequentCategories } from './categories.ts';
import type { CrossFitting } from './cross-fitting.ts';
import { fitDateEncoder, isCyclical } from './date-parts.ts';
import { fitAggregate, fitCount } from './group-aggregates.ts';
import { fitMedianImputer } from './impute.ts';
import type { ColumnReader, Input } from './input.ts';
import { binCategories, chooseArithmetic, chooseCrosses, rankInputs } from './interactions.ts';
import type { ScoringSample } from './mutual-information.ts';
import { binNumbers } from './mutual-information.ts';
import { fitNumericTransform } from './numeric-transform.ts';
import { fitOneHot } from './one-hot.ts';
import { fitOrdinal } from './ordinal.ts';
import type { PreprocessingParameters } from './parameters.ts';
import { fitPixels, wholePixels } from './pixels.ts';
import { sortedSample } from './quantile.ts';
import type { RobustScaler } from './scale.ts';
import { fitSeen } from './seen-pictures.ts';
import { fitSentences } from './sentences.ts';
import { fitMoments, summaryOf } from './sequences.ts';
import type { DenseNumber, Encoder, FoldEncoders, Step } from './steps.ts';
import { encode } from './steps.ts';
import { fitTargetEncoder, outcomesOf, placesOf } from './target-encoding.ts';
import { fitTextEncoder } from './text-facts.ts';
import { fitHashedText, fitTfIdf } from './tf-idf.ts';
import type { View } from './view.ts';

/** How wide one-hot encoding may make a matrix, all columns together, and one column alone. */
const MAX_ONE_HOT_COLUMNS = 2000;
const MAX_CATEGORIES_PER_COLUMN = 50;

/** Fewer rows of a category teach a number of its own nothing but noise. */
const MIN_ROWS_TO_LEARN = 5;
/** Categories with a mean of their own: each is a number in the model's file. */
const MAX_MEANS = 20_000;
/** A column with more categories than this has `high` cardinality. */
const HIGH_CARDINALITY = 10;
/** Each class makes one number per column. */
const MAX_TARGET_CLASSES = 10;

const MAX_GROUPS = 3;
const MAX_NUMBERS_PER_GROUP = 4;
const NUMBER_BINS = 12;

/** Training texts that must hold a term. */
const MIN_TEXTS_PER_TERM = 2;
const TEXT_FEATURES: Readonly<Record<View, number>> = { dense: 2048, tree: 256 };
const MIN_TEXT_FEATURES = 16;
/** Of all text columns together: 256 MB of training features. */
const MAX_TEXT_CELLS = 32_000_000;

/** Numbers that all quantile transforms together keep, and one of them. */
const MAX_QUANTILES = 200_000;
const MAX_QUANTILES_PER_COLUMN = 1000;
const MIN_QUANTILES_PER_COLUMN = 50;

/** Without gaps, and of the size that they should have, by construction. */
const BOUNDED: ReadonlySet<Encoder['kind']> = new Set([
  'oneHot',
  'tfidf',
  'hashed',
  'sentences',
  'seen',
  'moments',
]);

/** What every step is fitted from. */
export interface StepFit {
  readonly reader: ColumnReader;
  readonly inputs: readonly Input[];
  /** The training rows. */
  readonly rows: Uint32Array;
  readonly view: View;
  readonly parameters: PreprocessingParameters;
  /** Encoded outcome of every row of the table; only those of `rows` are looked at. */
  readonly outcomes: Float64Array;
  readonly classes: readonly string[];
  readonly target: string;
  readonly crossFitting: CrossFitting;
  /** Training rows that choices are made on. */
  readonly sample: ScoringSample;
}

export interface FittedStep {
  readonly step: Step;
  /** Where the step looked at the outcome. */
  readonly folds?: FoldEncoders;
}

interface Draft {
  readonly inputs: Input[];
  readonly encoder: Encoder;
  readonly folds?: FoldEncoders;
}

/** The columns' own steps in their order, then those of several columns. */
export function fitSteps(fit: StepFit): FittedStep[] {
  const { inputs, view, parameters } = fit;
  const { interactions } = parameters;
  const categorical = inputs.filter(({ as }) => as === 'categorical');
  const groups = inputs.filter(({ as }) => as === 'categorical' || as === 'boolean');
  const numbers = inputs.filter(({ as }) => as === 'numeric' || as === 'datetime');
  const crosses =
    interactions === 'categorical' || interactions === 'both'
      ? chooseCrosses(fit.reader, groups, fit.sample)
      : [];
  const pairs =
    interactions === 'arithmetic' || interactions === 'both'
      ? chooseArithmetic(fit.reader, numbers, fit.sample)
      : [];
  const maxOneHot = Math.min(
    MAX_CATEGORIES_PER_COLUMN,
    Math.max(1, Math.floor(MAX_ONE_HOT_COLUMNS / Math.max(1, categorical.length + crosses.length))),
  );
  const drafts: Draft[] = [
    ...inputs.flatMap((input) => fitInput(fit, input, maxOneHot)),
    ...crosses.map((pair) => fitCategories(fit, pair, maxOneHot)),
    ...pairs.map(
      ({ inputs, operation, unit }): Draft => ({
        inputs: [...inputs],
        encoder: { kind: 'arithmetic', operation, unit },
      }),
    ),
    ...(parameters.aggregates ? fitAggregates(fit, groups, numbers) : []),
  ];
  const common =
    view === 'dense' && parameters.numericTransform === 'common' ? fitCommonScaler(fit) : undefined;
  return drafts.map(({ folds, ...plain }) => {
    const step = view === 'dense' ? withDense(fit, plain, folds, drafts.length, common) : plain;
    return folds ? { step, folds } : { step };
  });
}

function fitInput(fit: StepFit, input: Input, maxOneHot: number): Draft[] {
  const { reader, rows, parameters } = fit;
  switch (input.as) {
    case 'numeric':
    case 'boolean':
      return [{ inputs: [input], encoder: { kind: 'number' } }];
    case 'categorical':
      return [fitCategories(fit, [input], maxOneHot)];
    case 'datetime': {
      const encoder = fitDateEncoder(reader.dates(input), rows, parameters.dates === 'cyclical');
      return [{ inputs: [input], encoder }];
    }
    case 'text':
      return fitText(fit, input).map((encoder) => ({ inputs: [input], encoder }));
    case 'image':
      return [{ inputs: [input], encoder: fitPictures(fit, input) }];
    case 'sequence': {
      const column = reader.sequences(input);
      if (parameters.sequences === 'none') return [];
      const encoder = parameters.sequences === 'summary' ? summaryOf(column) : fitMoments(column, rows);
      return [{ inputs: [input], encoder }];
    }
  }
}

function fitPictures({ reader, rows, view, parameters }: StepFit, input: Input): Encoder {
  const column = reader.images(input);
  if (parameters.pictures === 'seen') return fitSeen(column, rows);
  return parameters.pictures === 'whole' ? wholePixels(column) : fitPixels(column, rows, view);
}

/** @param inputs one, or two that are crossed. */
function fitCategories(fit: StepFit, inputs: Input[], maxOneHot: number): Draft {
  const { reader, rows, view, parameters } = fit;
  const encoded = fitTargetMeans(fit, inputs);
  if (encoded) return encoded;
  const column = reader.categories(inputs);
  const encoder =
    view === 'tree'
      ? fitOrdinal(column, rows, parameters.minCategoryRows ?? 1)
      : fitOneHot(column, rows, parameters.minCategoryRows ?? MIN_ROWS_TO_LEARN, maxOneHot);
  return { inputs, encoder };
}

/** Undefined where the parameters do not ask for it, or no category has rows enough. */
function fitTargetMeans(fit: StepFit, inputs: Input[]): Draft | undefined {
  const { reader, rows, parameters, classes, target, crossFitting } = fit;
  const { targetEncoding, targetSmoothing = 'auto', minCategoryRows = MIN_ROWS_TO_LEARN } = parameters;
  if (targetEncoding === 'none' || classes.length > MAX_TARGET_CLASSES) return undefined;
  const column = reader.categories(inputs);
  const atMost = targetEncoding === 'high' ? HIGH_CARDINALITY : 1;
  if (frequentCategories(column, rows, 1, atMost + 1).kept.length <= atMost) return undefined;
  const { kept } = frequentCategories(column, rows, minCategoryRows, MAX_MEANS);
  if (kept.length === 0) return undefined;

  const codes = placesOf(column, kept, rows);
  const outcomes = outcomesOf(gather(fit.outcomes, rows, new Float64Array(rows.length)), classes, target);
  const { foldOf, nFolds } = crossFitting;
  const encoders = Array.from({ length: nFolds }, (_, fold) =>
    fitTargetEncoder(kept, codes, outcomes, targetSmoothing, (place) => foldOf[rows[place]] === fold),
  );
  const encoder = fitTargetEncoder(kept, codes, outcomes, targetSmoothing);
  return { inputs, encoder, folds: { encoders, foldOf } };
}

function fitText({ reader, inputs, rows, view, parameters }: StepFit, input: Input): Encoder[] {
  const { text, textNgrams, textFeatures = TEXT_FEATURES[view], sentences } = parameters;
  const column = reader.texts(input);
  const facts = fitTextEncoder(column, rows, text === 'facts');
  const meaning = sentences === 'none' ? [] : [fitSentences(column, sentences)];
  if (text === 'facts') return [facts, ...meaning];
  const nTexts = inputs.filter(({ as }) => as === 'text').length;
  const affordable = Math.max(
    MIN_TEXT_FEATURES,
    Math.floor(MAX_TEXT_CELLS / (nTexts * Math.max(1, rows.length))),
  );
  const kinds = textNgrams === 'both' ? (['words', 'characters'] as const) : [textNgrams];
  const max = Math.floor(Math.min(textFeatures, affordable) / kinds.length);
  const encoders = kinds.map((ngrams) =>
    text === 'hashed'
      ? fitHashedText(column, rows, ngrams, 2 ** Math.floor(Math.log2(max)))
      : fitTfIdf(column, rows, { ngrams, minRows: MIN_TEXTS_PER_TERM, maxTerms: max }),
  );
  return [facts, ...encoders, ...meaning];
}

/** Of the most telling categories: how frequent they are, and the most telling numbers within them. */
function fitAggregates(
  { reader, rows, parameters, sample }: StepFit,
  groups: readonly Input[],
  numbers: readonly Input[],
): Draft[] {
  const told = rankInputs(
    numbers.filter(({ as }) => as === 'numeric'),
    (input) => binNumbers(reader.numbers(input, sample.rows), NUMBER_BINS),
    sample,
    MAX_NUMBERS_PER_GROUP,
  );
  const telling = rankInputs(
    groups,
    (input) => binCategories(reader, input, sample.rows),
    sample,
    MAX_GROUPS,
  );
  return telling.flatMap((group): Draft[] => {
    const column = reader.categories([group]);
    const { kept } = frequentCategories(
      column,
      rows,
      parameters.minCategoryRows ?? MIN_ROWS_TO_LEARN,
      MAX_MEANS,
    );
    if (kept.length === 0) return [];
    return [
      { inputs: [group], encoder: fitCount(column, kept, rows) },
      ...told.map((number) => ({
        inputs: [group, number],
        encoder: fitAggregate(column, kept, reader.numbers(number, rows), rows),
      })),
    ];
  });
}

/** Learns fillings and scales from what estimators will be trained on: of target encodings, the cross-fitted ones. */
function withDense(
  { reader, rows, parameters }: StepFit,
  { inputs, encoder }: Draft,
  folds: FoldEncoders | undefined,
  nSteps: number,
  common: RobustScaler | undefined,
): Step {
  if (encoder.kind === 'pixels') {
    // All cells of a channel are on one scale already; a missing picture counts as an average one.
    const cell: DenseNumber = { imputer: { median: 0, indicator: false }, transform: null };
    const nCells = encoder.height * encoder.width * encoder.channels;
    return { inputs, encoder, dense: Array.from({ length: nCells }, () => cell) };
  }
  if (BOUNDED.has(encoder.kind)) return { inputs, encoder };
  const maxQuantiles = Math.min(
    MAX_QUANTILES_PER_COLUMN,
    Math.max(MIN_QUANTILES_PER_COLUMN, Math.floor(MAX_QUANTILES / nSteps)),
  );
  const dense = encode({ inputs, encoder }, reader, rows, folds).map((values, i): DenseNumber => {
    if (encoder.kind === 'date' && isCyclical(encoder.parts[i])) {
      return { imputer: { median: 0, indicator: false }, transform: null };
    }
    const sorted = sortedSample(values);
    const imputer = fitMedianImputer(values, sorted);
    if (common && encoder.kind === 'number') {
      return { imputer: { ...imputer, indicator: false }, transform: common };
    }
    if (encoder.kind === 'number' && inputs[0].as === 'boolean') return { imputer, transform: null };
    const { numericTransform: wanted } = parameters;
    const kind = wanted === 'common' ? 'robust' : wanted;
    return { imputer, transform: fitNumericTransform(kind, sorted, maxQuantiles) };
  });
  return { inputs, encoder, dense };
}

/** One mean and one deviation of all numbers in all columns. */
function fitCommonScaler({ reader, inputs, rows }: StepFit): RobustScaler {
  const columns = inputs
    .filter(({ as }) => as === 'numeric' || as === 'boolean')
    .map((input) => reader.numbers(input, rows));
  let [count, mean, squares] = [0, 0, 0];
  for (const column of columns) {
    for (const value of column) {
      if (Number.isNaN(value)) continue;
      // Welford's way: stable in one pass.
      const gap = value - mean;
      mean += gap / ++count;
      squares += gap * (value - mean);
    }
  }
  const scale = Math.sqrt(squares / Math.max(1, count));
  return Number.isFinite(scale) && Number.isFinite(mean)
    ? { kind: 'robust', centre: mean, scale }
    : { kind: 'robust', centre: 0, scale: 0 };
}
