/** The type of a column, decided from all of its cells. The decision depends on name and cells alone, so the same
 *  file is always typed alike. */
import type {
  BooleanColumn,
  CategoricalColumn,
  Column,
  DatetimeColumn,
  NumericColumn,
} from '../ml/data/table.ts';
import { shared } from '../ml/data/table.ts';
import { isIndexName, namesEntity } from './column-names.ts';
import { dateStyle, parseDate } from './dates.ts';
import { isMissingAmongNumbers, isMissingMarker } from './missing-markers.ts';
import { isDigitCode, numberStyle, parseNumber } from './numbers.ts';

export interface TypedColumn {
  readonly column: Column;
  /** Infinite cells, which are now missing. */
  readonly infinite: number;
  /** What was assumed, as sentences. */
  readonly notes: readonly string[];
}

/** Fewer rows say nothing about whether values name rows. */
const MIN_ROWS_FOR_ID = 20;
/** Words that may stand among the numbers of a numeric column: at most this share of the cells. */
const MAX_WORD_SHARE = 0.02;

const BOOLEAN_WORDS = new Map([
  ['no', 'yes'],
  ['false', 'true'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
]);

/** @param values Float64Array (nRows): NaN where missing, ±Infinity where infinite; taken over by the column. */
export function typeNumbers(name: string, values: Float64Array): TypedColumn {
  const nRows = values.length;
  const valid = shared.uint8(nRows);
  let infinite = 0;
  let present = 0;
  let integers = true;
  let zeros = 0;
  let ones = 0;
  for (let i = 0; i < nRows; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      valid[i] = 1;
      present++;
      if (value === 0) zeros++;
      else if (value === 1) ones++;
      if (integers && !Number.isInteger(value)) integers = false;
    } else {
      if (!Number.isNaN(value)) infinite++;
      values[i] = Number.NaN;
    }
  }
  const notes =
    infinite > 0 ? [`${counted(infinite, 'infinite cell')} of \`${name}\` count as missing.`] : [];
  const numeric: NumericColumn = { name, type: 'numeric', valid, values };
  if (zeros > 0 && ones > 0 && zeros + ones === present) {
    const bits = shared.uint8(nRows);
    for (let i = 0; i < nRows; i++) bits[i] = values[i] === 1 ? 1 : 0;
    return { column: { name, type: 'boolean', valid, values: bits, labels: ['0', '1'] }, infinite, notes };
  }
  if (integers && infinite === 0) {
    const dates = compactDates(numeric, present);
    if (dates) return { column: dates, infinite, notes };
    if (namesRowsOrEntities(numeric, present)) return { column: numbersAsIds(numeric), infinite, notes };
  }
  return { column: numeric, infinite, notes };
}

/** @param codes      Int32Array (nRows): index into `dictionary`, -1 where missing.
 *  @param dictionary distinct texts of the cells, as read. */
export function typeTexts(name: string, codes: Int32Array, dictionary: readonly string[]): TypedColumn {
  const cells = countTexts(codes, dictionary);
  const { texts, counts, present } = cells;
  const numbers = readNumbers(name, cells);
  if (numbers) return numbers;
  const booleans = readBooleans(name, cells);
  if (booleans) return { column: booleans, infinite: 0, notes: [] };
  const dates = readDates(name, cells);
  if (dates) return dates;

  let words = 0;
  for (let i = 0; i < texts.length; i++) words += (counts[i] as number) * wordCount(texts[i] as string);
  const meanWords = words / present;
  const distinctShare = texts.length / present;
  const isText = meanWords >= 3 && distinctShare > 0.3 && texts.length > 20;
  if (isText || (meanWords >= 8 && texts.length > 20)) {
    const valid = shared.uint8(cells.rowTexts.length);
    const values = Array.from(cells.rowTexts, (text, row) => {
      if (text < 0) return '';
      valid[row] = 1;
      return texts[text] as string;
    });
    return { column: { name, type: 'text', valid, values }, infinite: 0, notes: [] };
  }
  const isId =
    present >= MIN_ROWS_FOR_ID &&
    (distinctShare > 0.95 ||
      (texts.length >= 20 && distinctShare > 0.02 && namesEntity(name)) ||
      (texts.length >= 50 && distinctShare > 0.1 && texts.every(looksLikeCode)));
  return { column: categorical(name, isId ? 'id' : 'categorical', cells), infinite: 0, notes: [] };
}

