/** Effects as a chapter shows them: by row of the table, the columns that move most first, with what their cells hold. */
import { type Column, cellText, findColumn } from '../data/table.ts';
import type { Explanation } from '../evidence.ts';
import { decideClasses } from '../metrics/confusion.ts';
import type { HeldOutModel } from './held-out-model.ts';

/** Columns that are told apart; the others come and go together. */
export const MOST_COLUMNS = 20;
const CELL_CHARACTERS = 60;

export type Effects = Omit<Explanation, 'dependence'>;

/** @property effects, errors of each player: Float64Array (rows × nOutputs), row-major. */
export interface FoundEffects {
  readonly method: Explanation['method'];
  readonly unit: Explanation['unit'];
  readonly base: Float64Array;
  readonly nOutputs: number;
  readonly players: readonly {
    readonly names: readonly string[];
    readonly effects: Float64Array;
    readonly errors: Float64Array | null;
  }[];
}

/** The effects on what is said of each row, by table row. @param kept places in the holdout. */
export function describeEffects(model: HeldOutModel, kept: Uint32Array, found: FoundEffects): Effects {
  const { experiment, rows, prediction, nClasses, table, truth } = model;
  const { holdout } = rows.split;
  const { nOutputs } = found;
  const order = Array.from(kept.keys()).sort(
    (a, b) => (holdout[kept[a] as number] as number) - (holdout[kept[b] as number] as number),
  );
  const inTable = order.map((i) => holdout[kept[i] as number] as number);
  const decided = experiment.task === 'multiclass' ? decideClasses(prediction, nClasses) : null;
  /** Of what was found; trees say one thing of two classes. */
  const place = order.map((i) => (decided ? (decided[kept[i] as number] as number) : nOutputs - 1));
  const output = experiment.task === 'binary' ? place.map(() => 1) : place;
  const meanSize = (effects: Float64Array) =>
    effects.reduce((sum, effect) => sum + Math.abs(effect), 0) / effects.length;
  const sorted = [...found.players].sort((a, b) => meanSize(b.effects) - meanSize(a.effects));
  const [alone, together] = [
    sorted.filter(({ names }) => names.length === 1),
    sorted.filter(({ names }) => names.length > 1),
  ];
  const listed = alone.slice(0, MOST_COLUMNS);
  const others = [...together, ...alone.slice(MOST_COLUMNS)];
  const pick = (values: Float64Array) =>
    order.map((i, at) => shorten(values[i * nOutputs + (place[at] as number)] as number));
  const columns: Effects['columns'] = listed.map(({ names: [name = ''], effects, errors }) => {
    const column = findColumn(table, name);
    const cells = inTable.map((row) =>
      column ? (cellText(column, row)?.slice(0, CELL_CHARACTERS) ?? null) : null,
    );
    return {
      name,
      meanSize: shorten(meanSize(effects)),
      effects: pick(effects),
      errors: errors && pick(errors),
      cells: cells.map(shortenCell),
      ranks: column ? ranksOf(column, inTable) : inTable.map(() => null),
    };
  });
  if (others.length > 0) {
    const sum = (of: (player: FoundEffects['players'][number]) => Float64Array) =>
      others.map(of).reduce((total, values) => total.map((value, i) => value + (values[i] as number)));
    const effects = sum((player) => player.effects);
    columns.push({
      name: null,
      meanSize: shorten(meanSize(effects)),
      effects: pick(effects),
      errors: others.every(({ errors }) => errors) ? pick(sum(({ errors }) => errors as Float64Array)) : null,
      cells: inTable.map(() => null),
      ranks: inTable.map(() => null),
    });
  }
  return {
    method: found.method,
    unit: found.unit,
    of: truth.length,
    rows: inTable,
    output,
    base: [...found.base],
    columns,
  };
}

/** Shares of the way from the lowest to the highest value; equal values share theirs. */
function ranksOf(column: Column, rows: readonly number[]): (number | null)[] {
  if (column.type !== 'numeric' && column.type !== 'datetime' && column.type !== 'boolean')
    return rows.map(() => null);
  const values = rows.map((row) => (column.valid[row] ? (column.values[row] as number) : null));
  const distinct = [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
  const place = new Map(
    distinct.map((value, i) => [value, distinct.length > 1 ? i / (distinct.length - 1) : 0.5]),
  );
  return values.map((value) => (value === null ? null : Number((place.get(value) as number).toFixed(3))));
}

/** `0.221000003814697` is what a float32 made of 0.221. */
function shortenCell(text: string | null): string | null {
  return text !== null && /^-?\d+\.\d{6,}$/.test(text) ? String(Number(Number(text).toPrecision(6))) : text;
}

function shorten(value: number): number {
  return Number(value.toPrecision(6));
}
