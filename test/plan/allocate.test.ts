import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calibration } from '../../src/ml/tuning/calibration.ts';
import type { Family } from '../../src/ml/tuning/trial.ts';
import {
  type Allocation,
  allocate,
  leastBudgetSeconds,
  leastCpuSeconds,
  MEMORY_MARGIN,
  PLANNED_SHARE,
  reservedSeconds,
  type Wish,
} from '../../src/plan/allocate.ts';
import { calibrationOf } from './sample-inputs.ts';

const ALL: readonly Family[] = ['linear', 'gbdt', 'mlp'];
const wish = (change: Partial<Wish> = {}): Wish => ({
  budgetSeconds: 60,
  threads: 2,
  folds: 5,
  families: ALL,
  trials: null,
  members: 1,
  refits: 1,
  ...change,
});
const counts = (allocation: Allocation | null) => allocation && Object.fromEntries(allocation.trials);
const total = ({ trials }: Allocation) => [...trials.values()].reduce((sum, n) => sum + n, 0);

const seconds = fc.double({ min: 0.01, max: 200, noNaN: true });
const anyCalibration: fc.Arbitrary<Calibration> = fc
  .record({
    linear: seconds,
    gbdt: seconds,
    mlp: seconds,
    judging: fc.double({ min: 0, max: 20, noNaN: true }),
  })
  .map(({ judging, ...costs }) => calibrationOf(costs, { judgingSeconds: judging }));
const anyWish: fc.Arbitrary<Wish> = fc.record({
  budgetSeconds: fc.integer({ min: 10, max: 3600 }),
  threads: fc.integer({ min: 1, max: 16 }),
  folds: fc.integer({ min: 2, max: 5 }),
  families: fc.subarray([...ALL], { minLength: 1 }),
  trials: fc.option(fc.integer({ min: 1, max: 50 })),
  members: fc.integer({ min: 1, max: 25 }),
  refits: fc.constantFrom(1, 2),
  preparationSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  atLeast: fc.constantFrom(new Map(), new Map<Family, number>([['linear', 3]])),
});

/** Wall seconds of a list of trials that free threads take in order: what really happens, naively. */
function simulate(trials: readonly number[], threads: number): number {
  const free = new Array<number>(threads).fill(0);
  for (const trial of trials) {
    const next = free.indexOf(Math.min(...free));
    free[next] = (free[next] as number) + trial;
  }
  return Math.max(...free);
}

