import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRows, type RowsToSplit, splitRows } from '../../../src/ml/model-selection/split-rows.ts';
import { Random } from '../../../src/ml/random.ts';

interface Part {
  readonly lastTrained: number;
  readonly trained: number;
  readonly firstJudged: number;
  readonly judged: number;
}
const ORACLE = JSON.parse(
  readFileSync(new URL('../../oracles/model-selection/folds.json', import.meta.url), 'utf8'),
) as { timed: { rows: number; folds: number; gap: number; parts: Part[] }[] };

const time = { kind: 'time', column: 'day' } as const;

/** Times with ties, in no order, some unknown. */
const wildTimes = fc
  .tuple(fc.integer({ min: 40, max: 200 }), fc.integer({ min: 20, max: 200 }), fc.nat())
  .map(([nRows, nTimes, seed]) => {
    const random = new Random(seed);
    return Float64Array.from({ length: nRows }, () =>
      random.uniform() < 0.05 ? Number.NaN : random.integer(nTimes),
    );
  });

function rowsAt(times: Float64Array): RowsToSplit {
  return { target: new Float64Array(times.length), task: 'regression', nClasses: 1, times };
}

const placeOf = (time: number | undefined) =>
  time === undefined || Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;

/** All pairs of rows that are trained on and judged. */
function pairs(rows: RowsToSplit, plan: { folds: number; seed: number }) {
  const { holdout, training, folds } = splitRows({ ...plan, split: time, holdoutFraction: 0.2 }, rows);
  return [...folds, { training, validation: holdout }, ...foldRows({ ...plan, split: time }, rows)];
}

describe('a gap in a split by time', () => {
  const plan = fc.record({ folds: fc.integer({ min: 2, max: 5 }), seed: fc.nat(100) });

  it('of rows keeps so many rows at least between, and divides no moment', () => {
    fc.assert(
      fc.property(wildTimes, plan, fc.integer({ min: 1, max: 12 }), (times, asked, gapRows) => {
        let parts: ReturnType<typeof pairs>;
        try {
          parts = pairs({ ...rowsAt(times), gapRows }, asked);
        } catch (error) {
          if (error instanceof RangeError) return;
          throw error;
        }
        for (const { training, validation } of parts) {
          expect(training.length).toBeGreaterThan(0);
          const first = Math.min(...Array.from(validation, (row) => placeOf(times[row])));
          const last = Math.max(...Array.from(training, (row) => placeOf(times[row])));
          const between = Array.from(times).filter((at) => placeOf(at) > last && placeOf(at) < first).length;
          expect(between).toBeGreaterThanOrEqual(gapRows);
        }
      }),
    );
  });

  it('of time trains on nothing that near, and on everything that is further away', () => {
    fc.assert(
      fc.property(wildTimes, plan, fc.integer({ min: 1, max: 20 }), (times, asked, gap) => {
        const until = times.map((at) => placeOf(at) + gap);
        let parts: ReturnType<typeof pairs>;
        try {
          parts = pairs({ ...rowsAt(times), until }, asked);
        } catch (error) {
          if (error instanceof RangeError) return;
          throw error;
        }
        for (const { training, validation } of parts) {
          const first = Math.min(...Array.from(validation, (row) => placeOf(times[row])));
          const expected = Array.from(times.keys()).filter((row) => placeOf(times[row]) <= first - gap);
          expect([...training]).toEqual(expected);
        }
      }),
    );
  });

  it.each(ORACLE.timed)('has the parts of scikit-learn: $rows rows, $folds folds, gap $gap', (oracle) => {
    const times = Float64Array.from({ length: oracle.rows }, (_, row) => row);
    const rows = { ...rowsAt(times), gapRows: oracle.gap };
    const parts = foldRows({ split: time, folds: oracle.folds, seed: 1 }, rows).map(
      ({ training, validation }): Part => ({
        lastTrained: training.at(-1) as number,
        trained: training.length,
        firstJudged: validation[0] as number,
        judged: validation.length,
      }),
    );
    expect(parts).toEqual(oracle.parts);
  });

  it('that leaves nothing to train on is refused', () => {
    const times = Float64Array.from({ length: 60 }, (_, row) => row);
    expect(() =>
      splitRows({ split: time, holdoutFraction: 0.2, folds: 3, seed: 1 }, { ...rowsAt(times), gapRows: 59 }),
    ).toThrow(RangeError);
  });
});
