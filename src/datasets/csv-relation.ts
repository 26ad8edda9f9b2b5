/** A delimited text as a relation. The dialect is ours (csv-dialect.ts), so DuckDB guesses nothing. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CsvDialect } from './csv-dialect.ts';
import { isMissingMarker, MISSING_MARKERS } from './missing-markers.ts';
import { isDigitCode, parseNumber } from './numbers.ts';
import { type Cells, countRows, type Relation, readCells } from './relation.ts';
import { sqlText } from './sealed-duckdb.ts';

/** So often a column that looked numeric in its first rows may turn out to hold words before all are read as text. */
const MAX_DEMOTIONS = 8;

/** Reads every cell of a delimited text. Columns whose first rows look numeric are parsed as numbers by DuckDB,
 *  which is ten times faster than by text; when one turns out to hold words, the text is read again without it.
 *  @param checkRows called with the row count before anything is read; throws to refuse.
 *  @throws DuckDB's own error where the text does not follow the dialect. */
export async function readCsvCells(
  connection: DuckDBConnection,
  path: string,
  dialect: CsvDialect,
  checkRows: (nRows: number) => void,
): Promise<{ cells: Cells[]; nRows: number }> {
  const numeric = dialect.header.map((_, j) => looksNumeric(dialect.sample, j));
  const asText = numeric.map(() => false);
  const nRows = await countRows(connection, csvRelation(path, dialect, asText));
  checkRows(nRows);
  for (let demotions = 0; ; demotions++) {
    try {
      return { nRows, cells: await readCells(connection, csvRelation(path, dialect, numeric), nRows) };
    } catch (error) {
      const column = /Error when converting column "c(\d+)"/.exec(String(error))?.[1];
      if (column === undefined) throw error;
      if (demotions < MAX_DEMOTIONS) numeric[Number(column)] = false;
      else numeric.fill(false);
    }
  }
}

/** Columns are called c0, c1... inside DuckDB: names from the file never become SQL. */
function csvRelation(path: string, dialect: CsvDialect, numeric: readonly boolean[]): Relation {
  const columns = numeric.map((isNumber, j) => `'c${j}': '${isNumber ? 'DOUBLE' : 'VARCHAR'}'`);
  const from = `read_csv(${sqlText(path)}, auto_detect = false, columns = {${columns.join(', ')}},
    header = ${dialect.hasHeader}, skip = ${dialect.blankLines}, delim = ${sqlText(dialect.delimiter)},
    quote = '"', escape = '"', nullstr = [${MISSING_MARKERS.map(sqlText).join(', ')}])`;
  return {
    from,
    cells: numeric.map((isNumber, j) => ({ sql: `c${j}`, readAs: isNumber ? 'number' : 'text' })),
  };
}

function looksNumeric(sample: CsvDialect['sample'], column: number): boolean {
  let present = 0;
  for (const record of sample) {
    const text = record[column]?.trim() ?? '';
    if (isMissingMarker(text)) continue;
    if (parseNumber(text, 'plain') === undefined || isDigitCode(text)) return false;
    present++;
  }
  return present > 0;
}
