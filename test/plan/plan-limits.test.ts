/** What a person allows beside the clock shapes the plan. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { costOfCpu, cpuLimit, cpuSecondsFor } from '../../src/plan/price.ts';
import type { RequirementsChange } from '../../src/requirements/requirements.ts';
import { calibrationOf } from './sample-inputs.ts';
import { samplePlan } from './sample-plan.ts';

const PRICE = { perCoreHour: 0.36, currency: 'EUR' };
const trials = ({ candidates }: Plan) => candidates.reduce((sum, one) => sum + one.trials, 0);

function refusal(
  wanted: RequirementsChange,
  change: Parameters<typeof samplePlan>[1] = {},
): ModelwrightError {
  try {
    samplePlan(wanted, change);
  } catch (error) {
    if (error instanceof ModelwrightError) return error;
    throw error;
  }
  throw new Error('a plan was made');
}

describe('a price', () => {
  it('is of core-hours', () => {
    expect(costOfCpu(PRICE, 3600)).toBeCloseTo(0.36, 12);
    expect(cpuSecondsFor(PRICE, 0.18)).toBeCloseTo(1800, 9);
  });

  it('limits the CPU time to what it buys, or to what is allowed if that is less', () => {
    expect(cpuLimit({}, PRICE)).toBeNull();
    expect(cpuLimit({ cost: 1 }, undefined)).toBeNull();
    expect(cpuLimit({ cpuSeconds: 100, cost: 0.36 }, PRICE)).toBe(100);
    expect(cpuLimit({ cpuSeconds: 10_000, cost: 0.36 }, PRICE)).toBeCloseTo(3600, 9);
  });

  it('is in a plan only where it is configured', () => {
    expect(samplePlan()).not.toHaveProperty('price');
    expect(samplePlan({}, { price: PRICE }).price).toEqual(PRICE);
    expect(refusal({ costLimit: 1 }).code).toBe('PRICE_UNKNOWN');
  });
});

describe('a limit', () => {
  it('of CPU time is never planned beyond', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 600 }),
        fc.integer({ min: 1, max: 8 }),
        (cpuSeconds, threads) => {
          const plan = samplePlan({ cpuSeconds, budgetSeconds: 300 }, { threads });
          expect(plan.budget.cpuSeconds).toBe(cpuSeconds);
          expect(plan.estimate.cpuSeconds).toBeLessThanOrEqual(0.9 * cpuSeconds);
          expect(trials(plan)).toBeLessThanOrEqual(trials(samplePlan({ budgetSeconds: 300 }, { threads })));
        },
      ),
      { numRuns: 30 },
    );
    expect(trials(samplePlan({ cpuSeconds: 40 }))).toBeLessThan(trials(samplePlan()));
  });

  it('of the price plans what it buys', () => {
    const bought = samplePlan({ costLimit: costOfCpu(PRICE, 40) }, { price: PRICE });
    const allowed = samplePlan({ cpuSeconds: 40 }, { price: PRICE });
    expect(bought.candidates).toEqual(allowed.candidates);
    expect(bought.estimate).toEqual(allowed.estimate);
  });

  it('of memory leaves out what needs more, and has fewer trials side by side', () => {
    const calibration = calibrationOf();
    const costs = calibration.costs.map((cost) =>
      cost.family === 'gbdt' ? { ...cost, memoryMb: 900 } : cost,
    );
    const plan = samplePlan({ memoryMb: 300 }, { calibration: { ...calibration, costs }, threads: 4 });
    expect(plan.candidates.map(({ family }) => family)).not.toContain('gbdt');
    expect(plan.budget).toMatchObject({ memoryMb: 300, threads: 2 });
    expect(plan.estimate.memoryMb).toBeLessThanOrEqual(300);
    expect(plan.reasons.find(({ choice }) => choice === 'Search')?.reason).toContain(
      'Left out, because they need more memory than you allow: ',
    );
  });

  it.each([
    ['budgetSeconds', 'BUDGET_TOO_SMALL', { budgetSeconds: 10 }, 1],
    ['cpuSeconds', 'CPU_BUDGET_TOO_SMALL', { cpuSeconds: 6, budgetSeconds: 600 }, 1],
    ['memoryMb', 'MEMORY_BUDGET_TOO_SMALL', { memoryMb: 64 }, 1],
    ['costLimit', 'COST_LIMIT_TOO_SMALL', { costLimit: 0.0001, budgetSeconds: 600 }, 0.01],
  ] as const)(
    'of %s that is too small is refused by its own name, with what is enough',
    (limit, code, wanted, step) => {
      const dear = calibrationOf({ linear: 200, gbdt: 300, realmlp: 900 });
      const planned = (value: number) => () =>
        samplePlan({ ...wanted, [limit]: value }, { calibration: dear, price: PRICE });
      const error = refusal(wanted, { calibration: dear, price: PRICE });
      expect(error.code).toBe(code);
      const needed = Number.parseFloat(String(error.details.needed));
      expect(error.person).toContain(String(error.details.needed));
      expect(planned(needed)).not.toThrow();
      expect(planned(needed - step)).toThrow(ModelwrightError);
    },
  );
});

describe('the range of an estimate', () => {
  it('follows what earlier runs took against theirs, and leaves the schedule alone', () => {
    const past = { best: new Map(), looks: [], ratios: Array.from({ length: 12 }, (_, i) => 0.5 + 0.01 * i) };
    const plan = samplePlan({}, { past });
    const plain = samplePlan();
    expect(plan.candidates).toEqual(plain.candidates);
    expect(plan.estimate.calibratedSeconds).toBe(plain.estimate.calibratedSeconds);
    expect(plan.estimate.seconds).toBeLessThan(0.8 * plain.estimate.seconds);
    expect(plan.estimate.error).toMatchObject({ runs: 12 });
    expect(plan.estimate.lowSeconds).toBeLessThan(plan.estimate.seconds);
    expect(plan.estimate.highSeconds).toBeLessThanOrEqual(plan.budget.seconds);
  });
});
