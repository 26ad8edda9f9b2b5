/** Rows that are equal in every feature: a model cannot tell them apart, and when some of them are trained on and
 *  others judged, the score is flattered. */
import type { Column, Table } from './table.ts';
import { findColumn, hashBytes, hashNumbers, imageOf, sequenceOf } from './table.ts';

/** Groups the rows that agree in all of `features`; a missing cell agrees with a missing cell.
 *  @param features column names; names that the table lacks are ignored. With none, all rows are one cluster.
 *  @returns Int32Array (nRows): cluster of each row, counted from 0 in the order of first appearance.
 *  O(nRows × features); 64-bit hashes find the candidates, and equality is verified. */
export function duplicateClusters(table: Table, features: readonly string[]): Int32Array {
  const columns = features.flatMap((name) => findColumn(table, name) ?? []);
  const low = new Int32Array(table.nRows);
  const high = new Int32Array(table.nRows).fill(0x2545f491);
  for (const column of columns) mixIn(column, low, high);

  // By open addressing in typed arrays: a Map of a million keys takes ten times as long.
  const mask = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * table.nRows))) - 1;
  /** The first row of the cluster in each place, plus 1; 0 where the place is free. */
  const places = new Uint32Array(mask + 1);
  const clusters = new Int32Array(table.nRows);
  let count = 0;
  for (let row = 0; row < table.nRows; row++) {
    let place = (Math.imul(low[row], 0x9e3779b1) ^ high[row]) & mask;
    let twin = places[place] - 1;
    while (
      twin >= 0 &&
      !(low[twin] === low[row] && high[twin] === high[row] && sameRow(columns, twin, row))
    ) {
      place = (place + 1) & mask;
      twin = places[place] - 1;
    }
    if (twin < 0) places[place] = row + 1;
    clusters[row] = twin < 0 ? count++ : clusters[twin];
  }
  return clusters;
}

const MISSING = 0x7ed55d16;

/** Folds a column's cells into two independent 32-bit hashes per row (multiply and rotate, as murmur3 does). */
function mixIn(column: Column, low: Int32Array, high: Int32Array): void {
  const { valid } = column;
  const hashes = hashCells(column);
  for (let row = 0; row < low.length; row++) {
    const hash = valid[row] ? hashes[row] : MISSING;
    low[row] = Math.imul(rotate(low[row] ^ Math.imul(hash, 0xcc9e2d51 | 0), 13), 5) + 0x6b64;
    high[row] = Math.imul(rotate(high[row] ^ Math.imul(hash ^ 0x5bd1e995, 0x1b873593), 17), 0x85ebca6b | 0);
  }
}

/** A number per row, of no meaning where the cell is missing. */
function hashCells(column: Column): Int32Array | Uint8Array {
  switch (column.type) {
    case 'categorical':
    case 'id':
      return column.codes;
    case 'boolean':
      return column.values;
    case 'numeric':
    case 'datetime':
      return hashDoubles(column.values);
    case 'text':
      return hashPresent(column, (row) => hashText(column.values[row] as string));
    case 'image':
      return hashPresent(column, (row) => hashBytes(imageOf(column, row)));
    case 'sequence':
      return hashPresent(column, (row) => hashNumbers(sequenceOf(column, row)));
  }
}

function hashDoubles(values: Float64Array): Int32Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const hashes = new Int32Array(values.length);
  for (let row = 0; row < hashes.length; row++) {
    // 0 and -0 are equal.
    hashes[row] = values[row] === 0 ? 0 : halves[2 * row] ^ Math.imul(halves[2 * row + 1], 0x9e3779b1 | 0);
  }
  return hashes;
}

function hashPresent({ valid }: Column, hashOf: (row: number) => number): Int32Array {
  const hashes = new Int32Array(valid.length);
  for (let row = 0; row < hashes.length; row++) if (valid[row]) hashes[row] = hashOf(row);
  return hashes;
}

function sameRow(columns: readonly Column[], a: number, b: number): boolean {
  for (const column of columns) {
    if (column.valid[a] !== column.valid[b]) return false;
    if (!column.valid[a]) continue;
    if (column.type === 'image') {
      if (!sameBytes(imageOf(column, a), imageOf(column, b))) return false;
      continue;
    }
    if (column.type === 'sequence') {
      if (!sameNumbers(sequenceOf(column, a), sequenceOf(column, b))) return false;
      continue;
    }
    const cells = 'codes' in column ? column.codes : column.values;
    if (cells[a] !== cells[b]) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, i) => value === b[i]);
}

function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i] || (Number.isNaN(value) && Number.isNaN(b[i])));
}

/** FNV-1a over the code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
