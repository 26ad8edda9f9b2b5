import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoldResult, TrialResult } from '../../src/ml/tuning/trial.ts';
import { reservedSeconds } from '../../src/plan/allocate.ts';
import { affordableFinish, cpuBudget, refitSeconds, reserveFor } from '../../src/run/finish-budget.ts';
import { samplePlan } from '../plan/sample-plan.ts';

const plan = samplePlan();
const fold = (fitSeconds: number, number = 0): FoldResult => ({
  ...{ fold: number, scores: { roc_auc: 0.7 }, bestStep: 1, curve: [], fitSeconds },
  ...{ rowsTrained: 640, rowsJudged: 160 },
});
const trial = (number: number, fitSeconds: number, score = 0.7): TrialResult => ({
  ...{ number, state: 'complete', reason: 'all folds scored', score },
  folds: Array.from({ length: 5 }, (_, i) => fold(fitSeconds, i)),
  ...{ seconds: 5 * fitSeconds, cpuSeconds: 5 * fitSeconds },
});

describe('what a trial takes to be trained again', () => {
  it('is what a fold took, for as many rows as there are', () => {
    // 800 training rows against 640 of a fold, and 1000 in all.
    expect(refitSeconds(trial(0, 64), 'training', plan.experiment)).toBeCloseTo(80, 9);
    expect(refitSeconds(trial(0, 64), 'all', plan.experiment)).toBeCloseTo(100, 9);
    expect(refitSeconds({ folds: [], seconds: 0 }, 'all', plan.experiment)).toBe(0);
  });
});

describe('what a search keeps for the finish', () => {
  it('is what was planned, as long as that is enough', () => {
    expect(reserveFor(plan, [trial(0, 0.01)], true)).toBe(reservedSeconds(plan.estimate));
  });

  it('is the least of it before the first trial, without which there is nothing to finish', () => {
    const { finishSeconds, calibration } = plan.estimate;
    const { judgingSeconds } = calibration;
    const least = (finishSeconds - judgingSeconds) / 2 + 0.3 * judgingSeconds;
    expect(reserveFor(plan, [], false)).toBeCloseTo(reservedSeconds({ finishSeconds: least }), 9);
    expect(reserveFor(plan, [], false)).toBeLessThan(reservedSeconds(plan.estimate));
  });

  it('is the least of it until the strongest family was tried, but enough for what was', () => {
    const nothing = reserveFor(plan, [], false);
    expect(reserveFor(plan, [trial(0, 0.01)], false)).toBe(nothing);
    expect(reserveFor(plan, [trial(0, 0.01)], true)).toBeGreaterThan(nothing);
    expect(reserveFor(plan, [trial(0, 100)], false)).toBeGreaterThan(125);
  });

  it('is more where the best trial alone will take more, whatever the others take', () => {
    const slow = reserveFor(plan, [trial(0, 100, 0.9), trial(1, 1)], true);
    expect(slow).toBeGreaterThan(125);
    expect(reserveFor(plan, [trial(0, 100, 0.6), trial(1, 0.01, 0.9)], true)).toBe(
      reservedSeconds(plan.estimate),
    );
  });
});

describe('a finish that CPU seconds have to pay for', () => {
  const seconds = [8, 4, 2, 16];
  const costs = {
    experiment: plan.experiment,
    trialOf: (number: number) => trial(number, seconds[number] as number),
    best: 0,
    judgingSeconds: 1,
  };
  const wanted = { members: [0, 1, 2], onAllRows: true };
  const finish = (cpuSeconds: number) => affordableFinish(wanted, costs, cpuSeconds);

  it('gives up all rows first, then the lightest members, and never the heaviest', () => {
    // On training rows 10, 5 and 2.5 s, on all rows 12.5, 6.25 and 3.125 s, and 1 s of judging.
    expect(finish(40.4)).toEqual(wanted);
    expect(finish(40.3)).toEqual({ members: [0, 1, 2], onAllRows: false });
    expect(finish(18.5)).toEqual({ members: [0, 1, 2], onAllRows: false });
    expect(finish(18.4)).toEqual({ members: [0, 1], onAllRows: false });
    expect(finish(15.9)).toEqual({ members: [0], onAllRows: false });
    expect(finish(0)).toEqual({ members: [0], onAllRows: false });
  });

  it('pays for the best trial too, where that is no member', () => {
    // 20 s more.
    expect(affordableFinish(wanted, { ...costs, best: 3 }, 60.4)).toEqual(wanted);
    expect(affordableFinish(wanted, { ...costs, best: 3 }, 60.3).onAllRows).toBe(false);
  });

  it('has no more of anything with fewer seconds', () => {
    const most = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(most, most, (a, b) => {
        const [less, more] = [finish(Math.min(a, b)), finish(Math.max(a, b))];
        expect(less.members).toEqual(more.members.slice(0, less.members.length));
        expect(Number(less.onAllRows)).toBeLessThanOrEqual(Number(more.onAllRows));
      }),
    );
  });

  it('is not limited where nobody set a limit', () => {
    expect(cpuBudget(plan)).toBe(Number.POSITIVE_INFINITY);
    const price = { perCoreHour: 0.36, currency: 'EUR' };
    const limited = { ...plan.budget, cpuSeconds: 5000 };
    expect(cpuBudget({ budget: { ...limited, cost: 0.36 }, price })).toBeCloseTo(3600, 9);
    expect(cpuBudget({ budget: { ...limited, cost: 3.6 }, price })).toBe(5000);
  });
});
