import { gather } from '../data/rows.ts';

/** Rows that must stay together when a table is split: rows of one group, exact duplicates of each other.
 *  @property of    Int32Array (nRows): the unit of each row.
 *  @property sizes Uint32Array (nUnits): rows in each unit. */
export interface Units {
  readonly of: Int32Array;
  readonly sizes: Uint32Array;
}

/** Joins rows that share a value of any key, directly or through other rows; units are numbered by first row.
 *  @param keys each an Int32Array (nRows); every value, -1 ("missing") included, is one set of rows that belong
 *              together. Values are numbers of sets: none is far above nRows. Without keys each row is its own unit.
 *  O(nRows × keys). */
export function joinRows(nRows: number, keys: readonly Int32Array[]): Units {
  const parent = new Int32Array(nRows);
  for (let row = 0; row < nRows; row++) parent[row] = row;
  const root = (row: number): number => {
    let top = row;
    while (parent[top] !== top) {
      parent[top] = parent[parent[top]]; // path halving keeps the trees flat
      top = parent[top];
    }
    return top;
  };
  for (const key of keys) {
    let greatest = -1;
    for (let row = 0; row < nRows; row++) if (key[row] > greatest) greatest = key[row];
    const first = new Int32Array(greatest + 2).fill(-1); // by key + 1
    for (let row = 0; row < nRows; row++) {
      const seen = first[key[row] + 1];
      if (seen < 0) first[key[row] + 1] = row;
      else parent[root(row)] = root(seen);
    }
  }
  const of = new Int32Array(nRows);
  const numberOf = new Int32Array(nRows).fill(-1); // by root
  const sizes: number[] = [];
  for (let row = 0; row < nRows; row++) {
    const top = root(row);
    if (numberOf[top] === -1) {
      numberOf[top] = sizes.length;
      sizes.push(0);
    }
    of[row] = numberOf[top];
    sizes[of[row]]++;
  }
  return { of, sizes: Uint32Array.from(sizes) };
}

/** The units of some of the rows, renumbered from 0. Units must lie wholly inside or outside `rows`. */
export function takeUnits(units: Units, rows: Uint32Array): Units {
  return joinRows(rows.length, [gather(units.of, rows, new Int32Array(rows.length))]);
}
