/** Tables with one problem planted in them, beside the same tables without it. */
import type { Column, Table } from '../../src/ml/data/table.ts';
import { Random } from '../../src/ml/random.ts';

type Cell = number | string | null;
type Row = Record<string, Cell>;

const ROWS = 2000;
export const TARGET = 'churned';

const pick = (random: Random, names: readonly string[]) => names[random.integer(names.length)] as string;

/** Members of a club: honest columns of which most matter. @param slope how far the columns decide the outcome. */
function members(random: Random, slope: number): Row[] {
  return Array.from({ length: ROWS }, () => {
    const tenure = Math.round(72 * random.uniform());
    const usage = random.normal();
    const plan = pick(random, ['basic', 'plus', 'pro']);
    const signal = usage - (tenure - 36) / 25 + (plan === 'pro' ? 0.8 : plan === 'plus' ? 0 : -0.8);
    return {
      tenure,
      usage: Number(usage.toFixed(4)),
      plan,
      region: pick(random, ['north', 'south', 'east', 'west', 'centre']),
      gender: pick(random, ['f', 'm']),
      income: random.uniform() < 0.05 ? null : Math.round(Math.exp(10 + 0.4 * random.normal())),
      [TARGET]: yesNo(random.uniform() < 1 / (1 + Math.exp(-slope * signal))),
    };
  });
}

/** A column that is written once the outcome is known: a code, a number or a field that is filled for some. */
export function leakedColumn(seed: number, isPlanted: boolean): Table {
  const random = new Random(seed).derive('leaked column');
  const rows = members(random, 1.5);
  if (!isPlanted) return tableOf(rows);
  return tableOf(
    rows.map((row) => {
      const known = (row[TARGET] === 'yes') !== random.uniform() < 0.02;
      const written = [
        known ? pick(random, ['c1', 'c2']) : pick(random, ['a1', 'b2']),
        Number(((known ? 9 : 2) + random.normal()).toFixed(3)),
        known ? Math.round(100 * random.uniform()) : null,
      ][seed % 3] as Cell;
      return { ...row, note: written };
    }),
  );
}

/** A tenth of the rows twice, with a number of their own in every second table. */
export function duplicatedRows(seed: number, isPlanted: boolean): Table {
  const random = new Random(seed).derive('duplicated rows');
  const rows = members(random, 1.5);
  const copies = isPlanted ? rows.filter(() => random.uniform() < 0.1) : [];
  const all = random.shuffle([...rows, ...copies]);
  return tableOf(seed % 2 === 0 ? all : all.map((row, i) => ({ member_id: 10_000 + i, ...row })));
}

/** What decides is easily learned, and an equal share of outcomes is another everywhere; but not in one region, where
 *  the model is wrong most of the time that anything is at stake. */
export function shiftedSlice(seed: number, isPlanted: boolean): Table {
  const random = new Random(seed).derive('shifted slice');
  const shifted = pick(random, ['north', 'south', 'east', 'west', 'centre']);
  return tableOf(
    members(random, 0).map((row) => {
      const isUsual = row.plan !== 'basic';
      const chance = isPlanted && row.region === shifted ? 0.4 : 0.1;
      return { ...row, [TARGET]: yesNo(isUsual !== random.uniform() < chance) };
    }),
  );
}

/** One label in ten is the other one. */
export function wrongLabels(seed: number, isPlanted: boolean): Table {
  const random = new Random(seed).derive('wrong labels');
  const rows = members(random, 4);
  if (!isPlanted) return tableOf(rows);
  return tableOf(
    rows.map((row) => (random.uniform() < 0.1 ? { ...row, [TARGET]: yesNo(row[TARGET] !== 'yes') } : row)),
  );
}

/** One gender had the outcome far more often than its columns explain. */
export function unfairGroup(seed: number, isPlanted: boolean): Table {
  const random = new Random(seed).derive('unfair group');
  return tableOf(
    members(random, 1.5).map((row) => ({
      ...row,
      ethnicity: pick(random, ['A', 'B', 'C', 'D']),
      ...(isPlanted && row.gender === 'f' && random.uniform() < 0.45 && { [TARGET]: 'no' }),
    })),
  );
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

function tableOf(rows: readonly Row[]): Table {
  const names = Object.keys(rows[0] ?? {});
  return { nRows: rows.length, columns: names.map((name) => columnOf(name, rows)) };
}

function columnOf(name: string, rows: readonly Row[]): Column {
  const cells = rows.map((row) => row[name] as Cell);
  const valid = Uint8Array.from(cells, (cell) => Number(cell !== null));
  if (cells.every((cell) => typeof cell !== 'string'))
    return {
      name,
      type: 'numeric',
      valid,
      values: Float64Array.from(cells, (cell) => (cell ?? Number.NaN) as number),
    };
  const categories = [...new Set(cells.filter((cell) => cell !== null))].map(String).sort();
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(String(cell))));
  return { name, type: 'categorical', valid, codes, categories };
}
