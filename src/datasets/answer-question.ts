/** Answers questions about a table: aggregates only, in a DuckDB that sees nothing but the columns of the question. */
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  type DuckDBType,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { ModelwrightError } from '../errors/errors.ts';
import { type Column, cellText, type Table } from '../ml/data/table.ts';
import type { DataAnswer, DataQuestion, SampledRows } from '../profile/data-question.ts';
import { mostGroups, questionSql } from './question-sql.ts';
import { withSealedDuckDb } from './sealed-duckdb.ts';

const PATIENCE_MS = 10_000;
const ROWS_PER_CHUNK = 2048;
const MEMORY = '512MB';

/** @param smallestGroup groups of fewer rows are counted but not told: a mean of one row is that row.
 *  @throws QUESTION_INVALID, QUESTION_TOO_LARGE */
export async function answerQuestion(
  table: Table,
  question: DataQuestion,
  { smallestGroup = 1, patienceMs = PATIENCE_MS }: { smallestGroup?: number; patienceMs?: number } = {},
): Promise<DataAnswer> {
  const { used, columns, statement, counting } = questionSql(table, question);
  return withSealedDuckDb(null, MEMORY, async (connection) => {
    await load(connection, used, table.nRows);
    const clock = setTimeout(() => connection.interrupt(), patienceMs);
    try {
      const found = await (await connection.run(statement)).getRowsJson();
      const [[meant] = []] = await (await connection.run(counting)).getRowsJson();
      const nGroups = question.groups?.length ?? 0;
      const grouped = nGroups > 0;
      const large = found.filter((row) => Number(row.at(-1)) >= (grouped ? smallestGroup : 0));
      const rowsMeant = Number(meant);
      // Without groups the rows that fulfil the conditions are the group.
      const isTooSmall = !grouped && rowsMeant < smallestGroup;
      const told = isTooSmall ? [] : large.slice(0, mostGroups(question));
      return {
        columns,
        nGroups,
        shares: question.measures.flatMap(({ what }, i) => (what === 'share' ? [nGroups + i] : [])),
        rows: told.map((row) => row.slice(0, -1).map(plainValue)),
        rowsMeant: isTooSmall ? 0 : rowsMeant,
        moreGroups: isTooSmall ? 0 : large.length - told.length,
        groupsTooSmall: isTooSmall ? 1 : found.length - large.length,
      };
    } catch (error) {
      if (!/interrupt|memory/i.test(String(error))) throw error;
      throw new ModelwrightError('QUESTION_TOO_LARGE', {}, { cause: error });
    } finally {
      clearTimeout(clock);
    }
  });
}

/** At most `count` rows, evenly over the table, pictures left out. */
export function sampleRows(table: Table, count: number): SampledRows {
  const columns = table.columns.filter(({ type }) => type !== 'image');
  const n = Math.min(count, table.nRows);
  const rows = Array.from({ length: n }, (_, i) => Math.floor((i * table.nRows) / n));
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
}

async function load(connection: DuckDBConnection, used: readonly Column[], nRows: number): Promise<void> {
  // A question for the number of rows names no column, and a table needs one.
  const types = used.length > 0 ? used.map(typeOf) : [DOUBLE];
  await connection.run(`CREATE TABLE t (${types.map((type, j) => `c${j} ${type}`).join(', ')})`);
  const appender = await connection.createAppender('t');
  for (let start = 0; start < nRows; start += ROWS_PER_CHUNK) {
    const n = Math.min(ROWS_PER_CHUNK, nRows - start);
    const chunk = DuckDBDataChunk.create(types, n);
    types.forEach((_, j) => {
      const column = used[j];
      chunk.setColumnValues(
        j,
        Array.from({ length: n }, (_, i) => (column ? cellValue(column, start + i) : null)),
      );
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function typeOf({ type }: Column): DuckDBType {
  if (type === 'numeric') return DOUBLE;
  return type === 'datetime' ? TIMESTAMP : VARCHAR;
}

function cellValue(column: Column, row: number): number | string | DuckDBTimestampValue | null {
  if (column.valid[row] === 0) return null;
  if (column.type === 'numeric') return column.values[row] as number;
  if (column.type === 'datetime') {
    return new DuckDBTimestampValue(BigInt(Math.round((column.values[row] as number) * 1000)));
  }
  return cellText(column, row);
}

/** Counts come as texts, because they may be larger than a double holds; ours are not. */
function plainValue(value: unknown): string | number | null {
  if (value === null || typeof value === 'number') return value;
  const text = String(value);
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
