/** Parquet and JSON as relations: their columns come with types. */
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { DuckDBTypeId } from '@duckdb/node-api';
import type { ReadAs, Relation } from './relation.ts';
import { sqlText } from './sealed-duckdb.ts';

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);
const WIDE_INTEGERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
]);
const TIMES: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);
const NESTED: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.UNION,
  DuckDBTypeId.BLOB,
]);

/** @property names  of the columns, in the order of the relation's cells.
 *  @property nested names of columns whose cells are lists or objects, which are read as their text. */
export interface TypedRelation extends Relation {
  readonly names: readonly string[];
  readonly nested: readonly string[];
}

/** @param content JSON is scanned whole for its types, so that the last row counts as much as the first. */
export async function typedRelation(
  connection: DuckDBConnection,
  path: string,
  content: 'parquet' | 'jsonl' | 'json',
): Promise<TypedRelation> {
  const source =
    content === 'parquet'
      ? `read_parquet(${sqlText(path)})`
      : `read_json(${sqlText(path)}, format = '${content === 'json' ? 'array' : 'newline_delimited'}',
          records = true, sample_size = -1, map_inference_threshold = -1)`;
  const described = await connection.run(`SELECT * FROM ${source} LIMIT 0`);
  const names = described.columnNames();
  const types = described.columnTypes();
  const from = `${source} AS t(${names.map((_, j) => `c${j}`).join(', ')})`;
  const rounded = await columnsThatRound(connection, from, types);
  return {
    from,
    cells: types.map((type, j) => (rounded.has(j) ? asText(`c${j}`) : cellOf(type, `c${j}`))),
    names,
    nested: names.filter((_, j) => NESTED.has((types[j] as DuckDBType).typeId)),
  };
}

function cellOf(type: DuckDBType, column: string): { sql: string; readAs: ReadAs } {
  if (NUMBERS.has(type.typeId)) return { sql: `CAST(${column} AS DOUBLE)`, readAs: 'number' };
  if (TIMES.has(type.typeId)) {
    const time = `CAST(${column} AS TIMESTAMP)`;
    return {
      sql: `CASE WHEN isfinite(${time}) THEN CAST(epoch_ms(${time}) AS DOUBLE) END`,
      readAs: 'datetime',
    };
  }
  // A JSON column holds numbers and strings mixed; ->> takes the quotes off the strings.
  if (type.alias === 'JSON') return { sql: `${column} ->> '$'`, readAs: 'text' };
  return asText(column);
}

function asText(column: string): { sql: string; readAs: ReadAs } {
  return { sql: `CAST(${column} AS VARCHAR)`, readAs: 'text' };
}

/** Whole-number columns with values that a double cannot tell apart (beyond 2^53): identifiers, kept as text. */
async function columnsThatRound(
  connection: DuckDBConnection,
  from: string,
  types: readonly DuckDBType[],
): Promise<Set<number>> {
  const wide = types.flatMap(({ typeId }, j) => (WIDE_INTEGERS.has(typeId) ? [j] : []));
  if (wide.length === 0) return new Set();
  const limits = wide.map((j) => `coalesce(max(abs(CAST(c${j} AS DOUBLE))) > 9007199254740992, false)`);
  const result = await connection.run(`SELECT ${limits.join(', ')} FROM ${from}`);
  const flags = (await result.getRows())[0] ?? [];
  return new Set(wide.filter((_, i) => flags[i] === true));
}
