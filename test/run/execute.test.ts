import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { isBetter } from '../../src/ml/metrics/registry.ts';
import type { SamplerName } from '../../src/ml/tuning/samplers/sampler.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { type ExecutionOptions, executeRun, type Outcome } from '../../src/run/execute.ts';
import type { RunJournal } from '../../src/run/ports.ts';
import { RunProgress } from '../../src/run/progress.ts';
import type { Run } from '../../src/run/run.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { calibrationOf } from '../plan/sample-inputs.ts';
import { samplePlan } from '../plan/sample-plan.ts';
import { type TinyEngine, tinyEngine, tinyJournal } from './tiny-engine.ts';

const PLAN: Plan = samplePlan({ trials: 4 });
const FOLDS = 4 * PLAN.experiment.folds;
const never = () => new Promise<void>(() => {});

let store: Store;
let runs: Store['runs'];
let inMemory: ReturnType<typeof tinyJournal>;
let lastId = 0;
beforeAll(async () => {
  store = await openStore({ memory: true });
  runs = store.runs;
  inMemory = tinyJournal(runs);
  await store.threads.open({ id: 'T1-C1-1.1', team: 'T1', channel: 'C1', rootTs: '1.1' }, 'U1');
});
afterAll(() => store.close());

const newRun = () => runs.create(`run-${lastId++}`, 'T1-C1-1.1', 'T1', '2026-01-31T12:00:00.000Z');
const reload = async (run: Run) => (await runs.find(run.id)) as Run;

function execute(
  run: Run,
  engine: TinyEngine,
  {
    plan = PLAN,
    journal = inMemory,
    ...options
  }: Partial<ExecutionOptions> & { plan?: Plan; journal?: RunJournal } = {},
): Promise<Outcome<string>> {
  return executeRun(run, plan, journal, engine, {
    signal: new AbortController().signal,
    onProgress: () => {},
    now: Date.now,
    hardStop: true,
    ...options,
  });
}

/** What must not depend on interruptions: everything but the clock. */
function result(outcome: Outcome<string>) {
  if (outcome.kind !== 'judged') throw new Error(`the run ended as ${outcome.kind}`);
  const { wallSeconds, ...rest } = outcome;
  expect(wallSeconds).toBeGreaterThanOrEqual(0);
  return rest;
}

/** Interrupts after so many folds of this attempt. */
function interruptedAfter(nFolds: number): { engine: TinyEngine; signal: AbortSignal } {
  const controller = new AbortController();
  const engine = tinyEngine(PLAN, {
    beforeFold: (computed) => computed >= nFolds - 1 && controller.abort(),
  });
  return { engine, signal: controller.signal };
}

