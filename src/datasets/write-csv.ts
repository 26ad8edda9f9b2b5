/** Columns to a CSV file. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** All columns have equally many values; null is written as an empty field. */
export interface CsvColumn {
  readonly name: string;
  readonly values: ArrayLike<string | number | null>;
}

const ROWS_PER_WRITE = 1000;

/** Writes UTF-8 with a header line and \n, fields quoted where RFC 4180 needs it.
 *
 *  Texts that a spreadsheet would run as a formula (they begin with =, +, -, @, tab or return and are no numbers)
 *  get a leading apostrophe, which spreadsheets hide (OWASP, "CSV injection"). Numbers are written in their
 *  shortest exact form, NaN and infinities as empty fields. */
export async function writeCsv(path: string, columns: readonly CsvColumn[]): Promise<void> {
  await pipeline(Readable.from(linesOf(columns)), createWriteStream(path));
}

function* linesOf(columns: readonly CsvColumn[]): Generator<string> {
  const nRows = columns[0]?.values.length ?? 0;
  yield `${columns.map(({ name }) => field(name)).join(',')}\n`;
  for (let start = 0; start < nRows; start += ROWS_PER_WRITE) {
    let lines = '';
    for (let row = start; row < Math.min(nRows, start + ROWS_PER_WRITE); row++) {
      lines += `${columns.map(({ values }) => field(values[row] ?? null)).join(',')}\n`;
    }
    yield lines;
  }
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const runsAsFormula = /^[=+\-@\t\r]/.test(value) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
  const text = runsAsFormula ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
