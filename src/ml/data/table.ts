/** The columnar table: what a data set is, once its bytes have been read.
 *
 *  Every column has `nRows` entries and a `valid` mask (Uint8Array, 1 = present). The typed arrays lie on shared
 *  memory, so handing a table to a worker thread copies only the texts. A table is immutable: no function writes
 *  into a column that it was given. */
import { gather } from './rows.ts';

interface ColumnBase {
  readonly name: string;
  /** Uint8Array (nRows): 1 where the cell has a value, 0 where it is missing. */
  readonly valid: Uint8Array;
}

/** Finite numbers; `values[i]` is NaN where missing (infinities are read as missing and counted by the profile). */
export interface NumericColumn extends ColumnBase {
  readonly type: 'numeric';
  readonly values: Float64Array;
}

/** 0 or 1; 0 where missing. */
export interface BooleanColumn extends ColumnBase {
  readonly type: 'boolean';
  readonly values: Uint8Array;
  /** How false and true were written in the source, e.g. ['no', 'yes']. */
  readonly labels: readonly [string, string];
}

/** `codes[i]` indexes `categories` (sorted by code unit, no duplicates); -1 where missing. An `id` column is a
 *  categorical one whose values name rows or entities instead of describing them. */
export interface CategoricalColumn extends ColumnBase {
  readonly type: 'categorical' | 'id';
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}

/** Free text; '' where missing. */
export interface TextColumn extends ColumnBase {
  readonly type: 'text';
  readonly values: readonly string[];
  /** What a pretrained encoder made of the texts, once somebody asked it to. */
  readonly sentences?: Sentences;
}

/** @property model   id of the encoder.
 *  @property vectors Float32Array (nRows × width), row-major; 0 where a text is empty or missing. */
export interface Sentences {
  readonly model: string;
  readonly width: number;
  readonly vectors: Float32Array;
}

/** Milliseconds since 1970-01-01T00:00:00Z; NaN where missing. */
export interface DatetimeColumn extends ColumnBase {
  readonly type: 'datetime';
  readonly values: Float64Array;
}

/** Pictures, all of one size; black where missing. */
export interface ImageColumn extends ColumnBase, ImageShape {
  readonly type: 'image';
  /** Uint8Array (nRows × height × width × channels): row by row from the top left, channels of a pixel side by side. */
  readonly values: Uint8Array;
  /** What a pretrained network sees in the pictures, once somebody asked it to look. */
  readonly seen?: SeenPictures;
}

/** @property model   id of the network.
 *  @property vectors Float32Array (nRows × width), row-major; 0 where a picture is missing. */
export interface SeenPictures {
  readonly model: string;
  readonly width: number;
  readonly vectors: Float32Array;
}

/** In pixels. @property channels 1 for grey, 3 for red, green and blue. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Numbers along a sequence of moments, as many for each row; made of other columns, never read from a file. */
export interface SequenceColumn extends ColumnBase, SequenceShape {
  readonly type: 'sequence';
  /** Float32Array (nRows × length × signals.length): moment by moment, the signals of one side by side; NaN where a number
   *  is not known. */
  readonly values: Float32Array;
}

/** The signal that says whether the others of a moment are known (1) or filled in (0). */
export const IS_KNOWN = 'is known';

/** @property length moments. @property signals what the numbers of each moment are. */
export interface SequenceShape {
  readonly length: number;
  readonly signals: readonly string[];
}

export type Column =
  | NumericColumn
  | BooleanColumn
  | CategoricalColumn
  | TextColumn
  | DatetimeColumn
  | ImageColumn
  | SequenceColumn;
export type ColumnType = Column['type'];

export interface Table {
  readonly nRows: number;
  readonly columns: readonly Column[];
}

/** Typed arrays on shared memory, zero-filled: readable from every thread without a copy. */
export const shared = {
  float64: (n: number) => new Float64Array(new SharedArrayBuffer(n * 8)),
  int32: (n: number) => new Int32Array(new SharedArrayBuffer(n * 4)),
  float32: (n: number) => new Float32Array(new SharedArrayBuffer(n * 4)),
  uint8: (n: number) => new Uint8Array(new SharedArrayBuffer(n)),
};