describe('a run', () => {
  it('evaluates the whole schedule and judges the best trial', async () => {
    const run = await newRun();
    const engine = tinyEngine(PLAN);
    const outcome = result(await execute(run, engine));
    const results = new Map(outcome.trials.map((trial) => [trial.number, trial]));
    const schedule = new Schedule(PLAN);
    expect(outcome.specs).toEqual(schedule.trials.map(({ number }) => schedule.specOf(number, results)));
    expect(outcome.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    const scores = outcome.trials.map(({ score }) => score as number);
    for (const score of scores) {
      expect(isBetter('roc_auc', score, scores[outcome.winner.number] as number)).toBe(false);
    }
    expect(engine.judged).toEqual([outcome.winner.number]);
    expect(outcome.model).toBe(`model of trial ${outcome.winner.number} on all`);
    expect(outcome.cutShort).toBeNull();
    expect(await reload(run)).toMatchObject({ state: 'judging', startedAt: expect.any(String) });
  });

  it('keeps every trial and fold in the journal, once', async () => {
    const run = await newRun();
    const { trials } = result(await execute(run, tinyEngine(PLAN)));
    expect(await runs.trials(run.id)).toEqual(trials);
    const folds = await runs.folds(run.id);
    expect(folds).toHaveLength(FOLDS);
    expect(new Set(folds.map(({ trialNumber, fold }) => `${trialNumber}/${fold.fold}`)).size).toBe(FOLDS);
  });

  it('lowers what is better lower', async () => {
    const plan = samplePlan({ trials: 4, metric: 'log_loss' });
    const { winner, trials } = result(await execute(await newRun(), tinyEngine(plan), { plan }));
    expect(trials[winner.number]?.score).toBe(Math.min(...trials.map(({ score }) => score as number)));
  });

  it('tells progress that never goes back, ending with the judging', async () => {
    const told: RunProgress[] = [];
    await execute(await newRun(), tinyEngine(PLAN), {
      onProgress: (progress) => told.push(RunProgress.parse(progress)),
    });
    expect(told[0]).toMatchObject({ state: 'running', foldsFinished: 0, best: null, remainingSeconds: null });
    for (const [i, progress] of told.slice(1).entries()) {
      const before = told[i] as RunProgress;
      for (const key of ['trialsFinished', 'foldsFinished', 'elapsedSeconds'] as const) {
        expect(progress[key]).toBeGreaterThanOrEqual(before[key]);
      }
    }
    const last = told.at(-1) as RunProgress;
    expect(last).toMatchObject({
      state: 'judging',
      trialsFinished: 4,
      foldsFinished: FOLDS,
      remainingSeconds: 0,
    });
    expect(last.history).toHaveLength(4);
    expect(last.history.at(-1)).toBe(last.best?.score);
  });
});

describe('an interrupted run', () => {
  it('comes to the same end, whichever fold it was interrupted after', async () => {
    const expected = result(await execute(await newRun(), tinyEngine(PLAN)));
    for (let k = 1; k <= FOLDS; k++) {
      const run = await newRun();
      const { engine, signal } = interruptedAfter(k);
      expect(await execute(run, engine, { signal })).toEqual({ kind: 'interrupted' });
      expect((await reload(run)).state).toBe('running');
      const second = tinyEngine(PLAN);
      expect(result(await execute(await reload(run), second)), `after fold ${k}`).toEqual(expected);
      expect(engine.computed.length + second.computed.length).toBe(FOLDS);
    }
  });

  it('comes to the same end when it is interrupted after every single fold', async () => {
    const expected = result(await execute(await newRun(), tinyEngine(PLAN)));
    const run = await newRun();
    let attempts = 0;
    for (;;) {
      const { engine, signal } = interruptedAfter(1);
      const outcome = await execute(await reload(run), engine, { signal });
      if (outcome.kind === 'judged') {
        expect(result(outcome)).toEqual(expected);
        break;
      }
      expect(++attempts).toBeLessThanOrEqual(FOLDS);
    }
  });

  it('goes on from the last checkpoint of each trial', async () => {
    const run = await newRun();
    const stop = new AbortController();
    const first = tinyEngine(PLAN, {
      wait: ({ number }, fold) => {
        if (number !== 2 || fold !== 1) return null;
        stop.abort();
        return never();
      },
    });
    await execute(run, first, { signal: stop.signal });
    expect(first.resumed.every((checkpoint) => checkpoint === null)).toBe(true);
    const second = tinyEngine(PLAN);
    await execute(await reload(run), second);
    expect(second.resumed).toContainEqual({ fold: 1, state: { json: { trial: 2 }, arrays: {} } });
  });

  it('goes on in the middle of each refit', async () => {
    const run = await newRun();
    const stop = new AbortController();
    const first = tinyEngine(PLAN, {
      waitInRefit: (_, which) => {
        if (which !== 'all') return null;
        stop.abort();
        return never();
      },
    });
    expect((await execute(run, first, { signal: stop.signal })).kind).toBe('interrupted');
    const second = tinyEngine(PLAN);
    await execute(await reload(run), second);
    expect(second.computed).toEqual([]);
    expect(second.refits.map(({ trial, which, from }) => [which, from?.state.json ?? { trial }])).toEqual(
      second.refits.map(({ trial, which }) => [which, { refit: trial, which }]),
    );
  });

  it('adds up the time of its attempts', async () => {
    const run = await newRun();
    const { engine, signal } = interruptedAfter(3);
    let nowMs = 1_000_000;
    const now = () => {
      nowMs += 10;
      return nowMs;
    };
    await execute(run, engine, { signal, now });
    const { earlierSeconds, startedAt } = await reload(run);
    expect(earlierSeconds).toBeGreaterThan(0);
    const told: RunProgress[] = [];
    const outcome = await execute(await reload(run), tinyEngine(PLAN), {
      now,
      onProgress: (p) => told.push(p),
    });
    expect(told[0]?.elapsedSeconds).toBeGreaterThanOrEqual(earlierSeconds);
    expect(outcome).toMatchObject({ wallSeconds: expect.toSatisfy((s: number) => s > earlierSeconds) });
    expect((await reload(run)).startedAt).toBe(startedAt);
  });

  it('counts the folds of earlier attempts as done, but not for its speed', async () => {
    const run = await newRun();
    const { engine, signal } = interruptedAfter(3);
    await execute(run, engine, { signal });
    const told: RunProgress[] = [];
    await execute(await reload(run), tinyEngine(PLAN), { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ foldsFinished: 3, remainingSeconds: null });
    expect(told.every(({ foldsFinished }) => foldsFinished <= FOLDS)).toBe(true);
  });

  it('changes nothing when it was interrupted before it began', async () => {
    const run = await newRun();
    const engine = tinyEngine(PLAN);
    expect(await execute(run, engine, { signal: AbortSignal.abort() })).toEqual({ kind: 'interrupted' });
    expect(await reload(run)).toEqual(run);
    expect(engine.computed).toEqual([]);
  });

  it('continues with the judging when it was interrupted there', async () => {
    const expected = result(await execute(await newRun(), tinyEngine(PLAN)));
    const run = await newRun();
    const controller = new AbortController();
    const first = tinyEngine(PLAN, { duringFinal: () => controller.abort() });
    expect(await execute(run, first, { signal: controller.signal })).toEqual({ kind: 'interrupted' });
    expect((await reload(run)).state).toBe('judging');
    const second = tinyEngine(PLAN);
    const told: RunProgress[] = [];
    expect(result(await execute(await reload(run), second, { onProgress: (p) => told.push(p) }))).toEqual(
      expected,
    );
    expect(second.computed).toEqual([]);
    expect(new Set(told.map(({ state }) => state))).toEqual(new Set(['judging']));
  });

  it('is not taken up again once it has ended', async () => {
    const run = await newRun();
    await runs.move(run.id, 'failed', { endedAt: '2026-01-31T12:00:00.000Z' });
    const engine = tinyEngine(PLAN);
    expect(await execute(run, engine)).toEqual({ kind: 'interrupted' });
    expect(engine.computed).toEqual([]);
  });

  it('gives up when it was ended elsewhere in the meantime', async () => {
    const run = await newRun();
    let ended: Promise<unknown> | undefined;
    const engine = tinyEngine(PLAN, {
      beforeFold: (computed) => {
        if (computed === 2) ended = runs.move(run.id, 'failed');
      },
      wait: (_, fold) => (fold === 4 && ended ? ended.then(() => {}) : null),
    });
    expect(await execute(run, engine)).toEqual({ kind: 'interrupted' });
    expect(engine.judged).toEqual([]);
  });
});

describe('a run whose sampler learns from its trials', () => {
  const planWith = (sampler: SamplerName): Plan => {
    const plan = samplePlan({ families: ['gbdt', 'linear'] });
    return { ...plan, sampler, candidates: plan.candidates.map((one) => ({ ...one, trials: 14 })) };
  };
  const specsOf = async (engine: TinyEngine, plan: Plan) => {
    const { specs, trials } = result(await execute(await newRun(), engine, { plan }));
    return { specs, trials };
  };

  it.each(['tpe', 'gaussian-process'] as const)(
    'tries the same with %s whatever finishes first',
    async (sampler) => {
      const plan = planWith(sampler);
      const expected = await specsOf(tinyEngine(plan), plan);
      expect(expected.specs).toHaveLength(28);
      const slow = (isSlow: (number: number) => boolean) => {
        const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 4));
        return tinyEngine(plan, { wait: ({ number }) => (isSlow(number) ? wait() : null) });
      };
      expect(
        await specsOf(
          slow((number) => number % 2 === 0),
          plan,
        ),
      ).toEqual(expected);
      expect(
        await specsOf(
          slow((number) => number < 9),
          plan,
        ),
      ).toEqual(expected);
      expect(await specsOf(oneAtATime(tinyEngine(plan)), plan)).toEqual(expected);
    },
  );

  it('comes to the same end when it is interrupted', async () => {
    const plan = planWith('tpe');
    const expected = result(await execute(await newRun(), tinyEngine(plan), { plan }));
    for (const k of [1, 30, 71, 110, 139]) {
      const run = await newRun();
      const controller = new AbortController();
      const engine = tinyEngine(plan, { beforeFold: (computed) => computed >= k - 1 && controller.abort() });
      expect(await execute(run, engine, { plan, signal: controller.signal })).toEqual({
        kind: 'interrupted',
      });
      const second = tinyEngine(plan);
      expect(result(await execute(await reload(run), second, { plan })), `after fold ${k}`).toEqual(expected);
      expect(engine.computed.length + second.computed.length).toBe(28 * plan.experiment.folds);
    }
  });

  it('goes on after trials that failed, and is not cut short by them', async () => {
    const plan = planWith('tpe');
    const engine = tinyEngine(plan, {
      fails: ({ number }) => (number % 3 === 0 ? 'the loss became NaN' : null),
    });
    const { trials, cutShort } = result(await execute(await newRun(), engine, { plan }));
    expect(trials).toHaveLength(28);
    expect(cutShort).toBeNull();
  });

  it('stops with the trials it has while others wait for results', async () => {
    const plan = planWith('tpe');
    const run = await newRun();
    const engine = tinyEngine(plan, { wait: ({ number }) => (number === 7 ? never() : null) });
    const outcome = result(
      await execute(run, engine, {
        plan,
        onProgress: ({ trialsFinished }) => {
          if (trialsFinished >= 12) void runs.move(run.id, 'stopping', { stoppedBy: 'U2' });
        },
      }),
    );
    expect(outcome.cutShort).toMatch(/^Stopped by a person when \d+ of 28 trials had finished\.$/);
    expect(outcome.specs.map(({ number }) => number)).toEqual(outcome.trials.map(({ number }) => number));
  });
});

