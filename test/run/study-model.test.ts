/** Studies within a run: what is trained again is a function of the plan, and no interruption costs more than one training. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { type ExecutionOptions, executeRun } from '../../src/run/execute.ts';
import { planStudy } from '../../src/run/list-probes.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { calibrationOf } from '../plan/sample-inputs.ts';
import { samplePlan } from '../plan/sample-plan.ts';
import { type TinyEngine, tinyEngine, tinyJournal } from './tiny-engine.ts';

const PLAN: Plan = samplePlan({ trials: 4, budgetSeconds: 600 });
const never = () => new Promise<void>(() => {});

let store: Store;
let journal: ReturnType<typeof tinyJournal>;
let lastId = 0;
beforeAll(async () => {
  store = await openStore({ memory: true });
  journal = tinyJournal(store.runs);
  await store.threads.open({ id: 'T1-C1-2.1', team: 'T1', channel: 'C1', rootTs: '2.1' }, 'U1');
});
afterAll(() => store.close());

const newRun = () => store.runs.create(`study-${lastId++}`, 'T1-C1-2.1', 'T1', '2026-01-31T12:00:00.000Z');

type Run = Awaited<ReturnType<typeof newRun>>;

async function studiesOf(run: Run, engine: TinyEngine, options: Partial<ExecutionOptions> = {}, plan = PLAN) {
  const outcome = await executeRun(run, plan, journal, engine, {
    ...{ signal: new AbortController().signal, onProgress: () => {}, now: Date.now, hardStop: false },
    ...options,
  });
  return outcome.kind === 'judged' ? outcome.judgement.evidence?.studies : outcome.kind;
}

const engineOf = (temper: Parameters<typeof tinyEngine>[1] = {}) =>
  tinyEngine(PLAN, { hasEvidence: true, members: 2, ...temper });

describe('the studies of a run', () => {
  it('train every studied member for every probe, once, and are kept with the evidence', async () => {
    const engine = engineOf();
    const studies = await studiesOf(await newRun(), engine);
    expect(studies).toMatchObject({
      of: 2,
      folds: 5,
      planned: engine.probed.length,
      made: engine.probed.length,
    });
    expect(new Set(engine.probed.map((one) => JSON.stringify(one))).size).toBe(engine.probed.length);
    const [concluded] = engine.concluded;
    expect(concluded?.probed.map(({ trial, probe }) => ({ trial, probe }))).toHaveLength(
      engine.probed.length,
    );
    const kinds = new Set(engine.probed.map(({ probe }) => probe.kind));
    expect([...kinds].sort()).toEqual(['columns', 'repeat', 'share']);
  });

  it('go on after an interruption where they were, and come to the same end', async () => {
    const whole = engineOf();
    const run = await newRun();
    const expected = await studiesOf(run, whole);
    const controller = new AbortController();
    const first = engineOf({ afterProbe: (n) => n === 5 && controller.abort() });
    const again = await newRun();
    expect(await studiesOf(again, first, { signal: controller.signal })).toBe('interrupted');
    const second = engineOf();
    expect(await studiesOf((await store.runs.find(again.id)) as Run, second)).toEqual(expected);
    // At most those that were on their way were lost.
    expect(first.probed.length).toBeGreaterThanOrEqual(5);
    expect(second.probed.length).toBeLessThanOrEqual(whole.probed.length - 5 + PLAN.budget.threads);
    expect(second.concluded[0]?.probed).toEqual(whole.concluded[0]?.probed);
  });

  it('end when the time of the run is over, with what was made', async () => {
    // Every probe after the third would take for ever.
    let started = 0;
    const engine = engineOf({ waitInProbe: () => (++started > 3 ? never() : null) });
    let nowMs = 0;
    const budgetMs = 1000 * PLAN.budget.seconds;
    const leftMs = 150 * (PLAN.estimate.studies?.seconds ?? 0) + 300;
    const studies = await studiesOf(await newRun(), engine, {
      hardStop: true,
      // The trials take no time, and the studies begin with hardly any left.
      now: () => (engine.judged.length > 0 || engine.refits.length > 0 ? budgetMs - leftMs : nowMs++),
    });
    const { made, planned } = studies as { made: number; planned: number };
    expect(made).toBeLessThanOrEqual(3);
    expect(planned).toBeGreaterThan(3);
  });

  it('are left out where somebody pressed Stop', async () => {
    const run = await newRun();
    const engine = engineOf({
      beforeFold: (computed) => {
        if (computed === 12) store.runs.move(run.id, 'stopping', { stoppedBy: 'U2' }).catch(() => undefined);
      },
      wait: (spec) => (spec.number === 3 ? never() : null),
    });
    expect(await studiesOf(run, engine)).toEqual({ why: 'stopped', leastBudgetSeconds: null });
    expect(engine.probed).toEqual([]);
  });

  it('fail with what went wrong, and leave nothing computing', async () => {
    const engine = engineOf({
      afterProbe: (n) => {
        if (n === 2) throw new Error('the thread is gone');
      },
    });
    await expect(studiesOf(await newRun(), engine)).rejects.toThrow('the thread is gone');
  });
});

describe('what is studied', () => {
  const members = (n: number) =>
    Array.from({ length: n }, (_, trial) => ({ trial, family: 'gbdt' as const, weight: 1 / n }));
  const specs = (n: number) =>
    Array.from({ length: n }, (_, number) => ({
      ...{ number, family: 'gbdt' as const, parameters: {}, seed: number },
      origin: 'default' as const,
    }));
  const planOf = (secondsPerTrial: number, seconds: number | null): Plan => ({
    ...PLAN,
    estimate: {
      ...samplePlan({ trials: 4, budgetSeconds: 600 }).estimate,
      calibration: calibrationOf({ gbdt: secondsPerTrial }),
      ...(seconds !== null && { studies: { seconds, costShare: 1 } }),
    },
  });

  it('becomes less with the time: fewer seeds and parts, one member for all, fewer folds, nothing', () => {
    const sizes = [400, 120, 60, 30, 15, 8, 4, 2, 1].map(
      (s) => planStudy(planOf(1, s), members(4), specs(4)).size,
    );
    const work = sizes.map((size) => (size ? size.nMembers * size.folds * (size.repeats + size.parts) : 0));
    expect(work).toEqual([...work].sort((a, b) => b - a));
    expect(sizes[0]).toEqual({ nMembers: 4, folds: 5, repeats: 4, parts: 12 });
    expect(sizes.at(-1)).toBeNull();
    expect(sizes.some((size) => size?.nMembers === 1 && size.folds === 5)).toBe(true);
    expect(sizes.some((size) => size !== null && size.folds < 5)).toBe(true);
  });

  it('costs no more than its time, by what the plan knows', () => {
    for (const seconds of [2, 5, 10, 30, 100, 300]) {
      for (const cost of [0.1, 1, 7]) {
        const plan = planOf(cost, seconds);
        const { size } = planStudy(plan, members(3), specs(3));
        if (!size) continue;
        const trainings = size.nMembers * (size.folds / 5) * (size.repeats + size.parts + 0.875);
        expect(trainings * cost).toBeLessThanOrEqual(0.85 * seconds * plan.budget.threads);
      }
    }
  });

  it('says from which budget on there would be something', () => {
    const without = samplePlan({ trials: 4, budgetSeconds: 600 });
    const { studies: _, ...estimate } = without.estimate;
    const plan = { ...without, estimate: { ...estimate, calibration: calibrationOf({ gbdt: 50 }) } };
    const { size, leastBudgetSeconds } = planStudy(plan, members(1), specs(1));
    expect(size).toBeNull();
    expect(leastBudgetSeconds).toBeGreaterThan(without.budget.seconds);
  });
});
