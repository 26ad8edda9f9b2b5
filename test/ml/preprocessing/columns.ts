/** Short ways to write a table in a test; null is a missing cell. */
import type { Column, Table } from '../../../src/ml/data/table.ts';

const present = (cells: readonly unknown[]) => Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));

export function numeric(name: string, ...cells: (number | null)[]): Column {
  const values = Float64Array.from(cells, (cell) => cell ?? Number.NaN);
  return { name, type: 'numeric', valid: present(cells), values };
}

export function categorical(name: string, ...cells: (string | null)[]): Column {
  const categories = [...new Set(cells.filter((cell) => cell !== null))].sort();
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(cell)));
  return { name, type: 'categorical', valid: present(cells), codes, categories };
}

export function boolean(name: string, labels: readonly [string, string], ...cells: (0 | 1 | null)[]): Column {
  const values = Uint8Array.from(cells, (cell) => cell ?? 0);
  return { name, type: 'boolean', valid: present(cells), values, labels };
}

export function text(name: string, ...cells: (string | null)[]): Column {
  return { name, type: 'text', valid: present(cells), values: cells.map((cell) => cell ?? '') };
}

export function datetime(name: string, ...cells: (string | null)[]): Column {
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Date.parse(cell)));
  return { name, type: 'datetime', valid: present(cells), values };
}

export function table(...columns: Column[]): Table {
  return { nRows: columns[0]?.valid.length ?? 0, columns };
}

export const allRows = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);
