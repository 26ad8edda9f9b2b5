/** Which steps a table and a setting ask for, fitted on training rows. */
import type { Column } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { frequentCategories } from './categories.ts';
import { type CrossFitting, drawFolds } from './cross-fitting.ts';
import { fitDateEncoder, isCyclical } from './date-parts.ts';
import { fitAggregate, fitCount } from './group-aggregates.ts';
import { fitMedianImputer } from './impute.ts';
import { type ColumnReader, type Input, inputOf } from './input.ts';
import { binCategories, chooseArithmetic, chooseCrosses, rankInputs } from './interactions.ts';
import { binNumbers, type ScoringSample, scoringSample } from './mutual-information.ts';
import type { NgramKind } from './n-grams.ts';
import { fitNumericTransform } from './numeric-transform.ts';
import { fitOneHot } from './one-hot.ts';
import { fitOrdinal } from './ordinal.ts';
import type { PreprocessingParameters } from './parameters.ts';
import { sortedSample } from './quantile.ts';
import { type Encoder, encodeInputs, type Finish, type OutOfFold, type Step } from './step.ts';
import type { EncodedTarget } from './target.ts';
import { fitTargetEncoder, outcomesOf, placesOf, type TargetEncoder } from './target-encoding.ts';
import { fitTextEncoder } from './text-facts.ts';
import { fitHashedText, fitTfIdf } from './tf-idf.ts';

/** How wide one-hot encoding may make a matrix, all columns together, and one column or pair of columns alone. */
const MAX_ONE_HOT_COLUMNS = 2000;
const MAX_CATEGORIES_PER_COLUMN = 50;
const MAX_CATEGORIES_PER_CROSS = 30;

/** A category must be seen this often to be learned of: fewer rows teach a number nothing but noise. */
const MIN_ROWS_PER_CATEGORY = 5;

/** From more categories than this on, a column counts as one of many. */
const MANY_CATEGORIES = 10;
const MAX_TARGET_CATEGORIES = 50_000;
const MAX_TARGET_CLASSES = 10;

const TEXT_FEATURES = { dense: 2048, tree: 256 } as const;
/** Rows × columns that texts may fill: 200 MB of numbers. */
const MAX_TEXT_CELLS = 25_000_000;
const MIN_TEXT_FEATURES = 16;
const MIN_ROWS_PER_TERM = 3;

/** Numbers that quantile transforms keep, all columns together. */
const MAX_STORED_QUANTILES = 300_000;
const MAX_QUANTILES = 1000;

const MAX_SCORED_ROWS = 5000;
const MAX_AGGREGATED = { categories: 3, numbers: 5, groups: 5000 } as const;
const BINS = 12;

export interface FittedStep {
  readonly step: Step;
  /** Of target encoding: one encoder per fold, for the rows that were fitted on. */
  readonly foldEncoders?: readonly TargetEncoder[];
}

export interface FitRequest {
  readonly view: 'tree' | 'dense';
  readonly parameters: PreprocessingParameters;
  readonly experiment: Experiment;
  readonly target: EncodedTarget;
  readonly seed: number;
}

/** Steps of single columns first, in the columns' order, then those of pairs and groups. Looks at `rows` only. */
export function fitSteps(
  columns: readonly Column[],
  reader: ColumnReader,
  rows: Uint32Array,
  request: FitRequest,
): { steps: FittedStep[]; folds: CrossFitting } {
  const { experiment, target, parameters, seed } = request;
  const nRows = columns[0]?.valid.length ?? 0;
  const folds = drawFolds(target.values, rows, nRows, experiment.task !== 'regression', seed);
  const fitting = new Fitting(columns, reader, rows, folds, request);
  const { interactions, aggregates } = parameters;
  const steps = columns.flatMap((column) => fitting.columnSteps(column));
  if (interactions === 'categorical' || interactions === 'both') steps.push(...fitting.crossSteps());
  if (interactions === 'arithmetic' || interactions === 'both') steps.push(...fitting.arithmeticSteps());
  if (aggregates) steps.push(...fitting.aggregateSteps());
  return { steps, folds };
}

/** What all steps of one fit share. */
class Fitting {
  readonly #columns: readonly Column[];
  readonly #reader: ColumnReader;
  readonly #rows: Uint32Array;
  readonly #folds: CrossFitting;
  readonly #request: FitRequest;
  /** Float64Array (rows): the outcomes of the fitted rows. */
  readonly #outcomes: Float64Array;
  #sample: ScoringSample | undefined;

