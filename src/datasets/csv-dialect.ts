/** How a delimited text is written: its separator, and whether its first line names the columns. */
import { readRecords } from './csv-scanner.ts';

export interface CsvDialect {
  readonly delimiter: ',' | '\t' | ';' | '|';
  /** Column names as written, trimmed; '' where a name is empty. */
  readonly header: readonly string[];
  /** False when the first line already holds data; `header` then has the right length and only empty names. */
  readonly hasHeader: boolean;
  /** Lines without any character before the first record. */
  readonly blankLines: number;
  /** The first records after the header, for a guess of the column types. */
  readonly sample: readonly (readonly string[])[];
}

const DELIMITERS = [',', '\t', ';', '|'] as const;
const SAMPLE_RECORDS = 1000;

/** @param head the file's first text; @param complete whether that is all of it.
 *  @returns null when there is no record at all. */
export function sniffDialect(head: string, complete: boolean): CsvDialect | null {
  const text = head.replace(/^\uFEFF/, '');
  const delimiter = bestDelimiter(text, complete);
  const records = readRecords(text, delimiter, complete, SAMPLE_RECORDS + 1);
  const first = records[0];
  if (!first) return null;
  const names = first.fields.map((field) => field.trim());
  const hasHeader = !looksLikeData(names);
  return {
    delimiter,
    header: hasHeader ? names : names.map(() => ''),
    hasHeader,
    blankLines: first.line - 1,
    sample: records.slice(hasHeader ? 1 : 0).map(({ fields }) => fields),
  };
}

/** The separator that gives the most records as many fields as the first record has; the one with more fields
 *  where several do so equally well. */
function bestDelimiter(text: string, complete: boolean): CsvDialect['delimiter'] {
  let best: CsvDialect['delimiter'] = ',';
  let bestShare = 0;
  let bestFields = 1;
  for (const delimiter of DELIMITERS) {
    const records = readRecords(text, delimiter, complete, 100);
    const fields = records[0]?.fields.length ?? 0;
    if (fields < 2) continue;
    const share = records.filter((record) => record.fields.length === fields).length / records.length;
    if (share > bestShare + 0.05 || (share > bestShare - 0.05 && fields > bestFields)) {
      best = delimiter;
      bestShare = share;
      bestFields = fields;
    }
  }
  return best;
}

/** Whether a first line holds numbers only, and not just a count 0, 1, 2... that a library wrote as names. */
function looksLikeData(names: readonly string[]): boolean {
  const numbers = names.map((name) => (name === '' ? Number.NaN : Number(name)));
  if (numbers.some(Number.isNaN)) return false;
  const counts = numbers.every((value, i) => value === i) || numbers.every((value, i) => value === i + 1);
  return !counts;
}
