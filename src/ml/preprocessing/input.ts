/** What a step of the pipeline reads: a column, and as what; and the reader that finds it in a table. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type {
  CategoricalColumn,
  Column,
  DatetimeColumn,
  ImageColumn,
  ImageShape,
  SequenceColumn,
  Table,
  TextColumn,
} from '../data/table.ts';
import { coerceColumn } from './coerce.ts';
import { crossColumns } from './cross.ts';

export const Input = z.discriminatedUnion('as', [
  z.object({ column: z.string(), as: z.literal('numeric') }),
  /** `labels`: how false and true were written in training. */
  z.object({ column: z.string(), as: z.literal('boolean'), labels: z.tuple([z.string(), z.string()]) }),
  z.object({ column: z.string(), as: z.literal('categorical') }),
  z.object({ column: z.string(), as: z.literal('datetime') }),
  z.object({ column: z.string(), as: z.literal('text') }),
  /** Pictures of the size that they had in training. */
  z.object({
    column: z.string(),
    as: z.literal('image'),
    height: z.number().int().min(1),
    width: z.number().int().min(1),
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  z.object({
    column: z.string(),
    as: z.literal('sequence'),
    length: z.number().int().min(1),
    signals: z.array(z.string()).min(1),
  }),
]);
export type Input = z.infer<typeof Input>;

/** The input that a column of this type is read as. */
export function inputOf(column: Column): Input {
  switch (column.type) {
    case 'boolean':
      return { column: column.name, as: 'boolean', labels: [...column.labels] };
    case 'id':
      return { column: column.name, as: 'categorical' };
    case 'image': {
      const { name, height, width, channels } = column;
      return { column: name, as: 'image', height, width, channels };
    }
    case 'sequence': {
      const { name, length, signals } = column;
      return { column: name, as: 'sequence', length, signals: [...signals] };
    }
    default:
      return { column: column.name, as: column.type };
  }
}

/** Reads the inputs of many steps from one table; what two steps share is coerced or crossed once.
 *  Every method @throws COLUMN_TYPE_CHANGED */
export interface ColumnReader {
  /** Numbers, truth values as 0 and 1, or dates in ms; Float64Array (rows.length), NaN where missing. Where `rows` are
   *  all rows in their order, this is the table's own array: it must not be written to. */
  numbers(input: Input, rows: Uint32Array): Float64Array;
  /** One input, or two that are crossed: every pair that occurs is a category. */
  categories(inputs: readonly Input[]): CategoricalColumn;
  dates(input: Input): DatetimeColumn;
  texts(input: Input): TextColumn;
  images(input: Input): ImageColumn;
  sequences(input: Input): SequenceColumn;
}

/** @throws COLUMN_MISSING when the table lacks a column of `inputs`, before anything is read. */
export function readColumns(table: Table, inputs: readonly Input[]): ColumnReader {
  const names = [...new Set(inputs.map(({ column }) => column))];
  const byName = new Map(pickColumns(table, names).map((column) => [column.name, column]));
  const kept = new Map<string, unknown>();
  const once = <T>(key: string, make: () => T): T => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as T;
  };
  const columnOf = ({ column }: Input) => byName.get(column) as Column;
  const keyOf = (input: Input) => `${input.as}\0${input.column}`;

  const categoriesOf = (input: Input): CategoricalColumn =>
    once(`${keyOf(input)}\0categories`, () => {
      if (input.as !== 'boolean') return coerceColumn(columnOf(input), 'categorical');
      const { name, valid, values, labels } = coerceColumn(columnOf(input), 'boolean', input.labels);
      const codes = new Int32Array(values.length);
      for (let row = 0; row < codes.length; row++) codes[row] = valid[row] ? values[row] : -1;
      return { name, type: 'categorical', valid, codes, categories: labels };
    });

  return {
    numbers(input, rows) {
      const { valid, values } = once(keyOf(input), () => {
        if (input.as === 'boolean') return coerceColumn(columnOf(input), 'boolean', input.labels);
        return coerceColumn(columnOf(input), input.as === 'datetime' ? 'datetime' : 'numeric');
      });
      return presentValues(valid, values, rows);
    },
    categories(inputs) {
      const columns = inputs.map(categoriesOf);
      if (columns.length === 1) return columns[0];
      return once(inputs.map(keyOf).join('\0\0'), () => crossColumns(columns[0], columns[1]));
    },
    dates: (input) => once(keyOf(input), () => coerceColumn(columnOf(input), 'datetime')),
    texts: (input) => once(keyOf(input), () => coerceColumn(columnOf(input), 'text')),
    images: (input) => once(keyOf(input), () => picturesLike(input, columnOf(input))),
    sequences: (input) => once(keyOf(input), () => coerceColumn(columnOf(input), 'sequence')),
  };
}

/** @throws COLUMN_TYPE_CHANGED where the pictures are not of the size or the colours of the input. */
function picturesLike(input: Input, column: Column): ImageColumn {
  const pictures = coerceColumn(column, 'image');
  if (input.as !== 'image' || !pictures.valid.includes(1)) return pictures;
  const [expected, example] = [shapeWords(input), shapeWords(pictures)];
  if (expected === example) return pictures;
  throw new ModelwrightError('COLUMN_TYPE_CHANGED', {
    column: column.name,
    expected,
    found: 'other',
    example,
  });
}

function shapeWords({ height, width, channels }: ImageShape): string {
  return `${width} × ${height} ${channels === 1 ? 'grey' : 'colour'} picture`;
}

/** The columns of these names, in their order. @throws COLUMN_MISSING */
export function pickColumns(table: Table, names: readonly string[]): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length === 0) return names.map((name) => byName.get(name) as Column);
  const shown = missing.slice(0, 5).join(', ');
  const rest = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  throw new ModelwrightError('COLUMN_MISSING', { columns: shown + rest });
}

function presentValues(valid: Uint8Array, values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  if (values instanceof Float64Array && areAllRows(rows, valid.length) && gapsAreNaN(valid, values)) {
    return values;
  }
  const present = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) present[i] = valid[rows[i]] ? values[rows[i]] : Number.NaN;
  return present;
}

function areAllRows(rows: Uint32Array, nRows: number): boolean {
  if (rows.length !== nRows) return false;
  for (let i = 0; i < nRows; i++) if (rows[i] !== i) return false;
  return true;
}

function gapsAreNaN(valid: Uint8Array, values: Float64Array): boolean {
  for (let row = valid.indexOf(0); row >= 0; row = valid.indexOf(0, row + 1)) {
    if (!Number.isNaN(values[row])) return false;
  }
  return true;
}