/** The engine on one thread: a trial begins when the one before has ended. */
function oneAtATime(engine: TinyEngine): TinyEngine {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...engine,
    trial(...input) {
      const next = last.then(() => engine.trial(...input));
      last = next;
      return next;
    },
  };
}

describe('a run that somebody stops', () => {
  /** Trials 0 and 1 finish; the others wait for ever in their second fold. */
  const half = () =>
    tinyEngine(PLAN, { wait: ({ number }, fold) => (number >= 2 && fold === 1 ? never() : null) });

  it('ends without the trials under way, and judges the best finished one', async () => {
    const run = await newRun();
    const engine = half();
    let isStopped = false;
    const told: RunProgress[] = [];
    const outcome = result(
      await execute(run, engine, {
        onProgress: (progress) => {
          told.push(progress);
          if (progress.trialsFinished === 2 && !isStopped) {
            isStopped = true;
            void runs.move(run.id, 'stopping', { stoppedBy: 'U2' });
          }
        },
      }),
    );
    expect(outcome.trials.map(({ number }) => number)).toEqual([0, 1]);
    expect(outcome.cutShort).toBe('Stopped by a person when 2 of 4 trials had finished.');
    expect(told.map(({ state }) => state)).toContain('stopping');
    expect(await runs.trials(run.id)).toHaveLength(2);
    expect(engine.busy()).toBe(0);
  });

  it('stays stopped when it is taken up again in the judging', async () => {
    const run = await newRun();
    const stop = async (progress: RunProgress) => {
      if (progress.trialsFinished === 2) await runs.move(run.id, 'stopping', { stoppedBy: 'U2' });
    };
    const controller = new AbortController();
    const first = tinyEngine(PLAN, {
      wait: ({ number }, fold) => (number >= 2 && fold === 1 ? never() : null),
      duringFinal: () => controller.abort(),
    });
    await execute(run, first, { signal: controller.signal, onProgress: (progress) => void stop(progress) });
    expect(await reload(run)).toMatchObject({ state: 'judging', stoppedBy: 'U2' });
    const second = tinyEngine(PLAN);
    const outcome = result(await execute(await reload(run), second));
    expect(second.computed).toEqual([]);
    expect(outcome.cutShort).toBe('Stopped by a person when 2 of 4 trials had finished.');
  });

  it('has nothing to judge when no trial was finished', async () => {
    const run = await newRun();
    const engine = tinyEngine(PLAN, { wait: (_, fold) => (fold === 1 ? never() : null) });
    const outcome = await execute(run, engine, {
      onProgress: ({ foldsFinished }) => {
        if (foldsFinished === 4) void runs.move(run.id, 'stopping', { stoppedBy: 'U2' });
      },
    });
    expect(outcome).toEqual({
      kind: 'nothing-to-judge',
      state: 'stopped',
      reason: 'Stopped before the first trial had finished.',
    });
    expect(await runs.trials(run.id)).toEqual([]);
  });

  it('computes nothing when it was stopped while it waited in the queue', async () => {
    const run = await newRun();
    await runs.move(run.id, 'stopping', { stoppedBy: 'U2' });
    const engine = tinyEngine(PLAN);
    for (const seen of [run, await reload(run)]) {
      expect(await execute(seen, engine)).toMatchObject({ kind: 'nothing-to-judge', state: 'stopped' });
    }
    expect(engine.computed).toEqual([]);
  });

  it('was not cut short when all trials had finished', async () => {
    const run = await newRun();
    await execute(run, tinyEngine(PLAN));
    const again = await newRun();
    for (const trial of await runs.trials(run.id)) await runs.saveTrial(again.id, trial);
    await runs.move(again.id, 'stopping', { stoppedBy: 'U2' });
    expect(result(await execute(again, tinyEngine(PLAN))).cutShort).toBeNull();
  });
});

