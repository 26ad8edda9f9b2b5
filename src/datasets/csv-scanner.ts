/** A plain RFC 4180 reader. DuckDB reads the data; this one reads the first lines, to find the dialect, and names
 *  the line that is at fault when DuckDB gives up. */

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line in which the record begins, counted from 1. */
  readonly line: number;
}

/** Feeds on text in pieces, calls `onRecord` for every complete record; lines without any character are skipped.
 *  Line breaks are \n, \r\n or \r. A quote inside an unquoted field is an ordinary character. */
export class CsvScanner {
  readonly #delimiter: string;
  readonly #onRecord: (record: CsvRecord) => void;
  #fields: string[] = [];
  #field = '';
  #state: 'start' | 'plain' | 'quoted' | 'quote-in-quoted' = 'start';
  #line = 1;
  #recordLine = 1;
  #quoteLine = 0;
  #afterReturn = false;
  #badQuoteLine: number | null = null;

  constructor(delimiter: string, onRecord: (record: CsvRecord) => void) {
    this.#delimiter = delimiter;
    this.#onRecord = onRecord;
  }

  /** Line of the first quote that is not closed properly, or null. Complete after `end`. */
  get badQuoteLine(): number | null {
    return this.#badQuoteLine;
  }

  push(text: string): void {
    for (let i = 0; i < text.length; i++) this.#take(text[i] as string);
  }

  /** Emits the last record when the text does not end in a line break. */
  end(): void {
    if (this.#state === 'quoted') this.#badQuoteLine ??= this.#quoteLine;
    this.#endRecord();
  }

  #take(character: string): void {
    const isLineBreak = character === '\n' || character === '\r';
    const completesReturn = character === '\n' && this.#afterReturn;
    this.#afterReturn = character === '\r';
    if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'quote-in-quoted';
      else this.#field += character;
      if (isLineBreak && !completesReturn) this.#line++;
      return;
    }
    if (isLineBreak) {
      if (completesReturn) return;
      this.#endRecord();
      this.#line++;
      this.#recordLine = this.#line;
      return;
    }
    if (character === this.#delimiter) {
      this.#endField();
      return;
    }
    if (character === '"' && this.#state === 'start') {
      this.#state = 'quoted';
      this.#quoteLine = this.#line;
      return;
    }
    if (this.#state === 'quote-in-quoted') {
      if (character === '"') {
        this.#field += '"';
        this.#state = 'quoted';
        return;
      }
      if (character !== ' ') this.#badQuoteLine ??= this.#line;
    }
    this.#field += character;
    if (character !== ' ' || this.#state !== 'start') this.#state = 'plain';
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(): void {
    if (this.#fields.length === 0 && this.#field === '' && this.#state === 'start') return;
    this.#endField();
    const fields = this.#fields;
    this.#fields = [];
    this.#onRecord({ fields, line: this.#recordLine });
  }
}

/** The records of a text. @param complete false when the text was cut: its last record is then left out. */
export function readRecords(
  text: string,
  delimiter: string,
  complete: boolean,
  limit = Infinity,
): CsvRecord[] {
  const records: CsvRecord[] = [];
  const scanner = new CsvScanner(delimiter, (record) => records.push(record));
  // In pieces, so that a limit of a few records does not cost a scan of the whole text.
  for (let at = 0; at < text.length && records.length < limit; at += 65_536) {
    scanner.push(text.slice(at, at + 65_536));
  }
  if (complete && records.length < limit) scanner.end();
  return records.slice(0, limit);
}
