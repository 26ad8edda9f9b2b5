/** What the queue adds to a trial: the same run of trials that take no time, through it and without it. */
import { join } from 'node:path';
import { runJournal } from '../../jobs/journal.ts';
import { MemoryRoom } from '../../jobs/memory-room.ts';
import { trial } from '../../jobs/trial.ts';
import { openTrialDesks } from '../../jobs/trial-desk.ts';
import { readConfig } from '../../src/config.ts';
import { openFoundations } from '../../src/deps.ts';
import { createLogger } from '../../src/log.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { executeRun } from '../../src/run/execute.ts';
import { samplePlan } from '../../test/plan/sample-plan.ts';
import { tinyEngine } from '../../test/run/tiny-engine.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { approve, TEAM } from './approve.ts';

const TRIALS = 60;

interface Overhead {
  /** Milliseconds per trial, one after the other and with eight at a time. */
  readonly alone: number;
  readonly sideBySide: number;
}

export async function measureOverhead(urls: {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
}): Promise<Overhead> {
  const home = join(scratchFolder('machines'), 'home');
  const config = readConfig({
    MODELWRIGHT_HOME: home,
    DATABASE_URL: urls.databaseUrl ?? '',
    REDIS_URL: urls.redisUrl ?? '',
  });
  const { story, queue, close } = await openFoundations(config, createLogger('error'));
  try {
    const plan = samplePlan({ trials: TRIALS, budgetSeconds: 3000 });
    const engine = tinyEngine(plan);
    const desks = await openTrialDesks(queue, story, () => undefined);
    const table = async () => {
      throw new Error('the small engine reads no table');
    };
    const deps = {
      story,
      tables: { has: table, read: table },
      engine: () => tinyEngine(plan),
      room: new MemoryRoom(1e6),
      threads: 8,
      mayPutOff: false,
    };
    await queue.work(
      'trial',
      async (payload, context) => {
        if ('spec' in payload) await trial(deps, payload, context);
      },
      { concurrency: 8 },
    );
    let runs = 0;
    const millisecondsOf = async (planned: Plan, throughQueue: boolean) => {
      const run = await approve(story, `bench${runs++}-${Date.now()}`, planned);
      const startedMs = performance.now();
      await executeRun(run, planned, runJournal(story, TEAM), engine, {
        ...{
          signal: new AbortController().signal,
          onProgress: () => undefined,
          now: Date.now,
          hardStop: true,
        },
        ...(throughQueue && { trials: desks.open(run, planned, TEAM) }),
      });
      return performance.now() - startedMs;
    };
    const perTrial = async (planned: Plan, count: number) =>
      Math.max(0, (await millisecondsOf(planned, true)) - (await millisecondsOf(planned, false))) / count;
    await perTrial(plan, TRIALS); // everything is loaded then
    const sideBySide = await perTrial(plan, TRIALS);
    let alone = 0;
    const single = samplePlan({ trials: 1, budgetSeconds: 3000 });
    for (let i = 0; i < TRIALS / 4; i++) alone += await perTrial(single, 1);
    desks.close();
    return { alone: alone / (TRIALS / 4), sideBySide };
  } finally {
    await close();
  }
}
