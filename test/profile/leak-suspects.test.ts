/** Leaks planted in honest tables: each kind must be found in at least 19 of 20 tables, and at most one of 20 honest
 *  tables may be suspected. */
import { describe, expect, it } from 'vitest';
import type { LeakSuspect } from '../../src/profile/profile.ts';
import { profileTable } from '../../src/profile/profile-table.ts';
import { profileTarget } from '../../src/profile/profile-target.ts';
import { honestCells, makeTable } from './tables.ts';

type Task = Parameters<typeof honestCells>[0];
type Cells = ReturnType<typeof honestCells>['cells'];
type Random = ReturnType<typeof honestCells>['random'];

const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const CLASS_NUMBER: Record<string, number> = { no: 0, yes: 1, low: 0, middle: 1, high: 2 };

function suspectsOf(cells: Cells, types: Parameters<typeof makeTable>[1] = {}): readonly LeakSuspect[] {
  const table = makeTable(cells, types);
  return profileTarget(table, profileTable(table), 'target').suspects;
}

interface Plant {
  readonly kind: LeakSuspect['kind'];
  readonly how: string;
  readonly tasks: readonly Task[];
  readonly column: string;
  readonly type?: 'id';
  /** Changes the order of rows too, where the leak is one of order. */
  readonly plant: (cells: Cells, random: Random) => Cells;
}

const number = (target: unknown) =>
  typeof target === 'number' ? target : (CLASS_NUMBER[String(target)] as number);

/** The rows in the order of the target, with some disorder. */
function sortedByTarget(cells: Cells, random: Random): Cells {
  const target = cells.target as (number | string)[];
  const spread = typeof target[0] === 'number' ? 10 : 0.3;
  const key = target.map((value) => number(value) + spread * random.normal());
  const order = target.map((_, row) => row).sort((a, b) => (key[a] as number) - (key[b] as number));
  return Object.fromEntries(
    Object.entries(cells).map(([name, values]) => [name, order.map((row) => values[row] ?? null)]),
  );
}

const PLANTS: readonly Plant[] = [
  {
    kind: 'copy-of-target',
    how: 'the classes as numbers',
    tasks: ['binary', 'multiclass'],
    column: 'status_code',
    plant: (cells, random) => ({
      status_code: (cells.target ?? []).map((value) =>
        random.uniform() < 0.001 ? 0 : 10 * number(value) + 5,
      ),
      ...cells,
    }),
  },
  {
    kind: 'copy-of-target',
    how: 'the number in another unit, rounded',
    tasks: ['regression'],
    column: 'in_cents',
    plant: (cells) => ({
      in_cents: (cells.target ?? []).map((value) => Math.round(number(value) * 3.7 + 11)),
      ...cells,
    }),
  },
  {
    kind: 'copy-of-target',
    how: 'the exponential of the number',
    tasks: ['regression'],
    column: 'transformed',
    plant: (cells) => ({
      transformed: (cells.target ?? []).map((value) => Math.exp(number(value) / 8)),
      ...cells,
    }),
  },
  {
    kind: 'predicts-alone',
    how: 'the target with a little noise',
    tasks: ['binary', 'multiclass', 'regression'],
    column: 'risk',
    plant: (cells, random) => {
      const target = cells.target ?? [];
      const noise = typeof target[0] === 'number' ? 1.5 : 0.15;
      return { risk: target.map((value) => number(value) + noise * random.normal()), ...cells };
    },
  },
  {
    kind: 'filled-after-outcome',
    how: 'filled for most rows of one outcome and for no other',
    tasks: ['binary', 'regression'],
    column: 'exit_survey',
    plant: (cells, random) => ({
      exit_survey: (cells.target ?? []).map((value) => {
        const happened = typeof value === 'number' ? value > 95 : value === 'yes';
        return happened && random.uniform() < 0.7 ? random.uniform() : null;
      }),
      ...cells,
    }),
  },
  {
    kind: 'filled-after-outcome',
    how: 'an amount that is zero unless the outcome happened',
    tasks: ['binary'],
    column: 'total_refund',
    plant: (cells, random) => ({
      total_refund: (cells.target ?? []).map((value) =>
        value === 'yes' && random.uniform() < 0.6 ? 5 + random.uniform() : 0,
      ),
      ...cells,
    }),
  },
  {
    kind: 'identifier',
    how: 'numbers that were given out by outcome',
    tasks: ['binary', 'multiclass', 'regression'],
    column: 'case_id',
    type: 'id',
    plant: (cells, random) => {
      const sorted = sortedByTarget({ ...cells, row: (cells.target ?? []).map((_, row) => row) }, random)
        .row as number[];
      const id: number[] = [];
      sorted.forEach((row, place) => {
        id[row] = 10_000 + 3 * place;
      });
      return { case_id: id, ...cells };
    },
  },
  {
    kind: 'row-order',
    how: 'a row number in a file that is sorted by the outcome',
    tasks: ['binary', 'multiclass', 'regression'],
    column: 'row',
    plant: (cells, random) => {
      const sorted = sortedByTarget(cells, random);
      return { row: (sorted.target ?? []).map((_, row) => row + 1), ...sorted };
    },
  },
];

