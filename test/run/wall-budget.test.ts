/** Runs whose plan was wrong about everything, in virtual time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsPerTrial } from '../../src/ml/experiment.ts';
import type { TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { type ExecutionOptions, executeRun, type Outcome } from '../../src/run/execute.ts';
import { calibrationOf } from '../plan/sample-inputs.ts';
import { samplePlan } from '../plan/sample-plan.ts';
import { memoryJournal, queuedRun } from './memory-journal.ts';
import { tinyEngine } from './tiny-engine.ts';
import { VirtualThreads, virtualTime } from './virtual-time.ts';

/** How many times as long as the plan says each part takes. */
interface Truth {
  readonly trials: number;
  readonly refits: number;
  /** Beside `refits`, where the refit is on all rows. */
  readonly allRows: number;
  readonly judging: number;
  /** Of what choosing the model takes; in seconds, since no plan speaks of it. */
  readonly selectSeconds: number;
  /** Of a probe and of a nested fold. */
  readonly studies: number;
  readonly nested: number;
  /** Of finding the parts to leave out, and of putting the studies together. */
  readonly concludeSeconds: number;
}

/** Of judging, what scoring takes alone. */
const QUICK = 0.1;
const AS_PLANNED: Truth = {
  trials: 1,
  refits: 1,
  allRows: 1,
  judging: 1,
  selectSeconds: 0,
  studies: 1,
  nested: 1,
  concludeSeconds: 0,
};

async function run(plan: Plan, truth: Partial<Truth>, options: Partial<ExecutionOptions> = {}) {
  const { trials, refits, allRows, judging, selectSeconds, studies, nested, concludeSeconds } = {
    ...AS_PLANNED,
    ...truth,
  };
  const time = virtualTime();
  const threads = new VirtualThreads(time, plan.budget.threads);
  const { calibration } = plan.estimate;
  const costOf = ({ family }: TrialSpec) => calibration.costs.find((cost) => cost.family === family);
  const foldSeconds = (spec: TrialSpec) =>
    (trials * (costOf(spec)?.secondsPerTrial ?? 0.01)) / foldsPerTrial(plan.experiment);
  const tiny = tinyEngine(plan, {
    members: 4,
    hasEvidence: true,
    foldSeconds,
    wait: (spec, _, signal) => threads.compute(foldSeconds(spec), signal),
    waitInRefit: (spec, which, signal) => {
      const times = refits * (which === 'all' ? allRows : 1);
      return threads.compute(times * (costOf(spec)?.secondsPerRefit ?? 0.01), signal);
    },
    waitInSelect: (candidates, signal) => threads.compute(candidates > 1 ? selectSeconds : 0, signal),
    waitInJudge: (chapters, signal) =>
      threads.compute((chapters ? 1 : QUICK) * judging * calibration.judgingSeconds, signal),
  });
  const engine: typeof tiny = {
    ...tiny,
    trial: (...task) => threads.run(task[2].signal, () => tiny.trial(...task)),
    select: (...task) => threads.run(task[1].signal, () => tiny.select(...task)),
    refit: (...task) => threads.run(task[3].signal, () => tiny.refit(...task)),
    judge: (...task) => threads.run(task[2].signal, () => tiny.judge(...task)),
    studies: {
      ...tiny.studies,
      probe: (spec, probe, folds, options) =>
        threads.run(options.signal, async () => {
          await threads.compute((studies * folds * foldSeconds(spec)) / trials, options.signal);
          options.signal.throwIfAborted();
          return tiny.studies.probe(spec, probe, folds, options);
        }),
      components: (...task) =>
        threads.run(task[3].signal, async () => {
          await threads.compute(concludeSeconds, task[3].signal);
          return tiny.studies.components(...task);
        }),
      conclude: (...task) =>
        threads.run(task[1].signal, async () => {
          await threads.compute(concludeSeconds, task[1].signal);
          return tiny.studies.conclude(...task);
        }),
    },
    nested: (specs, outer, options) =>
      threads.run(options.signal, async () => {
        await threads.compute(
          (nested / trials) * specs.reduce((sum, spec) => sum + 2 * foldSeconds(spec), 0),
          options.signal,
        );
        return tiny.nested(specs, outer, options);
      }),
  };
  const journal = memoryJournal(queuedRun());
  const startMs = time.now();
  const outcome: Outcome<string> = await time.during(
    executeRun(queuedRun(), plan, journal, engine, {
      signal: new AbortController().signal,
      onProgress: () => {},
      hardStop: true,
      ...{ now: time.now, after: time.after },
      ...options,
    }),
  );
  return { outcome, engine, journal, seconds: (time.now() - startMs) / 1000 };
}

