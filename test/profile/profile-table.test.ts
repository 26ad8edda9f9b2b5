import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { Profile } from '../../src/profile/profile.ts';
import { profileTable } from '../../src/profile/profile-table.ts';
import { makeTable } from './tables.ts';

const n = 100;
const rows = <T>(make: (row: number) => T, count = n) => Array.from({ length: count }, (_, row) => make(row));

describe('profileTable', () => {
  it('describes numbers by their quantiles, spread and histogram', () => {
    const profile = profileTable(makeTable({ x: [4, 1, 3, 2, null], y: ['a', 'b', 'a', 'a', 'b'] }));
    expect(profile.columns[0]).toEqual({
      name: 'x',
      type: 'numeric',
      missing: 1,
      distinct: 4,
      // numpy.quantile([1,2,3,4], [.25,.5,.75]) = [1.75, 2.5, 3.25]; numpy.std(ddof=1) = 1.2909944487358056
      range: {
        min: 1,
        q1: 1.75,
        median: 2.5,
        q3: 3.25,
        max: 4,
        mean: 2.5,
        sd: 1.2909944487358056,
        histogram: { edges: [1, 1.75, 2.5, 3.25, 4], counts: [1, 1, 1, 1] },
      },
      top: [],
      infinite: 0,
      flags: [],
    });
    expect(profile.columns[1]?.top).toEqual([
      { value: 'a', count: 3 },
      { value: 'b', count: 2 },
    ]);
  });

  it('counts every present number in exactly one bin, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const range = profileTable(makeTable({ x: values })).columns[0]?.range;
          const { counts, edges } = range?.histogram ?? { counts: [], edges: [] };
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
          expect(edges).toHaveLength(counts.length + 1);
          expect(edges.every((edge, i) => i === 0 || edge >= (edges[i - 1] as number))).toBe(true);
        },
      ),
    );
  });

  it('flags what is constant, empty, nearly empty, a counter, or has many categories', () => {
    const profile = profileTable(
      makeTable(
        {
          same: rows(() => 'x'),
          empty: rows(() => null),
          rare: rows((row) => (row < 10 ? row % 3 : null)),
          counter: rows((row) => row + 7),
          ref: rows((row) => `r${row}`),
          cities: rows((row) => `c${row % 101}`, n),
          score: rows((row) => row % 5),
        },
        { ref: 'id' },
      ),
    );
    const flags = Object.fromEntries(profile.columns.map((column) => [column.name, column.flags]));
    expect(flags).toEqual({
      same: ['constant'],
      empty: ['all-missing'],
      rare: ['mostly-missing'],
      counter: ['id-like'],
      ref: ['id-like'],
      cities: [],
      score: [],
    });
    expect(profile.warnings).toEqual([
      'There are only 100 rows, so every score will have a wide interval.',
      '1 column is without any value: empty.',
      '1 column has the same value everywhere: same.',
      'More than 80% of the cells are missing in rare.',
    ]);
  });

  it('counts rows that repeat earlier ones, and infinite cells', () => {
    const table = makeTable({ a: rows((row) => row % 90, 300), b: rows((row) => row % 45, 300) });
    const profile = profileTable(table, { a: 3 });
    expect(profile.duplicateRows).toBe(210);
    expect(profile.columns[0]?.infinite).toBe(3);
    expect(profile.warnings).toEqual([
      '210 rows (70%) repeat an earlier row exactly.',
      '3 infinite cells count as missing, in a.',
    ]);
  });

  it('names columns of time and of entities that repeat', () => {
    const profile = profileTable(
      makeTable(
        {
          when: rows((row) => row * 86_400_000),
          customer_id: rows((row) => `c${row % 20}`),
          order_id: rows((row) => `o${row}`),
          x: rows((row) => row % 7),
        },
        { when: 'datetime', customer_id: 'id', order_id: 'id' },
      ),
    );
    expect(profile.timeColumns).toEqual(['when']);
    expect(profile.groupColumns).toEqual(['customer_id']);
  });

  it('survives its own schema and a table without rows', () => {
    const profile = profileTable(makeTable({ a: [], b: [] }));
    expect(Profile.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });
});

describe('target candidates', () => {
  const first = (table: Parameters<typeof profileTable>[0]) => profileTable(table).targetCandidates[0];

  it('prefer outcome names over positions, with a reason', () => {
    const cells = {
      churned: rows((row) => (row % 4 ? 'no' : 'yes')),
      x: rows((row) => row * 1.5),
      z: rows((row) => row % 60),
    };
    expect(first(makeTable(cells, { churned: 'boolean' }))).toEqual({
      column: 'churned',
      task: 'binary',
      plausibility: 1,
      reason:
        'It is named like an outcome, is the first column, is the only column of classes and has two values.',
    });
  });

  it('never are text, dates, identifiers or constants', () => {
    const cells = {
      target: rows((row) => `t${row}`),
      label: rows(() => 1),
      outcome: rows((row) => row * 1e9),
      y: rows((row) => `some text ${row}`),
    };
    expect(
      profileTable(makeTable(cells, { target: 'id', outcome: 'datetime', y: 'text' })).targetCandidates,
    ).toEqual([]);
  });

  it('take few dense whole numbers for classes and others for amounts', () => {
    const cells = {
      quality: rows((row) => 3 + (row % 6)),
      price: rows((row) => 100 * (row % 6)),
      half: rows((row) => (row % 9) / 2),
    };
    const tasks = Object.fromEntries(
      profileTable(makeTable(cells)).targetCandidates.map(({ column, task }) => [column, task]),
    );
    expect(tasks).toEqual({ quality: 'multiclass', price: 'regression', half: 'regression' });
  });

  const shipped = new URL('../../examples/data/', import.meta.url).pathname;
  const shared = new URL('../../../shared/data/', import.meta.url).pathname;
  const KNOWN = [
    [`${shipped}telco_churn.csv`, 'churn', 'binary'],
    [`${shipped}ames.csv`, 'Sale_Price', 'regression'],
    [`${shipped}penguins.csv`, 'species', 'multiclass'],
    [`${shipped}digits_8x8.csv`, 'digit', 'multiclass'],
    [`${shared}hmda.csv`, 'deny', 'binary'],
    [`${shared}diamonds.csv`, 'price', 'regression'],
    [`${shared}letterrecognition.csv`, 'lettr', 'multiclass'],
    [`${shared}fine_foods_train.csv`, 'score', 'binary'],
    [`${shared}chicago.csv`, 'ridership', 'regression'],
  ] as const;
  for (const [path, column, task] of KNOWN) {
    const name = path.split('/').at(-1) as string;
    it.skipIf(!existsSync(path))(
      `of ${name} begin with ${column}, clearly (skipped where the file is absent)`,
      async () => {
        const [best, second] = profileTable((await readDataset(path, { name })).table).targetCandidates;
        expect(best).toMatchObject({ column, task });
        expect((best?.plausibility ?? 0) - (second?.plausibility ?? 0)).toBeGreaterThanOrEqual(0.15);
      },
    );
  }
});
