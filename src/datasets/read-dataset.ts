/** From a file of unknown content to a typed table. */
import { join } from 'node:path';
import { ModelwrightError } from '../errors/errors.ts';
import type { ImageShape, Table } from '../ml/data/table.ts';
import { settleColumnNames } from './column-headers.ts';
import { datetimeFrom, type TypedColumn, typeNumbers, typeTexts } from './column-typing.ts';
import { sniffDialect } from './csv-dialect.ts';
import { findCsvFault, normaliseLineBreaks } from './csv-fault.ts';
import { readCsvCells } from './csv-relation.ts';
import type { ImageFacts } from './images/image-facts.ts';
import { readImages } from './images/read-images.ts';
import { findJsonFault } from './json-fault.ts';
import { type Cells, countRows, readCells } from './relation.ts';
import { READING_MEMORY, withSealedDuckDb } from './sealed-duckdb.ts';
import { type DatasetFormat, megabytes, type StagedFile, withStagedFile } from './stage.ts';
import { typedRelation } from './typed-relation.ts';

export interface ReadOptions {
  /** The name a person knows the file by; used in sentences only. */
  readonly name: string;
  /** Cap on the file as it came; a gzip file may unpack to four times that. Default 512 MB. */
  readonly maxBytes?: number;
  readonly maxRows?: number;
  readonly maxColumns?: number;
  /** 20 for training data; 1 where rows are only to be predicted. */
  readonly minRows?: number;
  /** 2 for training data; 1 where rows are only to be predicted. */
  readonly minColumns?: number;
  /** The size and colours that pictures are brought to: those that a model was trained with. By default they are chosen
   *  from the pictures. */
  readonly imageShape?: ImageShape;
}

export interface Dataset {
  readonly table: Table;
  /** SHA-256 of the file's bytes as they came, hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly format: DatasetFormat;
  /** What was assumed in reading, as sentences for the person. */
  readonly notes: readonly string[];
  /** Infinite cells per column (they are missing in the table); only columns that have some. */
  readonly infinite: Readonly<Record<string, number>>;
  /** Of a set of pictures. */
  readonly images?: ImageFacts;
}

const DEFAULTS = {
  maxBytes: 512 * 1_048_576,
  maxRows: 5_000_000,
  maxColumns: 5_000,
  minRows: 20,
  minColumns: 2,
};

/** Reads CSV, TSV (also with ; or |), JSON Lines, a JSON array or Parquet, each also in gzip, or a zip of JPEG and PNG
 *  pictures; told apart by content.
 *  Text is converted to UTF-8; the usual markers (NA, null, ?, -) and infinities become missing. The same bytes
 *  always give the same table.
 *  @throws ModelwrightError of a DATA_*, ZIP_* or IMAGES_* code, whose `person` sentence says what to do. */
export async function readDataset(filePath: string, options: ReadOptions): Promise<Dataset> {
  const limits = { ...DEFAULTS, ...options };
  const staging = { name: limits.name, maxBytes: limits.maxBytes, maxInflatedBytes: 4 * limits.maxBytes };
  return withStagedFile(filePath, staging, async (staged) => {
    if (staged.content === 'zip') return readPictures(staged, limits, options.imageShape ?? null);
    const notes = [...staged.notes];
    const { names, cells, nRows, format } =
      staged.content === 'delimited'
        ? await readDelimited(staged, limits, notes)
        : await readTyped(staged, limits, notes);
    const typed = names.map((column, j) => typeCells(column, cells[j] as Cells));
    notes.push(...summarise(typed.flatMap((column) => column.notes)));
    const infinite = typed.filter((column) => column.infinite > 0);
    return {
      table: { nRows, columns: typed.map(({ column }) => column) },
      hash: staged.hash,
      bytes: staged.bytes,
      format,
      notes,
      infinite: Object.fromEntries(infinite.map((column) => [column.column.name, column.infinite])),
    };
  });
}

async function readPictures(
  { path, directory, hash, bytes }: StagedFile,
  { name, maxBytes, maxRows, maxColumns, minRows, minColumns }: Limits,
  shape: ImageShape | null,
): Promise<Dataset> {
  const { table, notes, facts } = await readImages(path, {
    name,
    maxUnpackedBytes: 4 * maxBytes,
    minRows,
    needsLabels: minColumns > 1,
    shape,
    directory,
    readTable: async (tablePath, tableName) => {
      const lenient = { maxBytes, maxRows, maxColumns, minRows: 1, minColumns: 1 };
      return (await readDataset(tablePath, { ...lenient, name: tableName })).table;
    },
  });
  return { table, hash, bytes, format: 'zip', notes: summarise(notes), infinite: {}, images: facts };
}

type Limits = typeof DEFAULTS & { readonly name: string };

