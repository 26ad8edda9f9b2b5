import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import type { LearningCurve, Pruner } from '../../src/ml/tuning/pruners/pruner.ts';

const STEPS = 27;

/** What holds for every pruner.
 *  @param prunes false for the one that never does. */
export function prunerContract(name: string, pruner: Pruner, prunes = true): void {
  describe(`${name} as a pruner`, () => {
    it('lets a trial go on that has no rival', () => {
      expect(prunedAfter(pruner, decline(0, 5, STEPS), [])).toBe(STEPS);
    });

    it('lets a trial go on that is at no step worse than any other', () => {
      fc.assert(
        fc.property(fc.array(curves, { maxLength: 30 }), (others) => {
          const lowest = Array.from({ length: STEPS }, (_, step) =>
            Math.min(
              0,
              ...others.map(({ values }) => values[step] ?? 0).filter((value) => !Number.isNaN(value)),
            ),
          );
          expect(prunedAfter(pruner, lowest, numbered(others))).toBe(STEPS);
        }),
      );
    });

    it('decides by its arguments alone, whatever their order', () => {
      fc.assert(
        fc.property(fc.array(curves, { maxLength: 20 }), curves, fc.nat(), (others, { values }, seed) => {
          const rivals = numbered(others);
          const once = prunedAfter(pruner, values, rivals);
          expect(prunedAfter(pruner, values, new Random(seed).shuffle([...rivals]))).toBe(once);
        }),
      );
    });

    it('does not depend on the unit of the values', () => {
      fc.assert(
        fc.property(fc.array(curves, { maxLength: 20 }), curves, (others, { values }) => {
          const scaled = (one: readonly number[]) => one.map((value) => 8 * value - 16);
          const rivals = numbered(others).map((other) => ({ ...other, values: scaled(other.values) }));
          expect(prunedAfter(pruner, scaled(values), rivals)).toBe(
            prunedAfter(pruner, values, numbered(others)),
          );
        }),
      );
    });

    if (!prunes) return;

    it('ends a trial that has only NaN to show', () => {
      const others = numbered(
        Array.from({ length: 10 }, () => ({ values: decline(1, 1, STEPS), isComplete: true })),
      );
      expect(prunedAfter(pruner, new Array(STEPS).fill(Number.NaN), others)).toBeLessThan(STEPS);
    });

    it('saves steps of a study and keeps its best trial', () => {
      const random = new Random(6);
      const ends = Array.from({ length: 60 }, () => random.uniform());
      const told: LearningCurve[] = [];
      let steps = 0;
      for (const [number, end] of ends.entries()) {
        const whole = decline(end, 1 + end, STEPS);
        const reached = prunedAfter(pruner, whole, told, number);
        steps += reached;
        told.push({ number, values: whole.slice(0, reached), isComplete: reached === STEPS });
      }
      expect(steps).toBeLessThan(0.75 * ends.length * STEPS);
      const best = ends.indexOf(Math.min(...ends));
      expect(told[best]?.isComplete).toBe(true);
    });
  });
}

/** Falls from a start to nearly an end. */
function decline(end: number, start: number, steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => end + (start - end) * 0.8 ** (step + 1));
}

/** After how many steps of these the trial is ended; all of them if never. */
function prunedAfter(
  pruner: Pruner,
  values: readonly number[],
  others: readonly LearningCurve[],
  number = 1000,
): number {
  for (let step = 1; step < values.length; step++) {
    const trial = { number, values: values.slice(0, step), isComplete: false };
    if (pruner.shouldPrune(trial, others)) return step;
  }
  return values.length;
}

function numbered(others: readonly Omit<LearningCurve, 'number'>[]): LearningCurve[] {
  return others.map((other, number) => ({ ...other, number }));
}

/** Multiples of an eighth: scaling them rounds nothing. */
const value = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -80, max: 80 }).map((eighths) => eighths / 8) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const curves = fc.record({
  values: fc.array(value, { minLength: 1, maxLength: STEPS }),
  isComplete: fc.boolean(),
});