  constructor(
    columns: readonly Column[],
    reader: ColumnReader,
    rows: Uint32Array,
    folds: CrossFitting,
    request: FitRequest,
  ) {
    this.#columns = columns;
    this.#reader = reader;
    this.#rows = rows;
    this.#folds = folds;
    this.#request = request;
    this.#outcomes = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) this.#outcomes[i] = request.target.values[rows[i]];
  }

  columnSteps(column: Column): FittedStep[] {
    const input = inputOf(column);
    switch (column.type) {
      case 'numeric':
      case 'boolean':
        return [this.#step([input], { kind: 'number' })];
      case 'categorical':
      case 'id':
        return this.#categorySteps([input], this.#maxOneHotColumns());
      case 'datetime':
        return [this.#step([input], fitDateEncoder(column, this.#rows, this.#request.view === 'dense'))];
      case 'text':
        return this.#textSteps(input);
    }
  }

  crossSteps(): FittedStep[] {
    const inputs = this.#inputs('categorical', 'boolean');
    const pairs = chooseCrosses(this.#reader, inputs, this.#scoringSample());
    return pairs.flatMap((pair) => this.#categorySteps(pair, MAX_CATEGORIES_PER_CROSS));
  }

  arithmeticSteps(): FittedStep[] {
    const inputs = this.#inputs('numeric', 'datetime');
    const pairs = chooseArithmetic(this.#reader, inputs, this.#scoringSample());
    return pairs.map(({ inputs: pair, operation, unit }) =>
      this.#step(pair, { kind: 'arithmetic', operation, unit }),
    );
  }

  aggregateSteps(): FittedStep[] {
    const sample = this.#scoringSample();
    const groups = rankInputs(
      this.#inputs('categorical'),
      (input) => binCategories(this.#reader, input, sample.rows),
      sample,
      MAX_AGGREGATED.categories,
    );
    const numbers = rankInputs(
      this.#inputs('numeric'),
      (input) => binNumbers(this.#reader.numbers(input, sample.rows), BINS),
      sample,
      MAX_AGGREGATED.numbers,
    );
    return groups.flatMap((group) => {
      const column = this.#reader.categories([group]);
      const { kept } = frequentCategories(column, this.#rows, this.#minRows(), MAX_AGGREGATED.groups);
      const aggregates = numbers.map((number) => {
        const values = this.#reader.numbers(number, this.#rows);
        return this.#step([group, number], fitAggregate(column, kept, values, this.#rows));
      });
      return [this.#step([group], fitCount(column, kept, this.#rows)), ...aggregates];
    });
  }

  /** Of one column, or of two that are crossed. */
  #categorySteps(inputs: readonly Input[], maxOneHotColumns: number): FittedStep[] {
    const { view, parameters } = this.#request;
    const column = this.#reader.categories(inputs);
    const means = this.#isTargetEncoded(inputs) ? this.#targetStep(inputs) : undefined;
    if (view === 'tree') {
      const codes = this.#step(inputs, fitOrdinal(column, this.#rows, parameters.minCategoryRows ?? 1));
      return means ? [codes, means] : [codes];
    }
    return [means ?? this.#step(inputs, fitOneHot(column, this.#rows, this.#minRows(), maxOneHotColumns))];
  }

  #isTargetEncoded(inputs: readonly Input[]): boolean {
    const { parameters, experiment } = this.#request;
    if (parameters.targetEncoding === 'none' || experiment.classes.length > MAX_TARGET_CLASSES) return false;
    const { kept } = frequentCategories(this.#reader.categories(inputs), this.#rows, 1, MANY_CATEGORIES + 1);
    return parameters.targetEncoding === 'all' ? kept.length > 1 : kept.length > MANY_CATEGORIES;
  }

  /** Undefined where no category has enough rows. */
  #targetStep(inputs: readonly Input[]): FittedStep | undefined {
    const { experiment } = this.#request;
    const column = this.#reader.categories(inputs);
    const { kept } = frequentCategories(column, this.#rows, this.#minRows(), MAX_TARGET_CATEGORIES);
    if (kept.length === 0) return undefined;
    const codes = placesOf(column, kept, this.#rows);
    const outcomes = outcomesOf(this.#outcomes, experiment.classes, experiment.target);
    const { foldOf, nFolds } = this.#folds;
    const foldEncoders = Array.from({ length: nFolds }, (_, fold) =>
      fitTargetEncoder(kept, codes, outcomes, 'auto', (i) => foldOf[this.#rows[i]] === fold),
    );
    const encoder = fitTargetEncoder(kept, codes, outcomes, 'auto');
    return { ...this.#step(inputs, encoder, { encoders: foldEncoders, foldOf }), foldEncoders };
  }

  #textSteps(input: Input): FittedStep[] {
    const { view, parameters } = this.#request;
    const column = this.#reader.texts(input);
    const facts = this.#step([input], fitTextEncoder(column, this.#rows, parameters.text === 'facts'));
    if (parameters.text === 'facts') return [facts];
    const nTexts = this.#inputs('text').length;
    const fitting = Math.floor(MAX_TEXT_CELLS / Math.max(1, this.#rows.length) / nTexts);
    const wanted = parameters.textFeatures ?? TEXT_FEATURES[view];
    const nFeatures = Math.max(MIN_TEXT_FEATURES, Math.min(wanted, fitting));
    const kinds: NgramKind[] =
      parameters.textNgrams === 'both' ? ['words', 'characters'] : [parameters.textNgrams];
    const share = Math.floor(nFeatures / kinds.length);
    const weights = kinds.map((ngrams) =>
      parameters.text === 'hashed'
        ? fitHashedText(column, this.#rows, ngrams, 2 ** Math.floor(Math.log2(share)))
        : fitTfIdf(column, this.#rows, { ngrams, minRows: MIN_ROWS_PER_TERM, maxTerms: share }),
    );
    return [facts, ...weights.map((encoder) => this.#step([input], encoder))];
  }

  #step(inputs: readonly Input[], encoder: Encoder, outOfFold?: OutOfFold): FittedStep {
    const step = { inputs: [...inputs], encoder };
    if (this.#request.view === 'tree' || isDenseAlready(encoder)) return { step };
    const encoded = encodeInputs(step, this.#reader, this.#rows, outOfFold);
    return { step: { ...step, finishes: encoded.map((values, i) => this.#finish(step, values, i)) } };
  }

  #finish({ inputs, encoder }: Pick<Step, 'inputs' | 'encoder'>, values: Float64Array, i: number): Finish {
    // The centre of the circle, and no mark: the parts beside it are marked.
    if (encoder.kind === 'date' && isCyclical(encoder.parts[i])) {
      return { imputer: { median: 0, indicator: false }, transform: null };
    }
    const sorted = sortedSample(values);
    const imputer = fitMedianImputer(values, sorted);
    if (encoder.kind === 'arithmetic') imputer.indicator = false; // gaps are marked beside its parts
    if (inputs[0].as === 'boolean') return { imputer, transform: null };
    const { numericTransform } = this.#request.parameters;
    const maxQuantiles = Math.max(50, Math.floor(MAX_STORED_QUANTILES / this.#columns.length));
    return {
      imputer,
      transform: fitNumericTransform(numericTransform, sorted, Math.min(MAX_QUANTILES, maxQuantiles)),
    };
  }

  #inputs(...kinds: Input['as'][]): Input[] {
    return this.#columns.map(inputOf).filter(({ as }) => kinds.includes(as));
  }

  #minRows(): number {
    return this.#request.parameters.minCategoryRows ?? MIN_ROWS_PER_CATEGORY;
  }

  #maxOneHotColumns(): number {
    const nCategorical = this.#inputs('categorical').length;
    const each = Math.floor(MAX_ONE_HOT_COLUMNS / Math.max(1, nCategorical));
    return Math.min(MAX_CATEGORIES_PER_COLUMN, Math.max(1, each));
  }

  #scoringSample(): ScoringSample {
    this.#sample ??= scoringSample(this.#rows, this.#request.target, MAX_SCORED_ROWS);
    return this.#sample;
  }
}

/** Whether the encoder's numbers have neither gaps nor a scale that needs bringing in. */
function isDenseAlready({ kind }: Encoder): boolean {
  return kind === 'oneHot' || kind === 'tfidf' || kind === 'hashed';
}