describe('the hard stop of the clock', () => {
  /** So that a tenth of a second is left for the trials. */
  async function nearlySpent(plan: Plan): Promise<Run> {
    const run = await newRun();
    const finish = 1.5 * plan.estimate.finishSeconds + 1;
    await runs.move(run.id, 'running', { earlierSeconds: plan.budget.seconds - finish - 0.1 });
    return reload(run);
  }
  const half = () =>
    tinyEngine(PLAN, { wait: ({ number }, fold) => (number >= 2 && fold === 1 ? never() : null) });

  it('ends the trials and keeps the best', async () => {
    const outcome = result(await execute(await nearlySpent(PLAN), half()));
    expect(outcome.cutShort).toBe('The time budget ran out when 2 of 4 trials had finished.');
  });

  it('is remembered when the judging is taken up again', async () => {
    const run = await nearlySpent(PLAN);
    const controller = new AbortController();
    const engine = tinyEngine(PLAN, {
      wait: ({ number }, fold) => (number >= 2 && fold === 1 ? never() : null),
      duringFinal: () => controller.abort(),
    });
    await execute(run, engine, { signal: controller.signal });
    const outcome = result(await execute(await reload(run), tinyEngine(PLAN)));
    expect(outcome.cutShort).toBe('The time budget ran out when 2 of 4 trials had finished.');
  });

  it('fails a run that has no finished trial by then', async () => {
    const engine = tinyEngine(PLAN, { wait: () => never() });
    expect(await execute(await nearlySpent(PLAN), engine)).toEqual({
      kind: 'nothing-to-judge',
      state: 'failed',
      reason: 'The time budget ran out when 0 of 4 trials had finished.',
    });
  });

  it('does not count when a stored plan is reproduced', async () => {
    const run = await nearlySpent(PLAN);
    await runs.move(run.id, 'running', { earlierSeconds: 10 * PLAN.budget.seconds });
    expect(
      result(await execute(await reload(run), tinyEngine(PLAN), { hardStop: false })).cutShort,
    ).toBeNull();
  });

  it('leaves no time for the refit of a family that is not in the plan', async () => {
    const calibration = calibrationOf({ linear: 1, gbdt: 2, mlp: 4000 });
    const plan = samplePlan({ trials: 4 }, { calibration });
    expect(plan.candidates.map(({ family }) => family)).not.toContain('mlp');
    expect(result(await execute(await newRun(), tinyEngine(plan), { plan })).cutShort).toBeNull();
  });
});

