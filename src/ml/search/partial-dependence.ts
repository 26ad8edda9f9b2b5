/** How the prediction moves with one column while the others stay as they are in the rows: the mean (Friedman 2001) and
 *  single rows (ICE, Goldstein et al. 2015). Values are set in the table, so that everything that is made of the column moves
 *  along. */
import { type Column, shared, type Table, takeRows } from '../data/table.ts';
import type { Explanation } from '../evidence.ts';
import type { HeldOutModel } from './held-out-model.ts';

const MOST_COLUMNS = 4;
const MOST_ROWS = 100;
const SINGLE_ROWS = 30;
/** Places that a number is set to, from its 5th to its 95th percentile: beyond, the model has seen little. */
const PLACES = 10;
const NAMES = 8;

type Dependence = Explanation['dependence'][number];

/** How many predictions each member makes at most. */
export const DEPENDENCE_PREDICTIONS = MOST_COLUMNS * MOST_ROWS * PLACES;

/** @param names the columns that matter most first; those that cannot be set (texts, ids) are passed over. */
export function partialDependence(model: HeldOutModel, names: readonly string[]): Dependence[] {
  const { table, experiment, rows } = model;
  const { holdout } = rows.split;
  const stride = Math.ceil(holdout.length / MOST_ROWS);
  const some = holdout.filter((_, i) => i % stride === 0);
  const features = new Set(experiment.features);
  const wanted = new Set([...features, experiment.target]);
  const sample = takeRows({ ...table, columns: table.columns.filter(({ name }) => wanted.has(name)) }, some);
  const found: Dependence[] = [];
  for (const name of names) {
    if (found.length === MOST_COLUMNS) break;
    const column = sample.columns.find((one) => one.name === name);
    const places = column && features.has(name) ? placesOf(column) : null;
    if (column && places && places.length > 1) found.push(vary(model, sample, column, places));
  }
  return found;
}

function vary(model: HeldOutModel, sample: Table, column: Column, places: readonly number[]): Dependence {
  const { experiment, nClasses, members, combine } = model;
  const n = sample.nRows;
  const repeated = takeRows(
    sample,
    Uint32Array.from({ length: n * places.length }, (_, i) => i % n),
  );
  const values = (make: (n: number) => Float64Array | Int32Array | Uint8Array) => {
    const out = make(repeated.nRows);
    for (let i = 0; i < out.length; i++) out[i] = places[Math.floor(i / n)] as number;
    return out;
  };
  const valid = shared.uint8(repeated.nRows).fill(1);
  const columns = repeated.columns.map((one): Column => {
    if (one.name !== column.name) return one;
    switch (one.type) {
      case 'numeric':
      case 'datetime':
        return { ...one, valid, values: values(shared.float64) as Float64Array };
      case 'boolean':
        return { ...one, valid, values: values(shared.uint8) as Uint8Array };
      case 'categorical':
        return { ...one, valid, codes: values(shared.int32) as Int32Array };
      default:
        return one;
    }
  });
  const table = { ...repeated, columns };
  const said = combine(members.map(({ transform, fitted }) => fitted.predict(transform(table))));
  const nOutputs = experiment.task === 'regression' ? 1 : nClasses;
  const at = (place: number, row: number, k: number) => said[(place * n + row) * nOutputs + k] as number;
  const mean = Array.from({ length: nOutputs }, (_, k) =>
    places.map((_, place) => {
      let sum = 0;
      for (let row = 0; row < n; row++) sum += at(place, row, k);
      return shorten(sum / n);
    }),
  );
  const every = Math.ceil(n / SINGLE_ROWS);
  const single =
    nOutputs > 2
      ? []
      : Array.from({ length: Math.ceil(n / every) }, (_, i) =>
          places.map((_, place) => shorten(at(place, i * every, nOutputs - 1))),
        );
  const kind = column.type === 'numeric' || column.type === 'datetime' ? column.type : 'named';
  return { column: column.name, kind, at: places.map((place) => nameOf(column, place)), mean, single };
}

function nameOf(column: Column, place: number): number | string {
  if (column.type === 'boolean') return column.labels[place as 0 | 1];
  if (column.type === 'categorical') return column.categories[place] as string;
  return place;
}

/** Numbers, codes or 0 and 1; null for what cannot be set. */
function placesOf(column: Column): number[] | null {
  switch (column.type) {
    case 'numeric':
    case 'datetime': {
      const sorted = column.values.filter((_, row) => column.valid[row] === 1).sort();
      const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
      const distinct = new Set(sorted);
      if (distinct.size <= PLACES) return [...distinct];
      const [low, high] = [at(0.05), at(0.95)];
      return [
        ...new Set(Array.from({ length: PLACES }, (_, i) => at(0.05 + (0.9 * i) / (PLACES - 1)))),
      ].filter((value) => value >= low && value <= high);
    }
    case 'boolean':
      return [0, 1];
    case 'categorical': {
      const counts = new Map<number, number>();
      for (const code of column.codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
      const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, NAMES);
      return frequent.map(([code]) => code).sort((a, b) => a - b);
    }
    default:
      return null;
  }
}

function shorten(value: number): number {
  return Number(value.toPrecision(6));
}