describe('allocating a budget', () => {
  it('never plans more than its share of the wall clock', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const allocation = allocate(calibration, wanted);
        if (!allocation) return;
        expect(allocation.seconds).toBeLessThanOrEqual(wanted.budgetSeconds * PLANNED_SHARE);
      }),
    );
  });

  it('keeps its promise when the trials are run in any order', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, fc.infiniteStream(fc.nat()), (calibration, wanted, order) => {
        const allocation = allocate(calibration, wanted);
        if (!allocation) return;
        const shrink = (allocation.folds - 1) / (wanted.folds - 1);
        const trials = calibration.costs
          .flatMap(({ family, secondsPerTrial }) =>
            new Array<number>(allocation.trials.get(family) ?? 0).fill(
              secondsPerTrial * shrink * (family === 'linear' ? 1 : allocation.stepShare),
            ),
          )
          .map((trial) => ({ trial, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ trial }) => trial);
        expect(simulate(trials, wanted.threads)).toBeLessThanOrEqual(allocation.seconds * (1 + 1e-9) + 1e-9);
      }),
    );
  });

  it('respects the limit of trials, and gives every planned family at least one', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const allocation = allocate(calibration, wanted);
        if (!allocation) return;
        expect(total(allocation)).toBeLessThanOrEqual(wanted.trials ?? Number.POSITIVE_INFINITY);
        for (const [family, n] of allocation.trials) {
          expect(wanted.families).toContain(family);
          expect(n).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });

  it('accounts for every family: planned, or left out with a reason', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const allocation = allocate(calibration, wanted);
        if (!allocation) return;
        const named = [...allocation.trials.keys(), ...allocation.leftOut.map(({ family }) => family)];
        expect(named.sort()).toEqual([...wanted.families].sort());
      }),
    );
  });

  it('uses more of a larger budget, as long as the number of folds is the same', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, fc.integer({ min: 0, max: 600 }), (calibration, wanted, more) => {
        const small = allocate(calibration, wanted);
        const large = allocate(calibration, { ...wanted, budgetSeconds: wanted.budgetSeconds + more });
        if (small) expect(large).not.toBeNull();
        const sameShape =
          small?.folds === large?.folds &&
          String([...(small?.trials.keys() ?? [])]) === String([...(large?.trials.keys() ?? [])]);
        if (small && large && sameShape) expect(large.seconds).toBeGreaterThanOrEqual(small.seconds);
      }),
    );
  });

  it('takes fewer folds only when otherwise boosted trees would drop out', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const allocation = allocate(calibration, { ...wanted, trials: null });
        if (!allocation || allocation.folds === wanted.folds) return;
        const withoutTrees = wanted.families.filter((family) => family !== 'gbdt');
        const others = allocate(calibration, { ...wanted, trials: null, families: withoutTrees });
        const areTreesIn = allocation.trials.has('gbdt');
        // Otherwise nothing at all fitted with more folds.
        expect(areTreesIn || others === null || others.folds === allocation.folds).toBe(true);
      }),
    );
  });

  it('cuts the steps only when otherwise boosted trees would drop out, and then they are in', () => {
    const slowTrees = calibrationOf({ linear: 1, gbdt: 150, mlp: 150 });
    expect(allocate(slowTrees, wish())).toMatchObject({ folds: 2, stepShare: 0.5 });
    expect(allocate(slowTrees, wish())?.trials.get('gbdt')).toBeGreaterThan(0);
    expect(allocate(slowTrees, wish({ families: ['linear', 'mlp'] }))?.stepShare).toBe(1);
    expect(allocate(calibrationOf({ linear: 1, gbdt: 3, mlp: 5 }), wish())?.stepShare).toBe(1);
  });

  it('leaves the time for the finish that the clock keeps free, so that it cuts no trial', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const allocation = allocate(calibration, wanted);
        if (!allocation) return;
        const search = allocation.seconds - allocation.finishSeconds;
        expect(search + reservedSeconds(allocation)).toBeLessThanOrEqual(wanted.budgetSeconds + 1e-9);
      }),
    );
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        expect(allocate(calibration, wanted)).toEqual(allocate(calibration, wanted));
      }),
    );
  });

  it('is null exactly below the least budget', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, wanted) => {
        const least = leastBudgetSeconds(calibration, wanted);
        expect(allocate(calibration, { ...wanted, budgetSeconds: least })).not.toBeNull();
        expect(allocate(calibration, { ...wanted, budgetSeconds: least - 2 })).toBeNull();
      }),
    );
  });

  it('spends most of a minute on boosted trees, on a table like telco', () => {
    expect(counts(allocate(calibrationOf(), wish()))).toEqual({ linear: 8, gbdt: 14, mlp: 5 });
  });

  it('does not count a trial as faster than one thread is', () => {
    const calibration = calibrationOf({ gbdt: 50 }, { judgingSeconds: 0 });
    // 25 s on each of two threads it is not: at 5 folds it would take 50 s of the 45 that are planned.
    expect(allocate(calibration, wish({ budgetSeconds: 50, threads: 2 }))?.folds).toBe(3);
    expect(allocate(calibration, wish({ budgetSeconds: 130, threads: 2 }))).toMatchObject({ folds: 5 });
  });

  it('keeps all folds where boosted trees do not fit anyway', () => {
    const allocation = allocate(calibrationOf({ linear: 1, gbdt: 9000 }), wish());
    expect(allocation).toMatchObject({ folds: 5, leftOut: [{ family: 'gbdt', why: 'time' }] });
  });

  it('keeps all folds under a limit of trials, and the strongest families', () => {
    const allocation = allocate(calibrationOf(), wish({ trials: 1 }));
    expect(allocation).toMatchObject({
      folds: 5,
      leftOut: [
        { family: 'mlp', why: 'limit' },
        { family: 'linear', why: 'limit' },
      ],
    });
    expect(counts(allocation)).toEqual({ gbdt: 1 });
  });

  it('falls back to what fits when the strongest does not', () => {
    expect(counts(allocate(calibrationOf({ linear: 1, gbdt: 9000 }), wish({ trials: 1 })))).toEqual({
      linear: 1,
    });
  });

  it('plans several trials of a family that needs them before others get a second one, as far as they fit', () => {
    const calibration = calibrationOf({ linear: 10, gbdt: 10, mlp: 10 });
    const atLeast = new Map<Family, number>([['linear', 3]]);
    const planned = (change: Partial<Wish>) => counts(allocate(calibration, wish({ atLeast, ...change })));
    expect(planned({ trials: 5 })).toMatchObject({ linear: 3, gbdt: 1, mlp: 1 });
    expect(planned({ trials: 4 })).toMatchObject({ linear: 2, gbdt: 1, mlp: 1 });
    expect(planned({ budgetSeconds: 30 })).toMatchObject({ linear: 1, gbdt: 1 });
  });

  it('counts what comes before the first trial', () => {
    const calibration = calibrationOf({ linear: 4 });
    const once = allocate(calibration, wish({ families: ['linear'], trials: 1 }));
    const later = allocate(calibration, wish({ families: ['linear'], trials: 1, preparationSeconds: 20 }));
    expect((later?.seconds ?? 0) - (once?.seconds ?? 0)).toBeCloseTo(20);
    expect(later?.finishSeconds).toBe(once?.finishSeconds);
    expect(allocate(calibration, wish({ families: ['linear'], preparationSeconds: 50 }))).toBeNull();
  });

  it('evaluates the baseline once', () => {
    expect(counts(allocate(calibrationOf({ baseline: 0.01 }), wish({ families: ['baseline'] })))).toEqual({
      baseline: 1,
    });
  });

  it('takes a family that is asked for twice once', () => {
    const families: Family[] = ['linear', 'linear'];
    expect(counts(allocate(calibrationOf(), wish({ families })))).toEqual({ linear: 8 });
  });
});

