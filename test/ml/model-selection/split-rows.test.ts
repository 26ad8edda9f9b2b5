import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split } from '../../../src/ml/experiment.ts';
import type { RowSplit } from '../../../src/ml/model-selection/row-split.ts';
import { type RowsToSplit, splitRows } from '../../../src/ml/model-selection/split-rows.ts';
import { Random } from '../../../src/ml/random.ts';

const stratified: Split = { kind: 'stratified' };
const random: Split = { kind: 'random' };
const group: Split = { kind: 'group', column: 'customer' };
const time: Split = { kind: 'time', column: 'day' };

const plans = fc.record({
  holdoutFraction: fc.constantFrom(0.1, 0.2, 0.25, 0.5, 0.9),
  folds: fc.integer({ min: 2, max: 8 }),
  seed: fc.nat(1000),
});

const classRows = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 3, max: 150 }), fc.nat())
  .map(([nClasses, nRows, seed]): RowsToSplit => {
    const generator = new Random(seed);
    // Squaring makes the later classes rare: many have one row or none.
    const target = Float64Array.from({ length: nRows }, () =>
      Math.floor(nClasses * generator.uniform() ** 2),
    );
    return { target, task: nClasses === 2 ? 'binary' : 'multiclass', nClasses };
  });

function valuesPerRow(rows: RowsToSplit, nValues: number, seed: number): Int32Array {
  const generator = new Random(seed);
  return Int32Array.from(rows.target, () => generator.integer(nValues) - 1);
}

/** Holdout and training divide the rows; the folds' validations divide the training rows; nothing is empty. */
function expectPartition({ holdout, training, folds }: RowSplit, nRows: number) {
  expect([...holdout, ...training].sort((a, b) => a - b)).toEqual(Array.from({ length: nRows }, (_, i) => i));
  expect(folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)).toEqual([...training]);
  expect(folds.length).toBeGreaterThanOrEqual(2);
  expect(holdout.length).toBeGreaterThan(0);
  for (const fold of folds) {
    expect(fold.validation.length).toBeGreaterThan(0);
    expect(fold.training.length).toBeGreaterThan(0);
    expect([...fold.training, ...fold.validation].sort((a, b) => a - b)).toEqual([...training]);
  }
}

/** Every pair of parts that must share no unit. */
function separatedParts({ holdout, training, folds }: RowSplit): [Uint32Array, Uint32Array][] {
  return [
    [holdout, training],
    ...folds.map((fold): [Uint32Array, Uint32Array] => [fold.training, fold.validation]),
  ];
}

function expectNeverDivided(split: RowSplit, key: Int32Array) {
  for (const [a, b] of separatedParts(split)) {
    const inA = new Set(Array.from(a, (row) => key[row]));
    expect(Array.from(b).filter((row) => inA.has(key[row]))).toEqual([]);
  }
}

function countOf(rows: Uint32Array, target: Float64Array, k: number): number {
  return rows.reduce((sum, row) => sum + (target[row] === k ? 1 : 0), 0);
}