/** The column of that exact name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Numbers per picture. */
export function pixelsOf({ height, width, channels }: ImageShape): number {
  return height * width * channels;
}

/** The picture of a row: a view into the column, not to be written to. */
export function imageOf(column: ImageColumn, row: number): Uint8Array {
  const size = pixelsOf(column);
  return column.values.subarray(row * size, (row + 1) * size);
}

/** The pictures of a table: its first image column, or undefined. */
export function findImages(table: Table): ImageColumn | undefined {
  return table.columns.find((column) => column.type === 'image');
}

/** The sequence of a row: a view into the column, not to be written to. */
export function sequenceOf({ values, length, signals }: SequenceColumn, row: number): Float32Array {
  const size = length * signals.length;
  return values.subarray(row * size, (row + 1) * size);
}

/** The sequences of a table: its first column of them, or undefined. */
export function findSequences(table: Table): SequenceColumn | undefined {
  return table.columns.find((column) => column.type === 'sequence');
}

/** The cell as a person would read it, or null where missing. Numbers and dates in their shortest exact form; a picture
 *  or a sequence by a number that only equal ones share. */
export function cellText(column: Column, row: number): string | null {
  if (!column.valid[row]) return null;
  switch (column.type) {
    case 'numeric':
      return String(column.values[row]);
    case 'boolean':
      return column.labels[column.values[row] as 0 | 1];
    case 'categorical':
    case 'id':
      return column.categories[column.codes[row] as number] as string;
    case 'text':
      return column.values[row] as string;
    case 'datetime': {
      const iso = new Date(column.values[row] as number).toISOString();
      return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
    }
    case 'image':
      return `picture ${hashBytes(imageOf(column, row)).toString(16).padStart(8, '0')}`;
    case 'sequence':
      return `sequence ${hashNumbers(sequenceOf(column, row)).toString(16).padStart(8, '0')}`;
  }
}

/** The rows of `rows`, in that order, as a new table. O(rows × columns). */
export function takeRows(table: Table, rows: ArrayLike<number>): Table {
  return { nRows: rows.length, columns: table.columns.map((column) => takeColumnRows(column, rows)) };
}

function takeColumnRows(column: Column, rows: ArrayLike<number>): Column {
  const n = rows.length;
  const valid = gather(column.valid, rows, shared.uint8(n));
  switch (column.type) {
    case 'numeric':
    case 'datetime':
      return { ...column, valid, values: gather(column.values, rows, shared.float64(n)) };
    case 'boolean':
      return { ...column, valid, values: gather(column.values, rows, shared.uint8(n)) };
    case 'categorical':
    case 'id':
      return { ...column, valid, codes: gather(column.codes, rows, shared.int32(n)) };
    case 'image': {
      const size = pixelsOf(column);
      const values = shared.uint8(n * size);
      for (let i = 0; i < n; i++) values.set(imageOf(column, rows[i] as number), i * size);
      const { seen } = column;
      return { ...column, valid, values, ...(seen && { seen: takeVectors(seen, rows) }) };
    }
    case 'sequence': {
      const size = column.length * column.signals.length;
      const values = shared.float32(n * size);
      for (let i = 0; i < n; i++) values.set(sequenceOf(column, rows[i] as number), i * size);
      return { ...column, valid, values };
    }
    case 'text': {
      const { sentences } = column;
      const values = Array.from(rows, (row) => column.values[row] as string);
      return { ...column, valid, values, ...(sentences && { sentences: takeVectors(sentences, rows) }) };
    }
  }
}

function takeVectors({ model, width, vectors }: Sentences, rows: ArrayLike<number>): Sentences {
  const taken = shared.float32(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    taken.set(vectors.subarray(from, from + width), i * width);
  }
  return { model, width, vectors: taken };
}

/** Of their bits; every NaN is the same. */
export function hashNumbers(values: Float32Array): number {
  const own = values.map((value) => (Number.isNaN(value) ? Number.NaN : value + 0)); // -0 becomes 0
  return hashBytes(new Uint8Array(own.buffer));
}

/** FNV-1a. */
export function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}
