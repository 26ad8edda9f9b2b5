/** Runs whose trials are spread over worker processes, while what they depend on fails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planHash } from '../../src/plan/identity.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { executeRun } from '../../src/run/execute.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { samplePlan } from '../plan/sample-plan.ts';
import { tinyEngine, tinyJournal } from '../run/tiny-engine.ts';
import {
  type OwnServer,
  openWay,
  ownPostgresMissing,
  ownRedisMissing,
  startPostgres,
  startRedis,
  type Way,
} from '../support/servers.ts';
import type { MachineOptions } from './machine.ts';

const TRIALS = 16;
const PLAN: Plan = samplePlan({ trials: TRIALS, budgetSeconds: 3000, sampler: 'tpe' });
const THREAD = 'T1-C1-1.1';
const AT = '2026-01-31T12:00:00.000Z';

/** Of a fold: long enough for a fault to fall between two of them. */
const FOLD_MS = 150;

/** With the locks and looks of this test many times what they wait for; `NETWORK_CUT_SECONDS=60` cuts longer. */
const CUT_MS = 1000 * Number(process.env.NETWORK_CUT_SECONDS ?? 10);

const children = new Set<ChildProcess>();

async function startMachine(options: Partial<MachineOptions> & { home: string }): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./machine.ts', import.meta.url));
  const all = { databaseUrl: null, redisUrl: null, foldMs: FOLD_MS, poison: null, ...options };
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(all)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const ended = once(child, 'exit').then(() => {
    children.delete(child);
    throw new Error('a machine ended before it was ready');
  });
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  ended.catch(() => undefined); // from now on it may be killed
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** An approved plan and its queued run. @returns its id. */
async function approveRun(store: Store, id: string, plan = PLAN): Promise<string> {
  await store.threads.open({ id: THREAD, team: 'T1', channel: 'C1', rootTs: '1.1' }, 'U1');
  const hash = planHash(plan);
  const version = (await store.plans.ofThread(THREAD)).length + 1;
  await store.plans.propose({
    ...{ id, threadId: THREAD, version, hash, plan, status: 'proposed', proposedAt: AT, decision: null },
  });
  await store.plans.decide(id, hash, 'approved', { by: 'U2', at: AT, reason: null });
  await store.runs.create(id, THREAD, 'T1', AT);
  return id;
}

/** Everything but the clock. */
function findings({ wallSeconds, ...outcome }: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(outcome));
}

async function undisturbed(): Promise<unknown> {
  const store = await openStore({ memory: true });
  try {
    await approveRun(store, 'undisturbed');
    const run = await store.runs.find('undisturbed');
    if (!run) throw new Error('the run is gone');
    const outcome = await executeRun(run, PLAN, tinyJournal(store.runs), tinyEngine(PLAN), {
      ...{ signal: new AbortController().signal, onProgress: () => undefined, now: Date.now, hardStop: true },
    });
    return findings({ ...outcome });
  } finally {
    await store.close();
  }
}

