/** A worker as a process of its own with the real engine, for runs whose fits are in parts. Argument: `ShardMachineOptions` as
 *  JSON. Says on standard output what it takes: `trial` or `part`, each on a line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetWork, runJournal } from '../../jobs/journal.ts';
import { keepParts } from '../../jobs/kept-parts.ts';
import { MemoryRoom } from '../../jobs/memory-room.ts';
import { shard } from '../../jobs/shard.ts';
import { openShardDesks } from '../../jobs/shard-desk.ts';
import { trial } from '../../jobs/trial.ts';
import { openTrialDesks } from '../../jobs/trial-desk.ts';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import { openEngine } from '../../src/deps.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { PutOff } from '../../src/queue/worker.ts';
import { executeRun } from '../../src/run/execute.ts';
import { openStore } from '../../src/store/store.ts';
import type { Story } from '../../src/thread/ports.ts';
import { shopTable } from '../ml/search/small-experiment.ts';

export interface ShardMachineOptions {
  /** Where artifacts and outcomes lie. */
  readonly home: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rows: number;
  /** Whether it takes runs, or computes for those of others alone. */
  readonly takesRuns: boolean;
  /** Dies in the middle of so many parts; null for one that lives. */
  readonly diesAfter: number | null;
}

const options: ShardMachineOptions = JSON.parse(process.argv[2] ?? '');
const { home, databaseUrl, redisUrl, rows, takesRuns, diesAfter } = options;
const say = (line: string) => process.stdout.write(`${line}\n`);
const onError = (error: unknown) => say(`error: ${error}`);
const store = await openStore({ databaseUrl });
const queue = await openQueue({ redisUrl }, { timing: { lockMs: 1500, stalledCheckMs: 500 } });
const artifacts = await openFolderArtifacts(join(home, 'artifacts'));
const clock = { now: () => new Date().toISOString() };
const story: Story = { ...store, artifacts, queue, clock };
const timing = { lookMs: 500, unseenMs: 2000 };
const desks = await openTrialDesks(queue, story, onError, timing);
const parts = keepParts(2 ** 30);
const shardDesks = await openShardDesks(queue, story, parts, onError);
const engine = openEngine({ threads: 1, memoryMb: null, home, backbone: null });
const table = shopTable(rows);
let taken = 0;
const deps = {
  story,
  tables: { has: async () => true, read: async () => table },
  engine: engine.forPlan,
  shard: async (...input: Parameters<typeof engine.shard>) => {
    const result = await engine.shard(...input);
    if (++taken === diesAfter) process.kill(process.pid, 'SIGKILL');
    return result;
  },
  room: new MemoryRoom(1e6),
  threads: 1,
  mayPutOff: true,
  parts,
  shardDesks,
};
await engine.describe(); // loaded before it is ready
await queue.work(
  'trial',
  async (payload, context) => {
    // It is to die of a part, and leaves trials to others.
    if ('spec' in payload && diesAfter !== null) throw new PutOff('parts alone', 200);
    say('shard' in payload ? 'part' : 'trial');
    return 'shard' in payload ? shard(deps, payload, context) : trial(deps, payload, context);
  },
  { concurrency: deps.threads },
);
if (takesRuns) {
  await queue.work('run', async ({ runId }, { signal }) => {
    const run = await story.runs.find(runId);
    const record = await story.plans.find(runId);
    if (!run || !record) throw new Error('there is no such run');
    const { plan } = record;
    const { threadId } = run;
    const forPlan = engine.forPlan(
      async () => table,
      plan,
      shardDesks.open({ id: runId, threadId }, plan, 'T1'),
    );
    const outcome = await executeRun(run, plan, runJournal(story, 'T1'), forPlan, {
      ...{ signal, onProgress: () => undefined, now: Date.now, hardStop: true },
      trials: desks.open(run, plan, 'T1'),
    });
    if (outcome.kind !== 'judged') throw new Error('the run goes on elsewhere');
    await forgetWork(story, 'T1', runId);
    const left = await artifacts.list('t1/shards/');
    await writeFile(join(home, `${runId}.json`), JSON.stringify({ ...outcome, left }));
    await story.runs.move(runId, 'finished', { endedAt: clock.now() });
  });
}
say('ready');
