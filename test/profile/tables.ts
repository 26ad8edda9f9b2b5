/** Made-up tables for the tests of `profile`. */
import type { Column, Table } from '../../src/ml/data/table.ts';
import { Random } from '../../src/ml/random.ts';

type Cell = number | string | null;

/** A table from cells: columns of numbers are numeric, of strings categorical; NaN and null are missing.
 *  `types` overrides: 'id', 'text', 'datetime' (milliseconds) or 'boolean' (of the labels no and yes). */
export function makeTable(
  cells: Readonly<Record<string, readonly Cell[]>>,
  types: Readonly<Record<string, 'id' | 'text' | 'datetime' | 'boolean'>> = {},
): Table {
  const columns = Object.entries(cells).map(([name, values]) => makeColumn(name, values, types[name]));
  return { nRows: columns[0]?.valid.length ?? 0, columns };
}

function makeColumn(
  name: string,
  cells: readonly Cell[],
  type?: 'id' | 'text' | 'datetime' | 'boolean',
): Column {
  const isMissing = (cell: Cell) => cell === null || Number.isNaN(cell);
  const valid = Uint8Array.from(cells, (cell) => (isMissing(cell) ? 0 : 1));
  if (type === 'text') return { name, type, valid, values: cells.map((cell) => String(cell ?? '')) };
  if (type === 'boolean') {
    return {
      name,
      type,
      valid,
      labels: ['no', 'yes'],
      values: Uint8Array.from(cells, (cell) => (cell === 'yes' ? 1 : 0)),
    };
  }
  const isNumeric = cells.every((cell) => cell === null || typeof cell === 'number');
  if (isNumeric && type !== 'id') {
    const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
    return { name, type: type === 'datetime' ? 'datetime' : 'numeric', valid, values };
  }
  const texts = cells.map((cell) => (isMissing(cell) ? null : String(cell)));
  const categories = [...new Set(texts.filter((text) => text !== null))].sort();
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const codes = Int32Array.from(texts, (text) => (text === null ? -1 : (codeOf.get(text) as number)));
  return { name, type: type === 'id' ? 'id' : 'categorical', valid, codes, categories };
}

/** Honest tables: five features of which three matter, noise, some missing cells, and a strong relation that still
 *  leaves errors. @returns cells by column, the target last. */
export function honestCells(task: 'binary' | 'multiclass' | 'regression', nRows: number, seed: number) {
  const random = new Random(seed);
  const draw = <T>(make: (row: number) => T) => Array.from({ length: nRows }, (_, row) => make(row));
  const usage = draw(() => random.normal());
  const tenure = draw(() => Math.floor(72 * random.uniform()));
  const plan = draw(() => ['basic', 'plus', 'pro'][random.integer(3)] as string);
  const region = draw(() => ['north', 'south', 'east', 'west'][random.integer(4)] as string);
  const income = draw(() => (random.uniform() < 0.1 ? null : Math.exp(10 + 0.5 * random.normal())));
  const signal = draw(
    (row) =>
      2 * (usage[row] as number) -
      (tenure[row] as number) / 20 +
      (plan[row] === 'pro' ? 1 : 0) +
      random.normal(),
  );
  const target: Cell[] = signal.map((value) => {
    if (task === 'regression') return 100 + 10 * value;
    if (task === 'binary') return value > 0 ? 'yes' : 'no';
    return value > 0 ? 'high' : value > -2.5 ? 'middle' : 'low';
  });
  return { cells: { usage, tenure, plan, region, income, target } as Record<string, Cell[]>, random };
}
