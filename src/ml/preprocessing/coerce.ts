/** Brings a column to the type that a pipeline was fitted with, where its cells allow it. */
import { ModelwrightError } from '../../errors/errors.ts';
import type {
  BooleanColumn,
  CategoricalColumn,
  Column,
  ColumnType,
  DatetimeColumn,
  ImageColumn,
  NumericColumn,
  SequenceColumn,
  TextColumn,
} from '../data/table.ts';
import { cellText } from '../data/table.ts';

type Coerced<T extends ColumnType> = T extends 'numeric'
  ? NumericColumn
  : T extends 'boolean'
    ? BooleanColumn
    : T extends 'datetime'
      ? DatetimeColumn
      : T extends 'text'
        ? TextColumn
        : T extends 'image'
          ? ImageColumn
          : T extends 'sequence'
            ? SequenceColumn
            : CategoricalColumn;

/** The column as `type`. A file that holds other rows is often typed otherwise: codes that all look like numbers,
 *  a yes/no column with only "yes" in it, a column without any value. Such columns are read through the text of
 *  their cells; what cannot be read becomes missing, as long as anything can be read.
 *  @param labels for `boolean`: how false and true were written in training.
 *  @throws COLUMN_TYPE_CHANGED when no present cell can be read as `type`, or when a numeric column holds a word. */
export function coerceColumn<T extends ColumnType>(
  column: Column,
  type: T,
  labels: readonly [string, string] = ['false', 'true'],
): Coerced<T> {
  return coerce(column, type, labels) as Coerced<T>;
}

function coerce(column: Column, type: ColumnType, labels: readonly [string, string]): Column {
  switch (type) {
    case 'numeric':
      return column.type === 'numeric' ? column : toNumeric(column);
    case 'datetime':
      return column.type === 'datetime' ? column : toDatetime(column);
    case 'boolean':
      return column.type === 'boolean' && column.labels.join('\0') === labels.join('\0')
        ? column
        : toBoolean(column, labels);
    case 'text':
      return column.type === 'text' ? column : toText(column);
    case 'categorical':
    case 'id':
      return column.type === 'categorical' || column.type === 'id' ? column : toCategorical(column);
    case 'image':
      return column.type === 'image' ? column : noPictures(column);
    case 'sequence':
      return column.type === 'sequence' ? column : noSequences(column);
  }
}

function toNumeric(column: Column): NumericColumn {
  const values = new Float64Array(column.valid.length).fill(Number.NaN);
  if (column.type === 'datetime') rejectIfAnyPresent(column, 'numeric');
  const parsed = parseEachText(column, (text) => finiteNumber(text));
  for (let i = 0; i < values.length; i++) {
    const value = parsed(i);
    if (value === undefined) throw typeChanged(column, 'numeric', i);
    if (value !== null) values[i] = value;
  }
  return { name: column.name, type: 'numeric', valid: column.valid, values };
}

function toDatetime(column: Column): DatetimeColumn {
  if (column.type === 'numeric' || column.type === 'boolean') rejectIfAnyPresent(column, 'datetime');
  const values = new Float64Array(column.valid.length).fill(Number.NaN);
  const parsed = parseEachText(column, (text) => dateMs(text));
  const valid = new Uint8Array(values.length);
  let readable = 0;
  for (let i = 0; i < values.length; i++) {
    const value = parsed(i) ?? null;
    if (value === null) continue;
    values[i] = value;
    valid[i] = 1;
    readable++;
  }
  if (readable === 0) rejectIfAnyPresent(column, 'datetime');
  return { name: column.name, type: 'datetime', valid, values };
}

function toBoolean(column: Column, labels: readonly [string, string]): BooleanColumn {
  const values = new Uint8Array(column.valid.length);
  const valid = new Uint8Array(values.length);
  const parsed = parseEachText(column, (text) => truth(text, labels));
  let readable = 0;
  for (let i = 0; i < values.length; i++) {
    const value = parsed(i) ?? null;
    if (value === null) continue;
    values[i] = value;
    valid[i] = 1;
    readable++;
  }
  if (readable === 0) rejectIfAnyPresent(column, 'boolean');
  return { name: column.name, type: 'boolean', valid, values, labels };
}

function toText(column: Column): TextColumn {
  const values = Array.from(column.valid, (_, i) => cellText(column, i) ?? '');
  return { name: column.name, type: 'text', valid: column.valid, values };
}

function toCategorical(column: Column): CategoricalColumn {
  const texts = Array.from(column.valid, (_, i) => cellText(column, i));
  const categories = [...new Set(texts.filter((text) => text !== null))].sort();
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const codes = Int32Array.from(texts, (text) => (text === null ? -1 : (codeOf.get(text) as number)));
  return { name: column.name, type: 'categorical', valid: column.valid, codes, categories };
}

/** No text can be read as a picture: only a column without any value passes, as one without any picture. */
function noPictures(column: Column): ImageColumn {
  rejectIfAnyPresent(column, 'image');
  const { name, valid } = column;
  return {
    name,
    type: 'image',
    valid,
    height: 1,
    width: 1,
    channels: 1,
    values: new Uint8Array(valid.length),
  };
}

/** Sequences are made, never read: only a column without any value passes, as one without any sequence. */
function noSequences(column: Column): SequenceColumn {
  rejectIfAnyPresent(column, 'sequence');
  const { name, valid } = column;
  const values = new Float32Array(valid.length).fill(Number.NaN);
  return { name, type: 'sequence', valid, length: 1, signals: [name], values };
}

/** A function from row to what `parse` makes of its text: null where the cell is missing, undefined where the text
 *  cannot be read. Each distinct text is parsed once. */
function parseEachText<V>(column: Column, parse: (text: string) => V | undefined) {
  const seen = new Map<string, V | undefined>();
  return (row: number): V | null | undefined => {
    const text = cellText(column, row);
    if (text === null) return null;
    if (!seen.has(text)) seen.set(text, parse(text.trim()));
    return seen.get(text);
  };
}

function finiteNumber(text: string): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Only forms that begin with a four-digit year: `Date.parse` reads other texts by guesswork. */
function dateMs(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const utc = text.length === 10 || hasZone ? text : `${text.replace(' ', 'T')}Z`;
  const ms = Date.parse(utc);
  return Number.isNaN(ms) ? undefined : ms;
}

const FALSE_WORDS = new Set(['0', 'false', 'no', 'n', 'f']);
const TRUE_WORDS = new Set(['1', 'true', 'yes', 'y', 't']);

/** The column's own two labels first, then the usual words. */
function truth(text: string, labels: readonly [string, string]): 0 | 1 | undefined {
  const word = text.toLowerCase();
  if (word === labels[0].toLowerCase()) return 0;
  if (word === labels[1].toLowerCase()) return 1;
  if (FALSE_WORDS.has(word)) return 0;
  if (TRUE_WORDS.has(word)) return 1;
  return undefined;
}

function rejectIfAnyPresent(column: Column, expected: ColumnType): void {
  const row = column.valid.indexOf(1);
  if (row >= 0) throw typeChanged(column, expected, row);
}

function typeChanged(column: Column, expected: ColumnType, row: number): ModelwrightError {
  const example = (cellText(column, row) ?? '').slice(0, 40);
  return new ModelwrightError('COLUMN_TYPE_CHANGED', {
    column: column.name,
    expected,
    found: column.type,
    example,
  });
}