describe('a stratified split', () => {
  it('divides the rows, whatever the classes and their sizes', () => {
    fc.assert(
      fc.property(plans, classRows, (plan, rows) => {
        expectPartition(splitRows({ ...plan, split: stratified }, rows), rows.target.length);
      }),
    );
  });

  it('gives every part each class to its exact share, rounded', () => {
    fc.assert(
      fc.property(plans, classRows, (plan, rows) => {
        fc.pre(rows.target.length >= 30);
        const { holdout, training, folds } = splitRows({ ...plan, split: stratified }, rows);
        for (let k = 0; k < rows.nClasses; k++) {
          const all = countOf(holdout, rows.target, k) + countOf(training, rows.target, k);
          const inTraining = countOf(training, rows.target, k);
          expect(Math.abs(countOf(holdout, rows.target, k) - plan.holdoutFraction * all)).toBeLessThan(1);
          for (const { validation } of folds) {
            expect(Math.abs(countOf(validation, rows.target, k) - inTraining / folds.length)).toBeLessThan(1);
          }
          if (all > 0) expect(inTraining).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('fills the holdout although every class is rare', () => {
    const target = Float64Array.from({ length: 200 }, (_, row) => Math.floor(row / 2)); // 100 classes of two rows
    const plan = { split: stratified, holdoutFraction: 0.2, folds: 5, seed: 1 };
    const { holdout, folds } = splitRows(plan, { target, task: 'multiclass', nClasses: 100 });
    expect(holdout.length).toBe(40);
    for (const { validation } of folds) expect(validation.length).toBe(32);
  });

  it('gives every part the same spread of a continuous target', () => {
    const generator = new Random(4);
    const target = Float64Array.from({ length: 1000 }, () => Math.exp(2 * generator.normal()));
    const plan = { split: stratified, holdoutFraction: 0.2, folds: 5, seed: 3 };
    const { holdout, training, folds } = splitRows(plan, { target, task: 'regression', nClasses: 1 });
    const ninthDecile = Float64Array.from(target).sort()[900];
    for (const part of [holdout, training, ...folds.map(({ validation }) => validation)]) {
      const above = part.filter((row) => target[row] >= ninthDecile).length;
      expect(above).toBe(part.length / 10);
    }
  });

  it('keeps duplicates together and is still near the class shares', () => {
    fc.assert(
      fc.property(plans, classRows, fc.nat(), (plan, rows, seed) => {
        const nRows = rows.target.length;
        fc.pre(nRows >= 10);
        const duplicateOf = valuesPerRow(rows, nRows, seed);
        const split = splitRows({ ...plan, split: stratified }, { ...rows, duplicateOf });
        expectPartition(split, nRows);
        expectNeverDivided(split, duplicateOf);
      }),
    );
  });
});

describe('a random split', () => {
  it('divides the rows to the row, and keeps duplicates together', () => {
    fc.assert(
      fc.property(plans, classRows, fc.nat(), (plan, rows, seed) => {
        const nRows = rows.target.length;
        fc.pre(nRows >= 30);
        const plain = splitRows({ ...plan, split: random }, rows);
        expectPartition(plain, nRows);
        expect(Math.abs(plain.holdout.length - plan.holdoutFraction * nRows)).toBeLessThanOrEqual(1);
        const duplicateOf = valuesPerRow(rows, nRows, seed);
        expectNeverDivided(splitRows({ ...plan, split: random }, { ...rows, duplicateOf }), duplicateOf);
      }),
    );
  });
});

describe('a group split', () => {
  it('never divides a group, nor duplicates across groups', () => {
    fc.assert(
      fc.property(
        plans,
        classRows,
        fc.integer({ min: 4, max: 60 }),
        fc.nat(),
        (plan, rows, nGroups, seed) => {
          const groups = valuesPerRow(rows, nGroups, seed);
          fc.pre(new Set(groups).size >= 3);
          const split = splitRows({ ...plan, split: group }, { ...rows, groups });
          expectPartition(split, rows.target.length);
          expectNeverDivided(split, groups);
        },
      ),
    );
    const groups = Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 5);
    const duplicateOf = Int32Array.of(0, 1, 1, 2, 3, 4, 5, 6, 7, 8); // joins groups 0 and 1
    const target = Float64Array.from(groups, (g) => g % 2);
    const rows: RowsToSplit = { target, task: 'binary', nClasses: 2, groups, duplicateOf };
    const split = splitRows({ split: group, holdoutFraction: 0.3, folds: 2, seed: 1 }, rows);
    expectNeverDivided(split, groups);
    expectNeverDivided(split, duplicateOf);
  });

  it('comes close to the wanted size and class shares with many small groups', () => {
    const generator = new Random(8);
    const groups = Int32Array.from({ length: 3000 }, () => generator.integer(400));
    const rate = Float64Array.from({ length: 400 }, () => generator.uniform());
    const target = Float64Array.from(groups, (g) => (generator.uniform() < rate[g] ? 1 : 0));
    const rows: RowsToSplit = { target, task: 'binary', nClasses: 2, groups };
    const { holdout, training, folds } = splitRows(
      { split: group, holdoutFraction: 0.2, folds: 5, seed: 2 },
      rows,
    );
    const share = (part: Uint32Array) => countOf(part, target, 1) / part.length;
    expect(Math.abs(holdout.length - 600)).toBeLessThan(10);
    expect(Math.abs(share(holdout) - share(training))).toBeLessThan(0.01);
    for (const { validation } of folds) {
      expect(Math.abs(validation.length - training.length / 5)).toBeLessThan(10);
      expect(Math.abs(share(validation) - share(training))).toBeLessThan(0.015);
    }
  });

  it('holds out a group even when there are three of the same size', () => {
    const groups = Int32Array.of(0, 0, 1, 1, 2, 2);
    const rows: RowsToSplit = {
      target: Float64Array.of(0, 1, 0, 1, 0, 1),
      task: 'binary',
      nClasses: 2,
      groups,
    };
    const split = splitRows({ split: group, holdoutFraction: 0.2, folds: 5, seed: 1 }, rows);
    expect(split.holdout.length).toBe(2);
    expect(split.folds.length).toBe(2);
  });
});

describe('a split by time', () => {
  it('trains on strictly earlier rows than it judges, and never divides a moment', () => {
    fc.assert(
      fc.property(
        plans,
        classRows,
        fc.integer({ min: 5, max: 300 }),
        fc.nat(),
        (plan, rows, nTimes, seed) => {
          const times = Float64Array.from(valuesPerRow(rows, nTimes, seed), (t) =>
            t === -1 ? Number.NaN : t * 1000,
          );
          const known = (row: number) => (Number.isNaN(times[row]) ? Number.NEGATIVE_INFINITY : times[row]);
          fc.pre(new Set(Array.from(times, (_, row) => known(row))).size >= 3);
          const split = splitRows({ ...plan, split: time }, { ...rows, times });
          expect([...split.holdout, ...split.training].sort((a, b) => a - b)).toEqual(
            Array.from(times, (_, row) => row),
          );
          expect(split.folds.length).toBeGreaterThan(0);
          expect(split.folds.length).toBeLessThanOrEqual(plan.folds);
          const ordered = [{ training: split.training, validation: split.holdout }, ...split.folds];
          for (const { training, validation } of ordered) {
            expect(training.length).toBeGreaterThan(0);
            const latest = Math.max(...Array.from(training, known));
            const earliest = Math.min(...Array.from(validation, known));
            expect(latest).toBeLessThan(earliest);
          }
          const judged = split.folds.flatMap(({ validation }) => [...validation]);
          expect(new Set(judged).size).toBe(judged.length);
          const first = split.folds[0].training;
          expect([...first, ...judged].sort((a, b) => a - b)).toEqual([...split.training]);
        },
      ),
    );
  });

  it('cuts distinct times into equal blocks', () => {
    const times = new Random(1).shuffle(Float64Array.from({ length: 120 }, (_, i) => i));
    const rows: RowsToSplit = { target: new Float64Array(120), task: 'regression', nClasses: 1, times };
    const { holdout, folds } = splitRows({ split: time, holdoutFraction: 0.25, folds: 5, seed: 1 }, rows);
    expect(Array.from(holdout, (row) => times[row]).sort((a, b) => a - b)[0]).toBe(90);
    expect(folds.map(({ training, validation }) => [training.length, validation.length])).toEqual([
      [15, 15],
      [30, 15],
      [45, 15],
      [60, 15],
      [75, 15],
    ]);
  });
});

describe('splitRows', () => {
  const rows: RowsToSplit = {
    target: Float64Array.from({ length: 50 }, (_, i) => i % 2),
    task: 'binary',
    nClasses: 2,
    groups: Int32Array.from({ length: 50 }, (_, i) => i % 9),
  };

  it.each([stratified, random, group])('depends on the seed alone: $kind', (split) => {
    const plan = { split, holdoutFraction: 0.2, folds: 4, seed: 7 };
    expect(splitRows(plan, rows)).toEqual(splitRows(plan, rows));
    expect(splitRows(plan, rows)).not.toEqual(splitRows({ ...plan, seed: 8 }, rows));
  });

  it('keeps the holdout when only the number of folds changes', () => {
    const plan = { split: stratified, holdoutFraction: 0.2, folds: 4, seed: 7 };
    expect(splitRows({ ...plan, folds: 9 }, rows).holdout).toEqual(splitRows(plan, rows).holdout);
  });

  it('says what is missing when there is too little to split', () => {
    const tiny: RowsToSplit = { target: Float64Array.of(0, 1), task: 'binary', nClasses: 2 };
    const plan = { holdoutFraction: 0.2, folds: 5, seed: 1 };
    expect(() => splitRows({ ...plan, split: stratified }, tiny)).toThrow(
      /at least 3 different rows, and there are 2/,
    );
    expect(() => splitRows({ ...plan, split: group }, { ...tiny, groups: Int32Array.of(1, 1) })).toThrow(
      /at least 3 groups, and there are 1/,
    );
    expect(() => splitRows({ ...plan, split: time }, { ...tiny, times: Float64Array.of(1, 1) })).toThrow(
      /at least 3 different times, and there are 1/,
    );
    expect(() => splitRows({ ...plan, split: time }, tiny)).toThrow(/needs times/);
  });
});