describe('failing trials', () => {
  it('are recorded with their reason, and the run goes on', async () => {
    const run = await newRun();
    const fails = ({ number }: { number: number }) => (number === 1 ? 'the loss became NaN in fold 1' : null);
    const told: RunProgress[] = [];
    const outcome = result(
      await execute(run, tinyEngine(PLAN, { fails }), { onProgress: (p) => told.push(p) }),
    );
    expect(outcome.trials[1]).toMatchObject({
      state: 'failed',
      score: null,
      reason: 'the loss became NaN in fold 1',
    });
    expect(outcome.winner.number).not.toBe(1);
    expect(outcome.cutShort).toBeNull();
    expect(told.at(-1)).toMatchObject({ trialsFinished: 4, trialsFailed: 1, foldsFinished: FOLDS });
    expect((await runs.trials(run.id))[1]?.state).toBe('failed');
  });

  it('are not tried again when the run is taken up again', async () => {
    const run = await newRun();
    const controller = new AbortController();
    const fails = ({ number }: { number: number }) => (number === 1 ? 'broken' : null);
    await execute(run, tinyEngine(PLAN, { fails, beforeFold: (n) => n === 7 && controller.abort() }), {
      signal: controller.signal,
    });
    const second = tinyEngine(PLAN);
    expect(result(await execute(await reload(run), second)).trials[1]?.state).toBe('failed');
    expect(second.computed).not.toContain(1);
  });

  it('fail the run with the first reason when all of them do', async () => {
    const outcome = await execute(
      await newRun(),
      tinyEngine(PLAN, { fails: ({ number }) => `reason ${number}` }),
    );
    expect(outcome).toEqual({
      kind: 'nothing-to-judge',
      state: 'failed',
      reason: expect.stringMatching(/^reason \d$/),
    });
  });
});