interface RawTable {
  readonly names: readonly string[];
  readonly cells: readonly Cells[];
  readonly nRows: number;
  readonly format: DatasetFormat;
}

async function readDelimited(staged: StagedFile, limits: Limits, notes: string[]): Promise<RawTable> {
  const { name } = limits;
  const dialect = sniffDialect(staged.head, staged.headIsAll);
  if (!dialect)
    throw new ModelwrightError('DATA_LINE_TOO_LONG', { name, limit: megabytes(staged.head.length) });
  if (dialect.header.length < limits.minColumns) {
    throw new ModelwrightError('DATA_ONE_COLUMN', {
      name,
      column: (dialect.header[0] as string).slice(0, 60),
    });
  }
  const names = settleColumnNames(dialect.header, { name, maxColumns: limits.maxColumns, notes });
  const read = (path: string) =>
    withSealedDuckDb(path, READING_MEMORY, (connection) =>
      readCsvCells(connection, path, dialect, (nRows) => checkRows(nRows, limits)),
    );
  const format = dialect.delimiter === '\t' ? 'tsv' : 'csv';
  try {
    return { names, format, ...(await read(staged.path)) };
  } catch (error) {
    if (error instanceof ModelwrightError) throw error;
    const fault = await findCsvFault(staged.path, dialect, name);
    if (fault) throw fault;
    if (/maximum.{0,20}line/i.test(String(error))) {
      throw new ModelwrightError('DATA_LINE_TOO_LONG', { name, limit: '2 MB' }, { cause: error });
    }
    const normalised = join(staged.directory, 'normalised.txt');
    await normaliseLineBreaks(staged.path, normalised);
    try {
      return { names, format, ...(await read(normalised)) };
    } catch (second) {
      if (second instanceof ModelwrightError) throw second;
      throw unreadable(name, 'a delimited text', second);
    }
  }
}

async function readTyped(staged: StagedFile, limits: Limits, notes: string[]): Promise<RawTable> {
  const { name } = limits;
  const content = staged.content as 'parquet' | 'jsonl' | 'json';
  try {
    return await withSealedDuckDb(staged.path, READING_MEMORY, async (connection) => {
      const relation = await typedRelation(connection, staged.path, content);
      const names = settleColumnNames(
        relation.names.map((column) => column.trim()),
        { name, maxColumns: limits.maxColumns, notes },
      );
      if (names.length < limits.minColumns) {
        throw new ModelwrightError('DATA_ONE_COLUMN', { name, column: names[0] ?? 'none' });
      }
      if (relation.nested.length > 0) {
        notes.push(`${relation.nested.join(', ')}: lists and objects inside cells are read as plain text.`);
      }
      const nRows = await countRows(connection, relation);
      checkRows(nRows, limits);
      return { names, nRows, format: content, cells: await readCells(connection, relation, nRows) };
    });
  } catch (error) {
    if (error instanceof ModelwrightError) throw error;
    if (content === 'parquet') throw unreadable(name, 'a Parquet file', error);
    const fault = content === 'jsonl' ? await findJsonFault(staged.path) : null;
    if (!fault) throw unreadable(name, 'JSON', error);
    throw new ModelwrightError('DATA_JSON', { name, ...fault }, { cause: error });
  }
}

function checkRows(nRows: number, { name, minRows, maxRows }: Limits): void {
  if (nRows === 0 && minRows > 0) throw new ModelwrightError('DATA_HEADER_ONLY', { name, minRows });
  if (nRows < minRows) throw new ModelwrightError('DATA_TOO_FEW_ROWS', { name, rows: nRows, minRows });
  if (nRows > maxRows) {
    const counts = { rows: nRows.toLocaleString('en'), limit: maxRows.toLocaleString('en') };
    throw new ModelwrightError('DATA_TOO_MANY_ROWS', { name, ...counts });
  }
}

function typeCells(name: string, cells: Cells): TypedColumn {
  switch (cells.readAs) {
    case 'number':
      return typeNumbers(name, cells.values);
    case 'datetime':
      return { column: datetimeFrom(name, cells.values), infinite: 0, notes: [] };
    case 'text':
      return typeTexts(name, cells.codes, cells.dictionary);
  }
}

/** At most ten sentences: a wide file must not flood a thread. */
function summarise(notes: readonly string[]): string[] {
  return notes.length <= 10
    ? [...notes]
    : [...notes.slice(0, 9), `...and ${notes.length - 9} more remarks of this kind.`];
}

function unreadable(name: string, format: string, error: unknown): ModelwrightError {
  return new ModelwrightError(
    'DATA_UNREADABLE',
    { name, format, detail: firstLine(error) },
    { cause: error },
  );
}

function firstLine(error: unknown): string {
  return String(error).split('\n')[0] as string;
}