interface CountedTexts {
  /** Distinct trimmed texts of the present cells. */
  readonly texts: readonly string[];
  /** Rows per text. */
  readonly counts: Float64Array;
  /** Index into `texts` per row, -1 where missing. */
  readonly rowTexts: Int32Array;
  readonly present: number;
}

function countTexts(codes: Int32Array, dictionary: readonly string[]): CountedTexts {
  const texts: string[] = [];
  const known = new Map<string, number>();
  const textOfCode = Int32Array.from(dictionary, (raw) => {
    const text = raw.trim();
    if (isMissingMarker(text)) return -1;
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    known.set(text, texts.length);
    return texts.push(text) - 1;
  });
  const rowTexts = new Int32Array(codes.length);
  const counts = new Float64Array(texts.length);
  let present = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const text = code < 0 ? -1 : (textOfCode[code] as number);
    rowTexts[row] = text;
    if (text >= 0) {
      counts[text] = (counts[text] as number) + 1;
      present++;
    }
  }
  return { texts, counts, rowTexts, present };
}

/** Null unless (nearly) all cells are numbers. A column without any value counts as numeric. */
function readNumbers(name: string, { texts, counts, rowTexts, present }: CountedTexts): TypedColumn | null {
  const style = numberStyle(texts.length > 10_000 ? texts.slice(0, 10_000) : texts);
  const parsed = texts.map((text) => parseNumber(text, style));
  const words: string[] = [];
  let wordCells = 0;
  let readable = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    if (parsed[i] !== undefined) readable++;
    else if (!isMissingAmongNumbers(text)) {
      words.push(text);
      wordCells += counts[i] as number;
    }
    if (isDigitCode(text)) return null;
    if (words.length > 5) return null;
  }
  if (texts.length > 0 && readable === 0) return null;
  if (words.length > 0 && (wordCells > MAX_WORD_SHARE * present || readable < 20)) return null;
  const values = shared.float64(rowTexts.length);
  for (let row = 0; row < rowTexts.length; row++) {
    const text = rowTexts[row] as number;
    values[row] = text < 0 ? Number.NaN : (parsed[text] ?? Number.NaN);
  }
  const typed = typeNumbers(name, values);
  const notes = [...typed.notes];
  if (style === 'point') notes.push(`Numbers of \`${name}\` are read with a decimal comma (1.234,5).`);
  if (texts.some((text) => text.endsWith('%'))) notes.push(`\`${name}\` is read in percent: 12% is 12.`);
  if (words.length > 0) {
    const quoted = words.map((word) => `"${word.slice(0, 30)}"`).join(', ');
    notes.push(
      `${counted(wordCells, 'cell')} of the number column \`${name}\` hold words (${quoted}) and count as missing.`,
    );
  }
  return { ...typed, notes };
}

/** Null unless the texts are one of the usual pairs, in any case. Each label is its most frequent spelling. */
function readBooleans(name: string, { texts, counts, rowTexts }: CountedTexts): BooleanColumn | null {
  if (texts.length < 2 || texts.length > 8) return null;
  const lower = texts.map((text) => text.toLowerCase());
  const pair = [...BOOLEAN_WORDS].find((words) => lower.every((text) => words.includes(text)));
  if (!pair?.every((word) => lower.includes(word))) return null;
  const label = (word: string) => {
    let best = -1;
    for (let i = 0; i < texts.length; i++) {
      if (lower[i] === word && (best < 0 || (counts[i] as number) > (counts[best] as number))) best = i;
    }
    return texts[best] as string;
  };
  const valid = shared.uint8(rowTexts.length);
  const values = shared.uint8(rowTexts.length);
  for (let row = 0; row < rowTexts.length; row++) {
    const text = rowTexts[row] as number;
    if (text < 0) continue;
    valid[row] = 1;
    values[row] = lower[text] === pair[1] ? 1 : 0;
  }
  return { name, type: 'boolean', valid, values, labels: [label(pair[0]), label(pair[1])] };
}