let expected: unknown;
let home: string;
beforeAll(async () => {
  expected = await undisturbed();
  home = await mkdtemp(join(tmpdir(), 'mw-machines-'));
});
afterEach(async () => {
  await Promise.all([...children].map(kill));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const missing = ownRedisMissing ?? ownPostgresMissing;

describe.skipIf(missing)(`a run on two machines ${missing ?? ''}`, () => {
  let redis: OwnServer;
  let postgres: OwnServer;
  let ways: { redis: Way; postgres: Way };
  let store: Store;
  let runs = 0;
  let runId: string;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    const [toRedis, toPostgres] = await Promise.all([openWay(redis.port), openWay(postgres.port)]);
    ways = { redis: toRedis, postgres: toPostgres };
    store = await openStore({ databaseUrl: postgres.url });
  });
  afterAll(async () => {
    await Promise.all([...children].map(kill));
    await store?.close();
    await Promise.all([ways?.redis.close(), ways?.postgres.close(), redis?.close(), postgres?.close()]);
  });

  /** Both machines reach the servers by the ways that can be cut. */
  const machine = (options: Partial<MachineOptions> = {}) =>
    startMachine({
      home,
      databaseUrl: `postgres://postgres@127.0.0.1:${ways.postgres.port}/postgres`,
      redisUrl: `redis://127.0.0.1:${ways.redis.port}`,
      ...options,
    });

  async function begin(): Promise<void> {
    runId = await approveRun(store, `run-${runs++}`);
    const queue = await openQueue({ redisUrl: redis.url });
    await queue.add('run', runId, { runId });
    await queue.close();
  }

  /** Errors of a server that is away just now are passed over. */
  const finished = () =>
    store.runs.trials(runId).then(
      ({ length }) => length,
      () => 0,
    );
  const someFinished = () => expect.poll(finished, { interval: 50 }).toBeGreaterThan(1);
  const ended = () =>
    expect.poll(
      () =>
        store.runs.find(runId).then(
          (run) => run?.state,
          () => null,
        ),
      { interval: 100, timeout: 120_000 },
    );

  async function expectTheSame(): Promise<void> {
    await ended().toBe('finished');
    const trials = await store.runs.trials(runId);
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: TRIALS }, (_, i) => i));
    expect(findings(JSON.parse(await readFile(join(home, `${runId}.json`), 'utf8')))).toEqual(expected);
  }

  it('comes to the same end when either of them is killed', async () => {
    const machines = await Promise.all([machine(), machine()]);
    await begin();
    await someFinished();
    await kill(machines[0] as ChildProcess);
    machines.push(await machine());
    await kill(machines[1] as ChildProcess);
    await expectTheSame();
  });

  it('comes to the same end through a restart of Redis and one of PostgreSQL', async () => {
    await Promise.all([machine(), machine()]);
    await begin();
    await someFinished();
    await redis.restart();
    await postgres.restart();
    await expectTheSame();
  });

  it('comes to the same end through a cut of the network many times as long as a lock', async () => {
    await Promise.all([machine(), machine()]);
    await begin();
    await someFinished();
    await Promise.all([ways.redis.cut(CUT_MS), ways.postgres.cut(CUT_MS)]);
    await expectTheSame();
  });

  it('comes to the same end when Redis has forgotten everything', async () => {
    await Promise.all([machine(), machine()]);
    await begin();
    await someFinished();
    const queue = await openQueue({ redisUrl: redis.url });
    for (let number = 0; number < TRIALS; number++) await queue.withdraw('trial', `${runId}-${number}`);
    await queue.close();
    await expectTheSame();
  });

  it('goes on without a trial that kills whoever computes it', async () => {
    const poison = 3;
    await begin();
    let machines: ChildProcess[] = [];
    await expect
      .poll(
        async () => {
          machines = machines.filter((child) => children.has(child));
          while (machines.length < 2) machines.push(await machine({ poison }));
          return (await store.runs.find(runId))?.state;
        },
        { timeout: 120_000 },
      )
      .toBe('finished');
    const trials = await store.runs.trials(runId);
    expect(trials.filter(({ state }) => state === 'failed')).toMatchObject([
      { number: poison, reason: expect.stringMatching(/worker that computed it was lost 4 times/) },
    ]);
    expect(trials).toHaveLength(TRIALS);
  });
});

describe('a run in one process on the embedded database', () => {
  const options = () => ({ home: join(home, 'embedded') });
  const open = () => openStore({ directory: join(options().home, 'db') });

  it('comes to the same end when the process is killed again and again', async () => {
    const store = await open();
    const runId = await approveRun(store, 'embedded');
    const queue = await openQueue({ pool: store.queuePool(), soleProcess: true });
    await queue.add('run', runId, { runId });
    await queue.close();
    await store.close();
    let state: string | undefined;
    let lives = 0;
    while (state !== 'finished') {
      expect(++lives).toBeLessThan(20);
      const child = await startMachine({ ...options(), foldMs: 60 });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await kill(child);
      const stored = await open();
      state = (await stored.runs.find(runId))?.state;
      await stored.close();
    }
    expect(findings(JSON.parse(await readFile(join(options().home, `${runId}.json`), 'utf8')))).toEqual(
      expected,
    );
  });
});
