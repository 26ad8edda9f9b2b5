import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/datasets/csv-scanner.ts';
import { writeCsv } from '../../src/datasets/write-csv.ts';
import { makeFolder } from './files.ts';

async function written(columns: Parameters<typeof writeCsv>[1]): Promise<string> {
  const path = join(await makeFolder(), 'out.csv');
  await writeCsv(path, columns);
  return readFile(path, 'utf8');
}

describe('writeCsv', () => {
  it('quotes where needed, leaves missing values empty, and writes numbers exactly', async () => {
    const text = await written([
      { name: 'a,b', values: ['x "y"', null, 'two\nlines'] },
      { name: 'n', values: [0.1 + 0.2, Number.NaN, -1e-300] },
    ]);
    expect(text).toBe('"a,b",n\n"x ""y""",0.30000000000000004\n,\n"two\nlines",-1e-300\n');
  });

  it('disarms texts that a spreadsheet would run as a formula, but not numbers', async () => {
    const values = ['=1+1', '+A1', '-5', '@x', '-2.5e3', '-cmd', 'plain'];
    expect(await written([{ name: '=h', values }])).toBe(`'=h\n'=1+1\n'+A1\n-5\n'@x\n-2.5e3\n'-cmd\nplain\n`);
  });

  it('takes typed arrays and more rows than one write holds', async () => {
    const text = await written([{ name: 'n', values: Float64Array.from({ length: 2500 }, (_, i) => i) }]);
    expect(text.trim().split('\n')).toHaveLength(2501);
  });

  it('writes what an RFC 4180 reader reads back', async () => {
    const cell = fc.string({
      minLength: 1,
      maxLength: 8,
      unit: fc.constantFrom('a', '"', ',', '\n', 'é', ' ', ';'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), async (rows) => {
        const columns = [0, 1].map((j) => ({ name: `c${j}`, values: rows.map((row) => row[j] as string) }));
        const records = readRecords(await written(columns), ',', true);
        expect(records.slice(1).map(({ fields }) => fields)).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  });
});