function readDates(name: string, { texts, rowTexts }: CountedTexts): TypedColumn | null {
  const found = dateStyle(texts.filter((text) => !isMissingAmongNumbers(text)));
  if (!found) return null;
  const times = texts.map((text) => parseDate(text, found.style) ?? Number.NaN);
  const values = shared.float64(rowTexts.length);
  for (let row = 0; row < rowTexts.length; row++) {
    const text = rowTexts[row] as number;
    values[row] = text < 0 ? Number.NaN : (times[text] as number);
  }
  const notes = found.ambiguous
    ? [`Dates of \`${name}\` could be month/day or day/month; I read them as month/day.`]
    : [];
  return { column: datetimeFrom(name, values), infinite: 0, notes };
}

/** @param values milliseconds since 1970, NaN where missing; taken over by the column. */
export function datetimeFrom(name: string, values: Float64Array): DatetimeColumn {
  const valid = shared.uint8(values.length);
  for (let row = 0; row < values.length; row++) valid[row] = Number.isNaN(values[row]) ? 0 : 1;
  return { name, type: 'datetime', valid, values };
}

/** Dates written as 20240131 in a column whose name speaks of a date; else null. */
function compactDates({ name, values, valid }: NumericColumn, present: number): DatetimeColumn | null {
  if (present === 0 || !/date|day|(^|_)dt(_|$)/i.test(name)) return null;
  const times = shared.float64(values.length).fill(Number.NaN);
  for (let row = 0; row < values.length; row++) {
    if (!valid[row]) continue;
    const digits = String(values[row]);
    if (digits.length !== 8) return null;
    const time = parseDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`, 'year-first');
    if (time === undefined) return null;
    times[row] = time;
  }
  return { name, type: 'datetime', valid, values: times };
}

function namesRowsOrEntities({ name, values, valid }: NumericColumn, present: number): boolean {
  if (present < MIN_ROWS_FOR_ID || !(namesEntity(name) || isIndexName(name))) return false;
  const distinct = new Set<number>();
  for (let row = 0; row < values.length; row++) if (valid[row]) distinct.add(values[row] as number);
  if (isIndexName(name)) return distinct.size === present;
  return distinct.size >= 20 && distinct.size > 0.02 * present;
}

function numbersAsIds({ name, values, valid }: NumericColumn): CategoricalColumn {
  const texts: string[] = [];
  const known = new Map<number, number>();
  const rowTexts = new Int32Array(values.length).fill(-1);
  for (let row = 0; row < values.length; row++) {
    if (!valid[row]) continue;
    const value = values[row] as number;
    let text = known.get(value);
    if (text === undefined) {
      text = texts.push(String(value)) - 1;
      known.set(value, text);
    }
    rowTexts[row] = text;
  }
  return categorical(name, 'id', { texts, rowTexts });
}

function categorical(
  name: string,
  type: 'categorical' | 'id',
  { texts, rowTexts }: Pick<CountedTexts, 'texts' | 'rowTexts'>,
): CategoricalColumn {
  const categories = [...texts].sort();
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const codeOfText = Int32Array.from(texts, (text) => codeOf.get(text) as number);
  const valid = shared.uint8(rowTexts.length);
  const codes = shared.int32(rowTexts.length);
  for (let row = 0; row < rowTexts.length; row++) {
    const text = rowTexts[row] as number;
    valid[row] = text < 0 ? 0 : 1;
    codes[row] = text < 0 ? -1 : (codeOfText[text] as number);
  }
  return { name, type, valid, codes, categories };
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

/** Like B000J0LSBG, 9f86d081 or TX-2291: no space, some digit, six characters or more. */
function looksLikeCode(text: string): boolean {
  return text.length >= 6 && /\d/.test(text) && /^[\w.:-]+$/.test(text);
}

function counted(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}