describe('the finish', () => {
  it('plans for the usual share of the members, twice where the model is trained on all rows', () => {
    const calibration = calibrationOf({ gbdt: 4 }, { judgingSeconds: 3 });
    const finish = (change: Partial<Wish>) =>
      allocate(calibration, wish({ families: ['gbdt'], threads: 1, budgetSeconds: 600, ...change }))
        ?.finishSeconds;
    expect(finish({})).toBeCloseTo(3 + 1);
    expect(finish({ refits: 2 })).toBeCloseTo(3 + 2);
    expect(finish({ members: 8, refits: 2 })).toBeCloseTo(3 + 2 * 5);
    expect(finish({ members: 8, refits: 2, trials: 3 })).toBeCloseTo(3 + 2 * 3);
    expect(finish({ members: 8, refits: 2, threads: 10 })).toBeCloseTo(3 + 1 + 0.9);
  });
});

describe('limits beside the clock', () => {
  const anyLimits = fc.record({
    cpuSeconds: fc.option(fc.integer({ min: 5, max: 2000 }), { nil: undefined }),
    memoryMb: fc.option(fc.integer({ min: 50, max: 400 }), { nil: undefined }),
  });
  const withMemory = (calibration: Calibration, megabytes: readonly number[]): Calibration => ({
    ...calibration,
    costs: calibration.costs.map((cost, i) => ({ ...cost, memoryMb: megabytes[i] as number })),
  });
  const anyMemory = fc.tuple(...ALL.map(() => fc.integer({ min: 20, max: 500 })));

  it('are kept, and every family that memory excludes says so', () => {
    fc.assert(
      fc.property(anyCalibration, anyMemory, anyWish, anyLimits, (measured, megabytes, wanted, limits) => {
        const calibration = withMemory(measured, megabytes);
        const { cpuSeconds, memoryMb } = limits;
        const limited: Wish = {
          ...wanted,
          ...(cpuSeconds !== undefined && { cpuSeconds }),
          ...(memoryMb !== undefined && { memoryMb }),
        };
        const allocation = allocate(calibration, limited);
        if (!allocation) return;
        expect(allocation.cpuSeconds).toBeLessThanOrEqual(cpuSeconds ?? Number.POSITIVE_INFINITY);
        const why = new Map(allocation.leftOut.map((one) => [one.family, one.why]));
        for (const { family, memoryMb: needed } of calibration.costs) {
          if (!wanted.families.includes(family)) continue;
          const isTooLarge = memoryMb !== undefined && MEMORY_MARGIN * needed > memoryMb;
          expect(why.get(family) === 'memory').toBe(isTooLarge);
          if (isTooLarge) expect(allocation.trials.has(family)).toBe(false);
        }
      }),
    );
  });

  it('are enough from the least CPU seconds on, up to rounding', () => {
    fc.assert(
      fc.property(anyCalibration, anyWish, (calibration, { trials: _, ...wanted }) => {
        const plenty = { ...wanted, budgetSeconds: 1e6, trials: null };
        const least = leastCpuSeconds(calibration, wanted);
        expect(allocate(calibration, { ...plenty, cpuSeconds: least })).not.toBeNull();
        expect(allocate(calibration, { ...plenty, cpuSeconds: least - 2 })).toBeNull();
      }),
    );
  });
});

