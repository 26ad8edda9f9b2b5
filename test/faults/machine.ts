/** A worker as a process of its own, with all of a worker's parts but a small engine in place of the training threads:
 *  its folds take their time without computing. Argument: `MachineOptions` as JSON. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runJournal } from '../../jobs/journal.ts';
import { MemoryRoom } from '../../jobs/memory-room.ts';
import { giveTrialUp, trial } from '../../jobs/trial.ts';
import { openTrialDesks } from '../../jobs/trial-desk.ts';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { executeRun } from '../../src/run/execute.ts';
import { openStore } from '../../src/store/store.ts';
import type { Story } from '../../src/thread/ports.ts';
import { tinyEngine } from '../run/tiny-engine.ts';

export interface MachineOptions {
  /** Where artifacts and outcomes lie, and the database where no other is named. */
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Of a fold. */
  readonly foldMs: number;
  /** The trial that kills its process. */
  readonly poison: number | null;
}

const { home, databaseUrl, redisUrl, foldMs, poison }: MachineOptions = JSON.parse(process.argv[2] ?? '');
const store = await openStore(databaseUrl ? { databaseUrl } : { directory: join(home, 'db') });
const queue = await openQueue(
  redisUrl ? { redisUrl } : { pool: store.queuePool(), soleProcess: databaseUrl === null },
  { timing: { lockMs: 1500, stalledCheckMs: 500 } },
);
const artifacts = await openFolderArtifacts(join(home, 'artifacts'));
const clock = { now: () => new Date().toISOString() };
const story: Story = { ...store, artifacts, queue, clock };
const desks = await openTrialDesks(queue, story, () => undefined, { lookMs: 500, unseenMs: 2000 });

const engineOf = (plan: Plan) =>
  tinyEngine(plan, {
    wait: async ({ number }) => {
      await delay(foldMs);
      if (number === poison) process.kill(process.pid, 'SIGKILL');
    },
  });
const nothing = async () => {
  throw new Error('the small engine reads no table');
};
const deps = {
  story,
  tables: { has: nothing, read: nothing },
  engine: (_: unknown, plan: Pick<Plan, 'experiment'>) => engineOf(plan as Plan),
  room: new MemoryRoom(1e6),
  threads: 2,
  mayPutOff: databaseUrl !== null,
};
await queue.work(
  'trial',
  async (payload, context) => {
    if ('spec' in payload) await trial(deps, payload, context);
  },
  {
    concurrency: deps.threads,
    onGivenUp: async (payload, error) => {
      if ('spec' in payload) await giveTrialUp(deps, payload, error.message);
    },
  },
);
await queue.work(
  'run',
  async ({ runId }, { signal }) => {
    const run = await story.runs.find(runId);
    const record = await story.plans.find(runId);
    const thread = run && (await story.threads.find(run.threadId));
    if (!run || !record || !thread) throw new Error('there is no such run');
    const { plan } = record;
    const { team } = thread.place;
    const outcome = await executeRun(run, plan, runJournal(story, team), engineOf(plan), {
      signal,
      onProgress: () => undefined,
      now: Date.now,
      hardStop: true,
      trials: desks.open(run, plan, team),
    });
    if (outcome.kind === 'interrupted') throw new Error('the run goes on elsewhere');
    await writeFile(join(home, `${runId}.json`), JSON.stringify(outcome));
    await story.runs.move(runId, 'finished', { endedAt: clock.now() });
  },
  { concurrency: 8 },
);
process.stdout.write('ready\n');