describe('planted leaks', () => {
  it.each(PLANTS)('finds $kind: $how', ({ kind, column, tasks, type, plant }) => {
    for (const task of tasks) {
      const found = SEEDS.filter((seed) => {
        const { cells, random } = honestCells(task, 600, seed);
        const suspects = suspectsOf(plant(cells, random), type ? { [column]: type } : {});
        return suspects.length === 1 && suspects[0]?.column === column && suspects[0].kind === kind;
      });
      expect(found.length, `${task}: of 20 tables`).toBeGreaterThanOrEqual(19);
    }
  });

  it.each(TASKS)('suspects nothing in honest %s tables', (task) => {
    const suspected = SEEDS.filter((seed) => {
      const { cells, random } = honestCells(task, 600, 1000 + seed);
      const honest = {
        case_id: (cells.target ?? []).map((_, row) => 500 + row),
        refund_note: (cells.target ?? []).map(() => (random.uniform() < 0.3 ? 'x' : null)),
        ...cells,
      };
      return suspectsOf(honest, { case_id: 'id' }).length > 0;
    });
    expect(suspected.length, 'of 20 tables').toBeLessThanOrEqual(1);
  });

  it('gives evidence with numbers, names what sounds late, and suggests to drop', () => {
    const { cells } = honestCells('binary', 600, 5);
    const target = cells.target as string[];
    const yes = target.filter((value) => value === 'yes').length;
    const suspects = suspectsOf({
      refund_date: target.map((value) => (value === 'yes' ? 'known' : null)),
      ...cells,
    });
    expect(suspects).toEqual([
      {
        column: 'refund_date',
        kind: 'filled-after-outcome',
        evidence: `\`refund_date\` is filled in ${yes} rows, and 100% of these have target = yes (${Math.round((100 * yes) / 600)}% of all rows do). Its name also sounds as if it were known only afterwards.`,
        suggestion: 'drop',
      },
    ]);
  });

  it('asks about a code that was written after the outcome, with a few mistakes in it', () => {
    for (const seed of [1, 2, 3]) {
      const { cells, random } = honestCells('binary', 800, seed);
      cells.note = (cells.target ?? []).map((value) =>
        (value === 'yes') !== random.uniform() < 0.025 ? (['c1', 'c2'][random.integer(2)] as string) : 'a1',
      );
      const suspects = suspectsOf(cells);
      expect(suspects.map(({ column, suggestion }) => [column, suggestion])).toEqual([['note', 'keep']]);
      expect(suspects[0]?.evidence).toMatch(/AUC of 0\.9\d+ on rows that were held back/);
    }
  });

  it('finds nothing surprising in 200 columns of noise on few rows', () => {
    const { cells, random } = honestCells('binary', 60, 3);
    for (let j = 0; j < 200; j++) cells[`noise_${j}`] = Array.from({ length: 60 }, () => random.normal());
    expect(suspectsOf(cells)).toEqual([]);
  });
});