describe('failures around the trials', () => {
  it.each(['saveFold', 'saveTrial'] as const)(
    'in %s of the journal end all trials, then the run',
    async (step) => {
      const journal: RunJournal = {
        ...inMemory,
        [step]: () => Promise.reject(new Error('the database is away')),
      };
      const run = await newRun();
      const engine = tinyEngine(PLAN, {
        wait: ({ number }, fold) => (number === 3 && fold === 1 ? never() : null),
      });
      await expect(execute(run, engine, { journal })).rejects.toThrow('the database is away');
      expect(engine.busy()).toBe(0);
      const { trials } = result(await execute(await reload(run), tinyEngine(PLAN)));
      expect(trials).toEqual(result(await execute(await newRun(), tinyEngine(PLAN))).trials);
    },
  );

  it('in the engine end all other trials first', async () => {
    const engine = tinyEngine(PLAN, {
      fails: ({ number }) => {
        if (number === 1) throw new Error('the thread is lost');
        return null;
      },
      wait: ({ number }, fold) => (number === 3 && fold === 1 ? never() : null),
    });
    await expect(execute(await newRun(), engine)).rejects.toThrow('the thread is lost');
    expect(engine.busy()).toBe(0);
  });

  it('while somebody looks for Stop are passed over', async () => {
    let looks = 0;
    let goOn: () => void = () => undefined;
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const journal: RunJournal = {
      ...inMemory,
      find: (id) => {
        looks += 1;
        if (looks === 1) return runs.find(id);
        goOn();
        return Promise.reject(new Error('away for a moment'));
      },
    };
    const engine = tinyEngine(PLAN, {
      wait: ({ number }, fold) => (number === 0 && fold === 1 ? later : null),
    });
    expect(result(await execute(await newRun(), engine, { journal })).cutShort).toBeNull();
    expect(looks).toBeGreaterThan(1);
  });

  it('in the judging reach the caller; the next attempt only judges', async () => {
    const run = await newRun();
    const broken = tinyEngine(PLAN, {
      duringFinal: () => {
        throw new Error('the holdout is lost');
      },
    });
    await expect(execute(run, broken)).rejects.toThrow('the holdout is lost');
    const second = tinyEngine(PLAN);
    expect((await execute(await reload(run), second)).kind).toBe('judged');
    expect(second.computed).toEqual([]);
  });
});