function judged(outcome: Outcome<string>) {
  if (outcome.kind !== 'judged') throw new Error(`the run ended as ${JSON.stringify(outcome)}`);
  return outcome;
}

const mostSeconds = ({ budget }: Plan) => 1.05 * budget.seconds + 5;

const factor = fc.oneof(
  fc.double({ min: 0.1, max: 2, noNaN: true }),
  fc.double({ min: 2, max: 100, noNaN: true }),
);
const anyTruth: fc.Arbitrary<Truth> = fc.record({
  trials: factor,
  refits: factor,
  allRows: factor,
  judging: factor,
  studies: factor,
  nested: factor,
  concludeSeconds: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 60, noNaN: true })),
  selectSeconds: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true })),
});
const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    budgetSeconds: fc.integer({ min: 15, max: 400 }),
    finish: fc.constantFrom('ensemble' as const, 'single' as const),
    threads: fc.integer({ min: 1, max: 4 }),
    nested: fc.constantFrom(0, 2, 5),
    repeats: fc.constantFrom(1, 2),
  })
  .map(({ threads, ...wanted }) => samplePlan(wanted, { threads }));

describe('a run on its clock', () => {
  it('is never over later than 5% and 5 s after its budget, whatever its plan was wrong about', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, anyTruth, async (plan, truth) => {
        const { outcome, seconds } = await run(plan, truth);
        expect(seconds).toBeLessThanOrEqual(mostSeconds(plan));
        expect(['judged', 'nothing-to-judge']).toContain(outcome.kind);
        if (outcome.kind === 'nothing-to-judge') expect(outcome.reason).toMatch(/\.$/);
      }),
      { numRuns: 40 },
    );
  });

  it('gives nothing up where everything takes as long as planned, or less', async () => {
    const share = fc.double({ min: 0.1, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(anyPlan, share, share, async (plan, trials, refits) => {
        const outcome = judged((await run(plan, { trials, refits })).outcome);
        expect(outcome.cutShort).toBeNull();
        expect(outcome.leftOut).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('ends the search with a trial in progress when trials take far longer, and judges what it has', async () => {
    const plan = samplePlan({ budgetSeconds: 60 });
    const { outcome, seconds } = await run(plan, { trials: 6, refits: 6 });
    const { cutShort, trials, judgement } = judged(outcome);
    expect(cutShort).toMatch(/^The time budget ran out when \d+ of \d+ trials had finished\.$/);
    expect(trials.length).toBeGreaterThan(0);
    expect(judgement.holdoutRows).toBe(200);
    expect(seconds).toBeLessThanOrEqual(mostSeconds(plan));
  });
});

describe('a run of one slow trial of the strongest family and a fast one of another', () => {
  const calibration = calibrationOf({ linear: 1, gbdt: 30 });
  const plan = samplePlan({ budgetSeconds: 60, trials: 2 }, { calibration });

  it('plans both', () => {
    expect(plan.candidates.map(({ family, trials }) => [family, trials])).toEqual([
      ['linear', 1],
      ['gbdt', 1],
    ]);
  });

  it('does not end with the fast one, where the slow one takes longer than planned', async () => {
    const { outcome, seconds } = await run(plan, { trials: 1.4, refits: 1.2 });
    expect(judged(outcome).specs.map(({ family }) => family)).toEqual(['linear', 'gbdt']);
    expect(seconds).toBeLessThanOrEqual(mostSeconds(plan));
  });

  it('has the fast one where the slow one never ends', async () => {
    const { outcome, seconds } = await run(plan, { trials: 20 });
    expect(judged(outcome).specs.map(({ family }) => family)).toEqual(['linear']);
    expect(seconds).toBeLessThanOrEqual(mostSeconds(plan));
  });
});

describe('a finish that was underestimated', () => {
  const plan = samplePlan({ budgetSeconds: 60, trials: 4 });
  const without = async (truth: Partial<Truth>) => judged((await run(plan, truth)).outcome);

  it('gives up the training on all rows first', async () => {
    const { leftOut, model, judgement } = await without({ allRows: 100 });
    expect(leftOut).toEqual([expect.stringContaining('not trained again on all rows')]);
    expect(model).not.toContain('on all');
    expect(judgement.shippedRows).toBe(judgement.trainingRows);
  });

  it('then members', async () => {
    const { leftOut, model } = await without({ trials: 3.4, refits: 30 });
    expect(leftOut).toEqual(
      expect.arrayContaining([
        expect.stringContaining('trained again in time'),
        expect.stringContaining('not trained again on all rows'),
      ]),
    );
    expect(model).toContain('on training');
  });

  it('gives up the chapters where judging takes too long', async () => {
    const { leftOut } = await without({ judging: 55 });
    expect(leftOut).toContainEqual(expect.stringContaining('chapters that explain'));
  });

  it('takes one trial where nobody finds out in time whether several are better', async () => {
    const { leftOut, model } = await without({ selectSeconds: 55 });
    expect(leftOut[0]).toContain('was not found out in time');
    expect(model).not.toContain(' and ');
  });

  it('chooses among the members that were trained in time, and no longer than it may', async () => {
    const long = samplePlan({ budgetSeconds: 400 }, { threads: 1 });
    const { outcome, seconds } = await run(long, { trials: 0.1, refits: 100, selectSeconds: 100 });
    expect(judged(outcome).leftOut.join(' ')).toMatch(/trained again in time.* was not found out in time/);
    expect(seconds).toBeLessThanOrEqual(mostSeconds(long));
  });

  it('gives up the studies where they cannot be put together in time', async () => {
    const { judgement } = await without({ concludeSeconds: 100 });
    expect(judgement.evidence?.studies).toMatchObject({
      why: 'time',
      leastBudgetSeconds: expect.any(Number),
    });
    const { judgement: usual } = await without({});
    expect(usual.evidence?.studies).not.toHaveProperty('why');
  });

  it('gives up what a nested cross-validation has not judged by then', async () => {
    const nested = samplePlan({ budgetSeconds: 120, nested: 3 });
    const inTime = judged((await run(nested, {})).outcome);
    expect(inTime.judgement.nested?.folds).toBe(3);
    const { outcome, seconds } = await run(nested, { nested: 1000 });
    expect(judged(outcome).judgement.nested).toBeNull();
    expect(seconds).toBeLessThanOrEqual(mostSeconds(nested));
  });

  it('fails honestly where not even the least is over in time', async () => {
    const { outcome, seconds } = await run(plan, { refits: 1000 });
    expect(outcome).toMatchObject({
      kind: 'nothing-to-judge',
      state: 'failed',
      reason: expect.stringContaining('were over before a model could be trained again and judged'),
    });
    expect(seconds).toBeLessThanOrEqual(mostSeconds(plan));
  });

  it('has all the time it needs where a stored plan is reproduced', async () => {
    const { outcome } = await run(plan, { trials: 50, refits: 50, judging: 50 }, { hardStop: false });
    expect(judged(outcome)).toMatchObject({ cutShort: null, leftOut: [] });
  });
});

describe('a run that may use so much CPU time', () => {
  it('ends its search when that is used up, and says so', async () => {
    const plan = samplePlan({ budgetSeconds: 600, cpuSeconds: 60 });
    const { outcome, journal } = await run(plan, { trials: 5 });
    const { cutShort, trials } = judged(outcome);
    expect(cutShort).toMatch(/^The CPU budget ran out when \d+ of \d+ trials had finished\.$/);
    const used = trials.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    expect(used).toBeLessThanOrEqual(60);
    expect(await journal.find('run-1')).toMatchObject({ reason: cutShort });
    expect((await journal.find('run-1'))?.cpuSeconds).toBeGreaterThanOrEqual(used);
  });

  it('ends trials in the middle of a fold when that is used up', async () => {
    const plan = samplePlan({ budgetSeconds: 600, cpuSeconds: 60 });
    const { outcome, seconds } = await run(plan, { trials: 1000 });
    expect(outcome).toMatchObject({
      kind: 'nothing-to-judge',
      reason: expect.stringMatching(/^The CPU budget ran out when 0 of \d+ trials had finished\.$/),
    });
    // The threads were busy all the time, and take a moment to end.
    expect(seconds).toBeLessThanOrEqual(60 / plan.budget.threads + 2);
  });

  it('speaks of the price where that is what was limited', async () => {
    const price = { perCoreHour: 0.06, currency: 'EUR' };
    const plan = samplePlan({ budgetSeconds: 600, costLimit: 0.001 }, { price });
    const { cutShort } = judged((await run(plan, { trials: 5 })).outcome);
    expect(cutShort).toMatch(/^The price limit was reached when/);
  });
});
