/** Which pairs of columns are worth a feature of their own: those that together tell more of the outcome than the
 *  better of the two alone. Bounded work, whatever the table: a few columns, their pairs, a sample of rows. */
import type { Operation } from './arithmetic.ts';
import { combineNumbers } from './arithmetic.ts';
import type { ColumnReader, Input } from './input.ts';
import type { Binned, ScoringSample } from './mutual-information.ts';
import { binNumbers, jointBins, mutualInformation } from './mutual-information.ts';

/** Columns of each kind whose pairs are looked at, the most telling ones. */
const MAX_COLUMNS = 8;
/** Crossing multiplies categories, and each pair of them needs rows. */
const MAX_CATEGORIES = 50;
const MAX_CROSSES = 6;
const MAX_ARITHMETIC = 12;
const BINS = 12;
const MS_PER_DAY = 86_400_000;
/** In nats; less is noise on the rows that are looked at. */
const MIN_GAIN = 0.002;

interface Candidate {
  readonly input: Input;
  readonly binned: Binned;
  /** Mutual information with the outcome. */
  readonly relevance: number;
}

/** A pair of numbers and what to do with them. */
export interface NumberPair {
  readonly inputs: readonly [Input, Input];
  readonly operation: Operation;
  /** What the result is divided by. */
  readonly unit: number;
}

/** @param inputs categorical and boolean ones. @returns at most 6 pairs, best first. */
export function chooseCrosses(
  reader: ColumnReader,
  inputs: readonly Input[],
  sample: ScoringSample,
): [Input, Input][] {
  const candidates = mostTelling(
    inputs.flatMap((input): Candidate[] => {
      const binned = binCategories(reader, input, sample.rows);
      const tooMany = binned.nBins > MAX_CATEGORIES + 1;
      return tooMany ? [] : [scored(input, binned, sample)];
    }),
  );
  return bestPairs(candidates, MAX_CROSSES, (a, b) => {
    const together = mutualInformation(jointBins(a.binned, b.binned), sample.outcome);
    const gain = together - Math.max(a.relevance, b.relevance);
    return [{ gain, choice: [a.input, b.input] as [Input, Input] }];
  });
}

/** @param inputs numeric and datetime ones. @returns at most 12 pairs, best first; of dates only differences. */
export function chooseArithmetic(
  reader: ColumnReader,
  inputs: readonly Input[],
  sample: ScoringSample,
): NumberPair[] {
  const numbers = new Map(inputs.map((input) => [input, reader.numbers(input, sample.rows)]));
  const candidatesAs = (as: Input['as']) =>
    mostTelling(
      inputs
        .filter((input) => input.as === as)
        .map((input) => scored(input, binNumbers(numbers.get(input) as Float64Array, BINS), sample)),
    );
  const optionsOf = (a: Candidate, b: Candidate, operations: readonly [Operation, boolean][], unit: number) =>
    operations.map(([operation, swapped]) => {
      const [left, right] = swapped ? [b, a] : [a, b];
      const values = combineNumbers(
        { operation, unit },
        numbers.get(left.input) as Float64Array,
        numbers.get(right.input) as Float64Array,
      );
      const gain =
        mutualInformation(binNumbers(values, BINS), sample.outcome) - Math.max(a.relevance, b.relevance);
      const choice: NumberPair = { inputs: [left.input, right.input], operation, unit };
      return { gain, choice };
    });
  const ofNumbers = bestPairs(candidatesAs('numeric'), MAX_ARITHMETIC, (a, b) =>
    optionsOf(
      a,
      b,
      [
        ['product', false],
        ['ratio', false],
        ['ratio', true],
        ['difference', false],
        ['sum', false],
      ],
      1,
    ),
  );
  const ofDates = bestPairs(candidatesAs('datetime'), MAX_ARITHMETIC, (a, b) =>
    optionsOf(a, b, [['difference', false]], MS_PER_DAY),
  );
  return [...ofDates, ...ofNumbers].slice(0, MAX_ARITHMETIC);
}

/** The inputs that tell most of the outcome, best first, without those that tell nothing.
 *  @param bin cuts an input's column, at the rows of the sample. */
export function rankInputs(
  inputs: readonly Input[],
  bin: (input: Input) => Binned,
  sample: ScoringSample,
  max: number,
): Input[] {
  return inputs
    .map((input) => scored(input, bin(input), sample))
    .filter(({ relevance }) => relevance > 0)
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, max)
    .map(({ input }) => input);
}

/** One bin per category that occurs, and the first for missing. */
export function binCategories(reader: ColumnReader, input: Input, rows: Uint32Array): Binned {
  const { codes, categories } = reader.categories([input]);
  const binOf = new Int32Array(categories.length);
  const binned = new Int32Array(rows.length);
  let nBins = 1;
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i]];
    if (code < 0) continue;
    if (binOf[code] === 0) binOf[code] = nBins++;
    binned[i] = binOf[code];
  }
  return { codes: binned, nBins };
}

function scored(input: Input, binned: Binned, { outcome }: ScoringSample): Candidate {
  return { input, binned, relevance: mutualInformation(binned, outcome) };
}

/** Columns that tell nothing alone stay in: together they may. */
function mostTelling(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((a, b) => b.relevance - a.relevance).slice(0, MAX_COLUMNS);
}

function bestPairs<T>(
  candidates: readonly Candidate[],
  max: number,
  optionsOf: (a: Candidate, b: Candidate) => { gain: number; choice: T }[],
): T[] {
  const options = candidates.flatMap((a, i) => candidates.slice(i + 1).flatMap((b) => optionsOf(a, b)));
  return options
    .filter(({ gain }) => gain > MIN_GAIN)
    .sort((a, b) => b.gain - a.gain)
    .slice(0, max)
    .map(({ choice }) => choice);
}