describe('the finish', () => {
  const withMembers = () => tinyEngine(PLAN, { members: 3 });

  it('trains the members anew, for the judging and on all rows, and the best trial once', async () => {
    const engine = withMembers();
    const outcome = result(await execute(await newRun(), engine));
    const chosen = [...outcome.trials]
      .sort((a, b) => (b.score as number) - (a.score as number))
      .slice(0, 3)
      .map(({ number }) => number);
    for (const which of ['training', 'all'] as const) {
      expect(engine.refits.filter((one) => one.which === which).map(({ trial }) => trial)).toEqual(chosen);
    }
    expect(outcome.model).toBe(`model of ${chosen.map((number) => `trial ${number} on all`).join(' and ')}`);
    expect(outcome.winner.number).toBe(chosen[0]);
    expect(outcome.judgement.cpuSeconds).toBe(0.2 + 3 * 0.25 + 0.5 * engine.probed.length);
  });

  it('ships what was judged where the plan says so', async () => {
    const plan = { ...PLAN, experiment: { ...PLAN.experiment, refit: 'training' as const } };
    const engine = withMembers();
    const { model } = result(await execute(await newRun(), engine, { plan }));
    expect(engine.refits).toHaveLength(3);
    expect(model).toMatch(/^model of trial \d on training and/);
  });

  it('hands over the best trial alone where one model is wanted', async () => {
    const plan = { ...PLAN, experiment: { ...PLAN.experiment, finish: 'single' as const } };
    const { model } = result(await execute(await newRun(), withMembers(), { plan }));
    expect(model).toMatch(/^model of trial \d on all$/);
  });

  it('chooses among the others where a trial cannot be trained again', async () => {
    const details = { loss: 'NaN', epoch: 1, learningRate: 1 };
    const without = (lost: number | undefined) =>
      tinyEngine(PLAN, {
        members: 3,
        refitFails: ({ number }) =>
          number === lost ? new ModelwrightError('TRAINING_DIVERGED', details) : null,
      });
    const { winner, trials } = result(await execute(await newRun(), without(undefined)));
    const outcome = result(await execute(await newRun(), without(winner.number)));
    const others = trials
      .filter(({ number }) => number !== winner.number)
      .sort((a, b) => (b.score as number) - (a.score as number));
    const names = others.slice(0, 3).map(({ number }) => `trial ${number} on all`);
    expect(outcome.model).toBe(`model of ${names.join(' and ')}`);
  });

  it('fails with the reason when no trial can be trained again', async () => {
    const refitFails = () =>
      new ModelwrightError('TRAINING_DIVERGED', { loss: 'NaN', epoch: 1, learningRate: 1 });
    await expect(execute(await newRun(), tinyEngine(PLAN, { refitFails }))).rejects.toThrow(
      'TRAINING_DIVERGED',
    );
  });

  it('computes folds again whose predictions are lost, and comes to the same end', async () => {
    const expected = result(await execute(await newRun(), withMembers()));
    const run = await newRun();
    const broken = tinyEngine(PLAN, {
      members: 3,
      duringFinal: () => {
        throw new Error('killed');
      },
    });
    await expect(execute(run, broken)).rejects.toThrow('killed');
    const mine = [...inMemory.predictions.keys()].filter((name) => name.startsWith(`${run.id}/`));
    expect(mine).toHaveLength(FOLDS);
    for (const name of [mine[1], mine[4], mine.at(-1)]) inMemory.predictions.delete(name as string);
    const second = withMembers();
    expect(result(await execute(await reload(run), second))).toEqual(expected);
    expect(second.computed).toHaveLength(3);
    expect([...inMemory.predictions.keys()].filter((name) => name.startsWith(`${run.id}/`))).toHaveLength(
      FOLDS,
    );
  });
});
