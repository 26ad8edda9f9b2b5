/** What is wrong with a delimited text that DuckDB refused, in words a person can act on. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ModelwrightError } from '../errors/errors.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { CsvScanner } from './csv-scanner.ts';

/** Reads the text line by line. @returns the first fault, or null when the text is fine by RFC 4180. */
export async function findCsvFault(
  path: string,
  dialect: CsvDialect,
  name: string,
): Promise<ModelwrightError | null> {
  const expected = dialect.header.length;
  let ragged: { line: number; found: number } | null = null;
  const scanner = new CsvScanner(dialect.delimiter, ({ fields, line }) => {
    const isOpenEnded = fields.length === expected + 1 && fields.at(-1) === '';
    if (fields.length !== expected && !isOpenEnded) ragged ??= { line, found: fields.length };
  });
  const text = createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 });
  for await (const chunk of text as AsyncIterable<string>) {
    scanner.push(chunk);
    if (ragged || scanner.badQuoteLine !== null) break;
  }
  scanner.end();
  if (scanner.badQuoteLine !== null)
    return new ModelwrightError('DATA_QUOTES', { name, line: scanner.badQuoteLine });
  if (ragged)
    return new ModelwrightError('DATA_RAGGED', {
      name,
      expected,
      ...(ragged as { line: number; found: number }),
    });
  return null;
}

/** Copies a text with every \r\n and \r as \n: DuckDB stops at files that mix them. */
export async function normaliseLineBreaks(source: string, destination: string): Promise<void> {
  const decoder = new TextDecoder();
  let heldReturn = false;
  await pipeline(
    createReadStream(source),
    new Transform({
      transform(chunk: Uint8Array, _, done) {
        let text = (heldReturn ? '\r' : '') + decoder.decode(chunk, { stream: true });
        heldReturn = text.endsWith('\r'); // the next chunk may begin with its \n
        if (heldReturn) text = text.slice(0, -1);
        done(null, text.replace(/\r\n?/g, '\n'));
      },
      flush: (done) => done(null, heldReturn ? '\n' : ''),
    }),
    createWriteStream(destination),
  );
}
