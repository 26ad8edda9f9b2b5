import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split } from '../../../src/ml/experiment.ts';
import { foldRows, type RowsToSplit, splitRows } from '../../../src/ml/model-selection/split-rows.ts';
import { joinRows } from '../../../src/ml/model-selection/units.ts';
import { Random } from '../../../src/ml/random.ts';

const stratified: Split = { kind: 'stratified' };
const group: Split = { kind: 'group', column: 'customer' };
const ORACLE = JSON.parse(
  readFileSync(new URL('../../oracles/model-selection/folds.json', import.meta.url), 'utf8'),
) as { repeated: { counts: number[]; folds: number; repeats: number; judged: number[][] }[] };

const asked = fc.record({
  folds: fc.integer({ min: 2, max: 6 }),
  repeats: fc.integer({ min: 2, max: 5 }),
  seed: fc.nat(1000),
});

/** Rows of a few classes, with copies of each other and groups, both drawn anew. */
const wildRows = fc
  .tuple(fc.integer({ min: 20, max: 120 }), fc.integer({ min: 2, max: 4 }), fc.nat())
  .map(([nRows, nClasses, seed]): RowsToSplit & { groups: Int32Array; duplicateOf: Int32Array } => {
    const random = new Random(seed);
    const draw = (most: number) => Int32Array.from({ length: nRows }, () => random.integer(most));
    return {
      target: Float64Array.from(draw(nClasses)),
      task: nClasses === 2 ? 'binary' : 'multiclass',
      nClasses,
      groups: draw(Math.ceil(nRows / 3)),
      // A tenth of the rows are copies of others.
      duplicateOf: Int32Array.from({ length: nRows }, (_, row) =>
        random.uniform() < 0.1 ? random.integer(nRows) : row,
      ),
    };
  });

describe('folds that are drawn several times', () => {
  it.each([stratified, group])(
    'judge every row equally often and divide no copies or groups: $kind',
    (split) => {
      fc.assert(
        fc.property(asked, wildRows, (plan, rows) => {
          fc.pre(joinRows(rows.target.length, [rows.groups, rows.duplicateOf]).sizes.length >= 6);
          const { training, holdout, folds } = splitRows({ ...plan, split, holdoutFraction: 0.2 }, rows);
          const judged = new Map<number, number>();
          for (const { validation } of folds) {
            for (const row of validation) judged.set(row, (judged.get(row) ?? 0) + 1);
          }
          expect([...judged.keys()].sort((a, b) => a - b)).toEqual([...training]);
          expect(new Set(judged.values())).toEqual(new Set([plan.repeats]));
          const keys = split.kind === 'group' ? [rows.groups, rows.duplicateOf] : [rows.duplicateOf];
          const sides = folds.map((fold) => [fold.training, fold.validation] as const);
          for (const key of keys) {
            for (const [one, other] of [...sides, [holdout, training] as const]) {
              const inOne = new Set(Array.from(one, (row) => key[row]));
              expect(Array.from(other).filter((row) => inOne.has(key[row] as number))).toEqual([]);
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('begin with the division of a plan without repeats', () => {
    fc.assert(
      fc.property(asked, wildRows, ({ repeats, ...plan }, rows) => {
        const once = splitRows({ ...plan, split: stratified, holdoutFraction: 0.2 }, rows);
        const often = splitRows({ ...plan, repeats, split: stratified, holdoutFraction: 0.2 }, rows);
        expect(often.holdout).toEqual(once.holdout);
        expect(often.folds.slice(0, once.folds.length)).toEqual(once.folds);
        expect(often.folds).toHaveLength(once.folds.length * repeats);
      }),
      { numRuns: 20 },
    );
  });

  it.each([stratified, group])(
    'differ from division to division, also where all groups have other sizes: $kind',
    (split) => {
      const groups = Int32Array.from({ length: 210 }, (_, row) =>
        Math.floor((Math.sqrt(8 * row + 1) - 1) / 2),
      );
      const target = Float64Array.from(groups, (_, row) => row % 2);
      const rows: RowsToSplit = { target, task: 'binary', nClasses: 2, groups };
      const { folds } = splitRows({ split, holdoutFraction: 0.2, folds: 4, repeats: 3, seed: 1 }, rows);
      const divisions = [0, 4, 8].map((at) =>
        JSON.stringify(
          folds
            .slice(at, at + 4)
            .map(({ validation }) => [...validation])
            .sort(),
        ),
      );
      expect(new Set(divisions).size).toBe(3);
    },
  );

  it.each(ORACLE.repeated)('have class counts within one row of those of scikit-learn: $counts', (oracle) => {
    const target = Float64Array.from(oracle.counts.flatMap((count, k) => new Array<number>(count).fill(k)));
    const nClasses = oracle.counts.length;
    const rows: RowsToSplit = { target, task: nClasses === 2 ? 'binary' : 'multiclass', nClasses };
    // Without a holdout, division by division.
    const counts = Array.from({ length: oracle.repeats }, (_, seed) =>
      foldRows({ split: stratified, folds: oracle.folds, seed }, rows),
    )
      .flat()
      .map(({ validation }) =>
        oracle.counts.map((_, k) => validation.filter((row) => target[row] === k).length),
      );
    expect(counts).toHaveLength(oracle.judged.length);
    counts.forEach((ours, fold) => {
      ours.forEach((count, k) => {
        expect(Math.abs(count - (oracle.judged[fold]?.[k] as number))).toBeLessThanOrEqual(1);
      });
    });
    for (let k = 0; k < nClasses; k++) {
      const total = (all: readonly (readonly number[])[]) =>
        all.reduce((sum, fold) => sum + (fold[k] as number), 0);
      expect(total(counts)).toBe(total(oracle.judged));
    }
  });
});
