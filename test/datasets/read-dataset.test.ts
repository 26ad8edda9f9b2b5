import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { type Column, cellText, findColumn, type Table } from '../../src/ml/data/table.ts';
import { csv, makeFile, makeFolder } from './files.ts';

const PLAIN = csv(
  'age,plan,churn',
  30,
  (row) => `${20 + row},${row % 3 ? 'basic' : 'pro'},${row % 2 ? 'yes' : 'no'}`,
);

async function read(content: string | Uint8Array, name = 'data.csv') {
  return readDataset(await makeFile(name, content), { name });
}

function texts(table: Table, name: string): (string | null)[] {
  const column = findColumn(table, name) as Column;
  return Array.from({ length: table.nRows }, (_, row) => cellText(column, row));
}

function types(table: Table): Record<string, string> {
  return Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
}

describe('readDataset', () => {
  it('reads CSV into typed columns with the hash of its bytes', async () => {
    const { table, hash, bytes, format, notes } = await read(PLAIN);
    expect(types(table)).toEqual({ age: 'numeric', plan: 'categorical', churn: 'boolean' });
    expect(table.nRows).toBe(30);
    expect(texts(table, 'age').slice(0, 3)).toEqual(['20', '21', '22']);
    expect(texts(table, 'churn').slice(0, 2)).toEqual(['no', 'yes']);
    expect(hash).toBe(createHash('sha256').update(PLAIN).digest('hex'));
    expect({ bytes, format, notes }).toEqual({ bytes: PLAIN.length, format: 'csv', notes: [] });
  });

  it('keeps columns on shared memory, so that threads read them without a copy', async () => {
    const { table } = await read(PLAIN);
    for (const column of table.columns) expect(column.valid.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it.each([
    ['tabs', '\t', 'tsv'],
    ['semicolons', ';', 'csv'],
    ['bars', '|', 'csv'],
  ])('finds %s as separator by content, whatever the name says', async (_, separator, format) => {
    const read_ = await read(PLAIN.replaceAll(',', separator), 'data.bin');
    expect(types(read_.table)).toEqual({ age: 'numeric', plan: 'categorical', churn: 'boolean' });
    expect(read_.format).toBe(format);
  });

  it.each([
    ['\\r\\n', (text: string) => text.replaceAll('\n', '\r\n')],
    ['\\r', (text: string) => text.replaceAll('\n', '\r')],
    ['a mixture', (text: string) => text.replace('\n', '\r\n').replace(/\n$/, '\r\n')],
    ['no last line break', (text: string) => text.trimEnd()],
    ['blank lines around', (text: string) => `\n\n${text}\n\n`],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['quoted everything', (text: string) => text.trim().replace(/[^,\n]+/g, '"$&"')],
  ])('reads the same table from %s', async (_, change) => {
    const plain = (await read(PLAIN)).table;
    const { table } = await read(change(PLAIN));
    expect(table).toEqual(plain);
  });

  it('reads quoted separators, quotes and line breaks inside cells', async () => {
    const text = csv('a,b', 25, (row) => `${row},"x, ""y""\nz"`);
    expect(texts((await read(text)).table, 'b')[3]).toBe('x, "y"\nz');
  });

  it('reads JSON Lines and a JSON array alike, keys in any order or absent', async () => {
    const rows = Array.from({ length: 25 }, (_, i) =>
      i % 2 ? { b: `t${i % 3}`, a: i } : { a: i + 0.5, ok: true },
    );
    rows.push({ a: 1, ok: false });
    const lines = await read(rows.map((row) => JSON.stringify(row)).join('\n'));
    const array = await read(JSON.stringify(rows, null, 2));
    expect(lines.format).toBe('jsonl');
    expect(array.format).toBe('json');
    expect(types(lines.table)).toEqual({ a: 'numeric', ok: 'boolean', b: 'categorical' });
    expect(texts(lines.table, 'a')).toEqual(texts(array.table, 'a'));
    expect(texts(lines.table, 'b').slice(0, 2)).toEqual([null, 't1']);
  });

  it('reads Parquet with its own types; whole numbers beyond 2^53 stay exact', async () => {
    const folder = await makeFolder();
    const path = `${folder}/*.parquet`; // the star must not be expanded
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (SELECT i::INTEGER AS n, i / 4 AS x, i % 2 = 0 AS even, DATE '2024-01-01' + i::INTEGER AS day,
      9007199254740993 + i AS big, CASE WHEN i > 3 THEN 'v' || (i % 3) END AS v, [i] AS list FROM range(30) t(i)) TO '${path}' (FORMAT parquet)`);
    const { table, format, notes } = await readDataset(path, { name: 'p' });
    expect(format).toBe('parquet');
    expect(types(table)).toMatchObject({
      n: 'numeric',
      x: 'numeric',
      even: 'boolean',
      day: 'datetime',
      big: 'id',
      v: 'categorical',
    });
    expect(texts(table, 'day')[1]).toBe('2024-01-02');
    expect(texts(table, 'big')[0]).toBe('9007199254740993');
    expect(texts(table, 'v')[0]).toBeNull();
    expect(notes).toContain('list: lists and objects inside cells are read as plain text.');
  });

  it('reads gzip of each format', async () => {
    const { table, format } = await read(gzipSync(PLAIN), 'data.csv.gz');
    expect(format).toBe('csv');
    expect(table).toEqual((await read(PLAIN)).table);
  });

  it.each([
    [
      'UTF-16 LE with mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PLAIN.replaceAll('pro', 'pró'), 'utf16le')]),
      'UTF-16',
    ],
    ['UTF-16 LE without mark', Buffer.from(PLAIN.replaceAll('pro', 'pró'), 'utf16le'), 'UTF-16'],
    ['Windows-1252', Buffer.from(PLAIN.replaceAll('pro', 'pró'), 'latin1'), 'Windows-1252 (Latin)'],
  ])('converts %s and says so', async (_, bytes, label) => {
    const { table, notes } = await read(bytes);
    expect(texts(table, 'plan')[0]).toBe('pró');
    expect(notes).toEqual([`The file is not UTF-8; I read it as ${label}. Please check accented letters.`]);
  });

  it('reads UTF-8 characters that lie across the pieces in which a file is checked', async () => {
    const text = csv('a,b', 400_000, (row) => `${row},ü€😀`);
    const { table, notes } = await read(text);
    expect(notes).toEqual([]);
    expect(texts(table, 'b')[399_999]).toBe('ü€😀');
  });

  it('counts infinities and reads them as missing', async () => {
    const values = ['inf', '-Infinity', '1e999', '3'];
    const { table, infinite, notes } = await read(csv('a,b', 40, (row) => `${values[row % 4]},${row}.5`));
    expect(infinite).toEqual({ a: 30 });
    expect(texts(table, 'a').slice(0, 4)).toEqual([null, null, null, '3']);
    expect(notes).toEqual(['30 infinite cells of `a` count as missing.']);
  });

  it('makes names for a file without a header, and keeps a counted header', async () => {
    const nameless = await read(csv('5.1,3.5', 30, (row) => `${row}.25,${row * 2}`));
    expect(nameless.table.columns.map(({ name }) => name)).toEqual(['column_1', 'column_2']);
    expect(nameless.table.nRows).toBe(31);
    expect(nameless.notes).toEqual([
      'The first line holds data, not names; I call the columns column_1 to column_2.',
    ]);
    expect(
      (await read(csv('0,1,2', 30, (row) => `${row}.25,4,x`))).table.columns.map(({ name }) => name),
    ).toEqual(['0', '1', '2']);
    const rowNames = await read(csv('"",x', 30, (row) => `${row + 1},${row}.5`));
    expect(rowNames.notes).toEqual(['One column has no name; I call it column_1.']);
    expect(types(rowNames.table)).toEqual({ column_1: 'id', x: 'numeric' });
  });

  it('reads a column again as text when words come after a thousand numbers', async () => {
    const { table } = await read(csv('a,b', 5000, (row) => `${row < 2500 ? row : `w${row % 7}`},${row}.5`));
    expect(types(table)).toEqual({ a: 'categorical', b: 'numeric' });
    expect(texts(table, 'a')[2499]).toBe('2499');
    expect(texts(table, 'a')[2506]).toBe('w0');
  });

  it('reads 3,000 columns', async () => {
    const header = Array.from({ length: 3000 }, (_, j) => `c${j}`).join(',');
    const { table } = await read(
      csv(header, 25, (row) => Array.from({ length: 3000 }, (_, j) => row * j).join(',')),
    );
    expect(table.columns).toHaveLength(3000);
    expect(texts(table, 'c2999')[24]).toBe(String(24 * 2999));
  });

  it('reads single rows and columns where rows are only to be predicted', async () => {
    const path = await makeFile('new.csv', 'age\n31\n');
    const { table } = await readDataset(path, { name: 'new.csv', minRows: 1, minColumns: 1 });
    expect(texts(table, 'age')).toEqual(['31']);
  });

  it('never opens another file, even when the name is a pattern or SQL', async () => {
    const path = await makeFile("a'; SELECT * FROM read_text('*[x].csv", PLAIN);
    expect((await readDataset(path, { name: 'x' })).table.nRows).toBe(30);
  });

  it('leaves nothing in the temporary folder, whether it succeeds or fails', async () => {
    await read(gzipSync(PLAIN));
    await read(gzipSync('a,b\n1')).catch(() => null);
    const left = (await readdir(tmpdir())).filter((name) =>
      name.startsWith(`modelwright-data-${process.pid}-`),
    );
    expect(left).toEqual([]);
  });

  it('gives a table or a known error for any bytes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 400 }).map((text) => Buffer.from(text)),
      fc
        .array(
          fc.array(fc.constantFrom('1', '-2.5', '"', 'NA', 'x', '', 'é', '1e999', '2024-01-01', '\r'), {
            maxLength: 4,
          }),
          {
            maxLength: 30,
          },
        )
        .map((rows) => Buffer.from(rows.map((row) => row.join(',')).join('\n'))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        try {
          const { table } = await readDataset(await makeFile('f', content), {
            name: 'f',
            minRows: 0,
            minColumns: 1,
          });
          for (const column of table.columns) expect(column.valid).toHaveLength(table.nRows);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelwrightError);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with a plain CSV reader on any well-formed text', async () => {
    const cell = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom('a', 'B', ',', '"', '\n', ' ', 'é', '7'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ['"k","v"', ...rows.map((row) => row.map(quoted).join(','))].join('\n');
        const { table } = await readDataset(await makeFile('f', text), { name: 'f', minRows: 1 });
        expect(table.nRows).toBe(rows.length);
        const column = findColumn(table, 'v') as Column;
        if (column.type === 'numeric' || column.type === 'boolean') return; // read as numbers: not compared as text
        expect(texts(table, 'v')).toEqual(rows.map(([, value]) => value.trim() || null));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the data sets of the project', () => {
  const folder = new URL('../../examples/data/', import.meta.url).pathname;
  it.skipIf(!existsSync(folder)).each([
    ['telco_churn.csv', 7043, 20],
    ['ames.csv', 2930, 74],
    ['penguins.csv', 344, 7],
  ])('reads %s: %i rows, %i columns', async (name, rows, columns) => {
    const { table, notes } = await readDataset(`${folder}${name}`, { name });
    expect([table.nRows, table.columns.length, notes]).toEqual([rows, columns, []]);
  });
});