describe('repeats and a nested cross-validation', () => {
  const calibration = calibrationOf({ linear: 3, gbdt: 9, mlp: 15 });
  const few = wish({ repeats: 3, nested: { folds: 5, inner: 3, rowShare: 1 } });
  const protocolAt = (budgetSeconds: number, change: Partial<Wish> = {}) => {
    const allocation = allocate(calibration, { ...few, budgetSeconds, ...change });
    return allocation && { repeats: allocation.repeats, nested: allocation.nested };
  };
  const budgets = Array.from({ length: 60 }, (_, i) => 10 + 5 * i);

  it('are given up one after the other as time gets short: repeats first, then the nested folds', () => {
    const seen = budgets.flatMap((seconds) => protocolAt(seconds) ?? []);
    expect(seen.at(-1)).toEqual({ repeats: 3, nested: 5 });
    expect(seen[0]).toEqual({ repeats: 1, nested: 0 });
    // Where repeats had to go, the nested folds are kept before repeats are.
    expect(seen).toContainEqual({ repeats: 1, nested: 5 });
  });

  it('are kept where a person wants them, whatever else is given up for that', () => {
    for (const seconds of budgets) {
      const kept = protocolAt(seconds, { keepsRepeats: true, keepsNested: true });
      if (kept) expect(kept).toEqual({ repeats: 3, nested: 5 });
      expect(protocolAt(seconds, { keepsNested: true })?.nested ?? 5).toBe(5);
      expect(protocolAt(seconds, { keepsRepeats: true })?.repeats ?? 3).toBe(3);
    }
  });

  it('never cost boosted trees, folds, or more than half of the families', () => {
    // Once drawn, a trial takes a third of what it was measured with.
    const costs = calibration.costs.map((cost) => ({ ...cost, secondsPerTrial: cost.secondsPerTrial / 3 }));
    const drawnOnce = { ...calibration, costs };
    for (const seconds of budgets) {
      const ours = allocate(calibration, { ...few, budgetSeconds: seconds });
      const { nested: _, repeats: __, ...plain } = few;
      const once = allocate(drawnOnce, { ...plain, budgetSeconds: seconds });
      if (!ours || !once) continue;
      expect(ours.trials.has('gbdt')).toBe(once.trials.has('gbdt'));
      expect(ours.folds).toBeGreaterThanOrEqual(once.folds);
      expect(2 * ours.trials.size).toBeGreaterThanOrEqual(once.trials.size);
    }
  });
});
