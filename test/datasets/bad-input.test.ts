/** Every file that cannot be used, with the sentence that its sender reads. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, readDataset } from '../../src/datasets/read-dataset.ts';
import { csv, makeFile, sentenceOf } from './files.ts';

async function refusal(content: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<string> {
  const path = await makeFile('data.csv', content);
  return sentenceOf(readDataset(path, { name: 'data.csv', ...options }));
}

const rows = (n: number) => csv('a,b', n, (row) => `${row},x${row % 3}`);

describe('a data set is refused with a sentence when', () => {
  it('there is no such file', async () => {
    expect(await sentenceOf(readDataset('/nowhere/data.csv', { name: 'data.csv' }))).toBe(
      'I cannot find the file data.csv. Please check its name and send it again.',
    );
  });

  it.each([
    ['has no bytes', ''],
    ['has only blank lines', '\n \n\n'],
    ['is gzip of nothing', gzipSync('')],
  ])('it %s', async (_, content) => {
    expect(await refusal(content)).toBe(
      'data.csv is empty. Please upload a file with a header line and at least 20 rows.',
    );
  });

  it('it has a header only', async () => {
    expect(await refusal('a,b,c\n')).toBe(
      'data.csv has a header line but no rows. Please upload a file with at least 20 rows.',
    );
  });

  it('it has one column', async () => {
    expect(await refusal(csv('age', 50, String))).toBe(
      'data.csv has only one column (age). I need the column to predict and at least one column to predict it from; if there are more, please separate them by commas or tabs.',
    );
  });

  it('it has five rows', async () => {
    expect(await refusal(rows(5))).toBe(
      'data.csv has only 5 rows; I need at least 20 to learn anything that can be checked. A few hundred is a good start.',
    );
  });

  it('a line has too many or too few fields', async () => {
    const lines = rows(40).split('\n');
    lines[16] = '1,2,3,4';
    expect(await refusal(lines.join('\n'))).toBe(
      'Line 17 of data.csv has 4 fields, but the header has 2. Please check for a missing or extra separator there (a text that holds the separator needs quotes).',
    );
    lines[16] = '1';
    expect(await refusal(lines.join('\n'))).toMatch(
      /^Line 17 of data.csv has 1 fields, but the header has 2\./,
    );
  });

  it('a quote stays open', async () => {
    const lines = rows(40).split('\n');
    lines[9] = '1,"two';
    expect(await refusal(lines.join('\n'))).toBe(
      'In line 10 of data.csv a quotation mark is opened but not closed properly. Please fix that line (a quote inside a quoted text is written twice).',
    );
  });

  it('it is binary', async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
    expect(await refusal(bytes)).toBe(
      'data.csv is not a text table: it holds binary bytes. Please export the table as CSV, TSV, JSON Lines or Parquet.',
    );
  });

  it.each([
    ['a PDF', '%PDF-1.7', 'a PDF document'],
    ['a database', 'SQLite format 3\0', 'an SQLite database'],
    ['gzip in gzip', gzipSync(gzipSync(rows(30))), 'a gzip file inside a gzip file'],
  ])('it is %s', async (_, content, kind) => {
    expect(await refusal(content)).toBe(
      `data.csv is ${kind}, which I cannot read. Please export the table as CSV, TSV, JSON Lines or Parquet.`,
    );
  });

  it('its encoding is unknown', async () => {
    const shiftJis = Buffer.concat([
      Buffer.from(rows(30)),
      Buffer.from([0x83, 0x81, 0x90, 0x94, 0x2c, 0x31, 0x0a]),
    ]);
    expect(await refusal(shiftJis)).toBe(
      'I cannot tell the character encoding of data.csv: it is neither UTF-8, UTF-16 nor Windows-1252. Please save it as UTF-8 and upload it again.',
    );
  });

  it('it is a web page', async () => {
    expect(await refusal('\n<!DOCTYPE html>\n<html><body>Sign in</body></html>')).toBe(
      'data.csv is a web page, not a table. Please upload the data file itself, or the link that downloads it.',
    );
  });

  it('it is larger than the limit', async () => {
    expect(await refusal(rows(500_000), { maxBytes: 2 * 1_048_576 })).toBe(
      'data.csv is larger than 2 MB, the most that I read. Please send a sample of the rows, or a Parquet or gzip file.',
    );
  });

  it('it is a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, 'a,b\n'));
    expect(await refusal(bomb, { maxBytes: 1_048_576 })).toBe(
      'data.csv unpacks to more than 4 MB, which is the most that I read. Please send a sample of the rows.',
    );
  });

  it('its gzip is cut off', async () => {
    expect(await refusal(gzipSync(rows(3000)).subarray(0, 200))).toBe(
      'data.csv is a gzip file that is damaged or cut off. Please compress and upload it again.',
    );
  });

  it('column names repeat', async () => {
    expect(await refusal(csv('id,x, id ,x,y', 30, () => '1,2,3,4,5'))).toBe(
      'data.csv uses a column name more than once: id, x. Please give every column its own name.',
    );
  });

  it('it has more columns or rows than the limit', async () => {
    const header = Array.from({ length: 5001 }, (_, j) => `c${j}`).join(',');
    expect(await refusal(csv(header, 25, () => header))).toBe(
      'data.csv has 5,001 columns; I read at most 5,000. Please leave out the ones that cannot matter.',
    );
    expect(await refusal(rows(3000), { maxRows: 1000 })).toBe(
      'data.csv has 3,000 rows; I read at most 1,000. Please send a random sample of them.',
    );
  });

  it('a line of JSON is broken', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => JSON.stringify({ a: i, b: 'x' }));
    lines[11] = '{"a": 1, "b": ';
    expect(await refusal(lines.join('\n'))).toBe(
      'Line 12 of data.csv is not valid JSON. I read JSON Lines (one object per line) or one array of objects.',
    );
  });

  it('it is JSON but no table', async () => {
    expect(await refusal('[{"a": 1}, {"a": ')).toBe(
      'data.csv looks like JSON but cannot be read as such. Please export it again.',
    );
    expect(await refusal('{"a": 1}\n[1, 2]\n')).toMatch(/^Line 2 of data.csv is not valid JSON\./);
  });

  it('Parquet is damaged', async () => {
    expect(await refusal(Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(300, 7)]))).toBe(
      'data.csv looks like a Parquet file but cannot be read as such. Please export it again.',
    );
  });
});
