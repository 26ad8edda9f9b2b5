import { describe, expect, it } from 'vitest';
import { cellText, findColumn, takeRows } from '../../../src/ml/data/table.ts';
import { innerSplit, splitTable } from '../../../src/ml/search/split-table.ts';
import { shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable();
const textsOf = (name: string, rows: Uint32Array, data = table) => {
  const column = findColumn(data, name);
  return [...rows].map((row) => column && cellText(column, row));
};

describe('splitTable', () => {
  it('puts rows without a known target nowhere, and all others in holdout or training', () => {
    const { split } = splitTable(table, shopExperiment('binary'));
    const used = [...split.holdout, ...split.training].sort((a, b) => a - b);
    expect(used).toEqual(Array.from({ length: 260 }, (_, i) => i).filter((i) => i % 10 !== 9));
    expect(split.holdout.length / used.length).toBeCloseTo(0.25, 1);
    for (const fold of split.folds) {
      expect([...fold.training, ...fold.validation].sort((a, b) => a - b)).toEqual([...split.training]);
    }
  });

  it('keeps groups whole, in folds and in the rows set aside for early stopping', () => {
    const experiment = shopExperiment('binary', { split: { kind: 'group', column: 'customer' } });
    const rows = splitTable(table, experiment);
    const apart = (a: Uint32Array, b: Uint32Array) => {
      const seen = new Set(textsOf('customer', a));
      expect(textsOf('customer', b).some((customer) => seen.has(customer))).toBe(false);
    };
    apart(rows.split.training, rows.split.holdout);
    for (const fold of rows.split.folds) {
      apart(fold.training, fold.validation);
      const inner = innerSplit(experiment, rows, fold.training, 1);
      apart(inner?.fit as Uint32Array, inner?.validation as Uint32Array);
      expect([...(inner?.fit ?? []), ...(inner?.validation ?? [])].sort((a, b) => a - b)).toEqual([
        ...fold.training,
      ]);
    }
  });

  it('judges later rows than it trains on when split by time', () => {
    const experiment = shopExperiment('binary', { split: { kind: 'time', column: 'since' } });
    const rows = splitTable(table, experiment);
    const since = findColumn(table, 'since');
    const times = (part: Uint32Array) =>
      [...part].map((row) => (since?.type === 'datetime' ? since.values[row] : Number.NaN));
    const inner = innerSplit(experiment, rows, rows.split.training, 1);
    for (const [earlier, later] of [
      [rows.split.training, rows.split.holdout],
      [rows.split.folds[0].training, rows.split.folds[0].validation],
      [inner?.fit, inner?.validation],
    ]) {
      expect(Math.max(...times(earlier as Uint32Array))).toBeLessThan(
        Math.min(...times(later as Uint32Array)),
      );
    }
  });

  it('keeps copies of one row on one side', () => {
    const twice = takeRows(
      table,
      Array.from({ length: 300 }, (_, i) => (i < 260 ? i : i - 260)),
    );
    const { split } = splitTable(twice, shopExperiment('binary'));
    const sideOf = new Map([...split.holdout].map((row) => [row, 'holdout']));
    for (let copy = 260; copy < 300; copy++) expect(sideOf.get(copy)).toBe(sideOf.get(copy - 260));
  });

  it('keeps copies on one side that got a row number of their own', () => {
    const twice = takeRows(
      table,
      Array.from({ length: 300 }, (_, i) => (i < 260 ? i : i - 260)),
    );
    const number = Float64Array.from({ length: 300 }, (_, i) => i);
    const valid = new Uint8Array(300).fill(1);
    const numbered = {
      ...twice,
      columns: [{ name: 'row', type: 'numeric', valid, values: number } as const, ...twice.columns],
    };
    const { split } = splitTable(numbered, shopExperiment('binary'));
    const held = new Set(split.holdout);
    for (let copy = 260; copy < 300; copy++) expect(held.has(copy)).toBe(held.has(copy - 260));
  });

  it('still divides a table whose rows are mostly alike', () => {
    const coarse = takeRows(
      table,
      Array.from({ length: 240 }, (_, i) => i % 24),
    );
    const { split } = splitTable(coarse, shopExperiment('regression'));
    expect(split.holdout.length).toBe(60);
  });

  it('says so when there is too little to split', () => {
    const two = takeRows(table, [0, 1]);
    expect(() => splitTable(two, shopExperiment('binary'))).toThrowError(/ROWS_TOO_FEW/);
    expect(() =>
      splitTable(table, shopExperiment('binary', { split: { kind: 'time', column: 'when' } })),
    ).toThrowError(/COLUMN_MISSING/);
  });
});

describe('innerSplit', () => {
  it('is undefined where nothing can be set aside', () => {
    const experiment = shopExperiment('binary');
    const rows = splitTable(table, experiment);
    expect(innerSplit(experiment, rows, rows.split.training.slice(0, 2), 1)).toBeUndefined();
  });
});
