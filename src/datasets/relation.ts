/** A staged file as something that DuckDB can select from, and its cells as plain arrays. */
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { shared } from '../ml/data/table.ts';

/** How a column's cells leave DuckDB: as doubles, as milliseconds since 1970, or as text. */
export type ReadAs = 'number' | 'datetime' | 'text';

/** @property from  what follows FROM.
 *  @property cells one SQL expression per column, giving DOUBLE for numbers and dates, VARCHAR for text. */
export interface Relation {
  readonly from: string;
  readonly cells: readonly { readonly sql: string; readonly readAs: ReadAs }[];
}

/** Cells of one column. Numbers and dates: NaN where missing. Texts: `codes` index `dictionary`, -1 where missing. */
export type Cells =
  | { readonly readAs: 'number' | 'datetime'; readonly values: Float64Array }
  | { readonly readAs: 'text'; readonly codes: Int32Array; readonly dictionary: string[] };

export async function countRows(connection: DuckDBConnection, { from }: Relation): Promise<number> {
  const result = await connection.run(`SELECT count(*) FROM ${from}`);
  return Number((await result.getRows())[0]?.[0]);
}

/** Streams every cell, rows in the order of the file. @param nRows as counted before. */
export async function readCells(
  connection: DuckDBConnection,
  relation: Relation,
  nRows: number,
): Promise<Cells[]> {
  const columns: Cells[] = relation.cells.map(({ readAs }) =>
    readAs === 'text'
      ? { readAs, codes: new Int32Array(nRows).fill(-1), dictionary: [] }
      : { readAs, values: shared.float64(nRows).fill(Number.NaN) },
  );
  const codeOf = columns.map(() => new Map<string, number>());
  const selected = relation.cells.map(({ sql, readAs }) =>
    readAs === 'text' ? sql : `coalesce(${sql}, 'nan'::DOUBLE)`,
  );
  const result = await connection.stream(`SELECT ${selected.join(', ')} FROM ${relation.from}`);
  let row = 0;
  for await (const chunk of result) {
    const n = chunk.rowCount;
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j] as Cells;
      if (column.readAs !== 'text') {
        column.values.set(doublesOf(chunk, j), row);
        continue;
      }
      const vector = chunk.getColumnVector(j);
      const known = codeOf[j] as Map<string, number>;
      for (let i = 0; i < n; i++) {
        const text = vector.getItem(i) as string | null;
        if (text === null) continue;
        let code = known.get(text);
        if (code === undefined) {
          code = column.dictionary.push(text) - 1;
          known.set(text, code);
        }
        column.codes[row + i] = code;
      }
    }
    row += n;
  }
  return columns;
}

/** A column of doubles without gaps, as DuckDB holds it: cell by cell takes fifty times as long. */
function doublesOf({ chunk, rowCount }: DuckDBDataChunk, column: number): Float64Array {
  const vector = duckdb.data_chunk_get_vector(chunk, column);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount * Float64Array.BYTES_PER_ELEMENT);
  return new Float64Array(buffer, byteOffset, rowCount);
}
