/** Rows by what a column says of them, in few groups that a person can name. */
import { type Column, cellText } from './table.ts';

export interface RowGroups {
  readonly column: string;
  /** What each group is called: a value, a range, `other values` or `missing`. */
  readonly labels: readonly string[];
  /** The group of the other values; null where each has its own. */
  readonly pooled: number | null;
  /** Int32Array (rows): group of each. */
  readonly of: Int32Array;
}

const RANGES = 4;

/** Numbers and dates with more distinct values than `most` are cut at their quartiles; of other columns the most frequent
 *  values have a group each and the rest share one. Missing values are a group.
 *  @returns null for texts, ids and pictures, and where all rows are in one group. O(rows log rows). */
export function rowGroups(column: Column, rows: Uint32Array, most: number): RowGroups | null {
  const named = nameRows(column, rows, most);
  if (!named) return null;
  const counts = new Map<string, number>();
  for (const name of named.names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  const known = named.order ?? [...counts.keys()].sort(byNumberThenName);
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const isCut = known.length > most;
  const kept = isCut ? new Set(frequent.slice(0, most - 1).map(([name]) => name)) : null;
  const labels = known.filter((name) => counts.has(name) && (kept === null || kept.has(name)));
  const places = new Map(labels.map((name, i) => [name, i]));
  const others = isCut ? labels.push('other values') - 1 : -1;
  const missing = named.names.some((name) => name === null) ? labels.push('missing') - 1 : -1;
  if (labels.length < 2) return null;
  const of = Int32Array.from(named.names, (name) => (name === null ? missing : (places.get(name) ?? others)));
  return { column: column.name, labels, pooled: isCut ? others : null, of };
}

interface NamedRows {
  /** Null where missing. */
  readonly names: readonly (string | null)[];
  /** Of the names, where it is not theirs. */
  readonly order?: readonly string[];
}

function nameRows(column: Column, rows: Uint32Array, most: number): NamedRows | null {
  const at = (row: number) => column.valid[row] === 1;
  switch (column.type) {
    case 'boolean':
    case 'categorical':
      return { names: Array.from(rows, (row) => cellText(column, row)) };
    case 'numeric':
    case 'datetime': {
      const known = Float64Array.from(rows.filter(at), (row) => column.values[row] as number).sort();
      const distinct = new Set<number>();
      for (const value of known) if (distinct.add(value).size > most) break;
      const name = remembering(column.type === 'datetime' ? nameDate : nameNumber);
      if (distinct.size <= most) {
        return { names: Array.from(rows, (row) => (at(row) ? name(column.values[row] as number) : null)) };
      }
      const cuts = quartiles(known);
      const order = rangeNames(cuts.map((cut) => name(cut)));
      const rangeOf = (value: number) => cuts.filter((cut) => value > cut).length;
      return {
        names: Array.from(rows, (row) =>
          at(row) ? (order[rangeOf(column.values[row] as number)] ?? null) : null,
        ),
        order,
      };
    }
    default:
      return null;
  }
}

/** Without those that repeat, or that nothing lies above. */
function quartiles(sorted: Float64Array): number[] {
  const last = sorted[sorted.length - 1] as number;
  const cuts = Array.from(
    { length: RANGES - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * (sorted.length - 1)) / RANGES)] as number,
  );
  return [...new Set(cuts)].filter((cut) => cut < last);
}

function rangeNames(cuts: readonly string[]): string[] {
  const [first = ''] = cuts;
  return [
    `up to ${first}`,
    ...cuts.slice(1).map((cut, i) => `over ${cuts[i]} to ${cut}`),
    `over ${cuts.at(-1) ?? first}`,
  ];
}

/** There are few different values where each is named. */
function remembering(name: (value: number) => string): (value: number) => string {
  const known = new Map<number, string>();
  return (value) => {
    const text = known.get(value) ?? name(value);
    known.set(value, text);
    return text;
  };
}

function nameNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function nameDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function byNumberThenName(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (Number.isFinite(difference) && difference !== 0) return difference;
  return a < b ? -1 : 1;
}
