/** One network whose rows are in parts, trained by two worker processes through Redis, while they are killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/deps.ts';
import { planHash } from '../../src/plan/identity.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { executeRun } from '../../src/run/execute.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { shopExperiment, shopTable } from '../ml/search/small-experiment.ts';
import { samplePlan } from '../plan/sample-plan.ts';
import { tinyJournal } from '../run/tiny-engine.ts';
import {
  type OwnServer,
  ownPostgresMissing,
  ownRedisMissing,
  startPostgres,
  startRedis,
} from '../support/servers.ts';
import type { ShardMachineOptions } from './shard-machine.ts';

const ROWS = 4000;
const PARTS = 3;
const usual = samplePlan({ trials: 1, budgetSeconds: 3000, families: ['mlp'], shards: PARTS });
const PLAN: Plan = {
  ...usual,
  experiment: { ...shopExperiment('binary'), folds: 2, finish: 'single' },
  candidates: usual.candidates.map((candidate) => ({
    ...candidate,
    defaults: candidate.defaults.map((setting) => ({
      ...setting,
      maxSteps: 30,
      patience: 0,
      hiddenUnits: 160,
      batchSize: 32,
    })),
  })),
};
const THREAD = 'T1-C1-1.1';
const AT = '2026-01-31T12:00:00.000Z';

interface Machine {
  readonly child: ChildProcess;
  /** Lines that it has said. */
  readonly said: string[];
}

const machines = new Set<Machine>();

async function startMachine(options: ShardMachineOptions): Promise<Machine> {
  const script = fileURLToPath(new URL('./shard-machine.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const machine = { child, said: [] as string[] };
  machines.add(machine);
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('a machine ended before it was ready')));
    child.stdout?.on('data', (text) => {
      machine.said.push(...String(text).trim().split('\n'));
      if (machine.said.includes('ready')) resolve();
    });
  });
  return machine;
}

async function kill(machine: Machine): Promise<void> {
  const { child } = machine;
  machines.delete(machine);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function approveRun(store: Store, id: string): Promise<void> {
  await store.threads.open({ id: THREAD, team: 'T1', channel: 'C1', rootTs: '1.1' }, 'U1');
  const hash = planHash(PLAN);
  const version = (await store.plans.ofThread(THREAD)).length + 1;
  await store.plans.propose({
    ...{
      id,
      threadId: THREAD,
      version,
      hash,
      plan: PLAN,
      status: 'proposed',
      proposedAt: AT,
      decision: null,
    },
  });
  await store.plans.decide(id, hash, 'approved', { by: 'U2', at: AT, reason: null });
  await store.runs.create(id, THREAD, 'T1', AT);
}

/** Everything but the clock. */
function findings(outcome: object): unknown {
  const timeless = (key: string, value: unknown) =>
    /seconds$/i.test(key) || key === 'left' ? undefined : value;
  return JSON.parse(JSON.stringify(outcome, timeless));
}

/** In this process, without a queue. */
async function undisturbed(home: string): Promise<unknown> {
  const store = await openStore({ memory: true });
  const engine = openEngine({ threads: 1, memoryMb: null, home, backbone: null });
  try {
    await approveRun(store, 'undisturbed');
    const run = await store.runs.find('undisturbed');
    if (!run) throw new Error('the run is gone');
    const table = shopTable(ROWS);
    const forPlan = engine.forPlan(async () => table, PLAN);
    const outcome = await executeRun(run, PLAN, tinyJournal(store.runs), forPlan, {
      ...{ signal: new AbortController().signal, onProgress: () => undefined, now: Date.now, hardStop: true },
    });
    return findings(outcome);
  } finally {
    await engine.close();
    await store.close();
  }
}

const missing = ownRedisMissing ?? ownPostgresMissing;

describe.skipIf(missing)(`a network in parts on two machines ${missing ?? ''}`, () => {
  let home: string;
  let redis: OwnServer;
  let postgres: OwnServer;
  let store: Store;
  let expected: unknown;
  const runId = 'run';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'mw-shards-'));
    expected = await undisturbed(home);
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    store = await openStore({ databaseUrl: postgres.url });
  });
  afterEach(async () => {
    await Promise.all([...machines].map(kill));
  });
  afterAll(async () => {
    await store?.close();
    await Promise.all([redis?.close(), postgres?.close()]);
    await rm(home, { recursive: true, force: true });
  });

  const machine = (options: Partial<ShardMachineOptions> = {}) =>
    startMachine({
      ...{
        home,
        databaseUrl: postgres.url,
        redisUrl: redis.url,
        rows: ROWS,
        takesRuns: true,
        diesAfter: null,
      },
      ...options,
    });

  async function begin(): Promise<void> {
    await approveRun(store, runId);
    const queue = await openQueue({ redisUrl: redis.url });
    await queue.add('run', runId, { runId });
    await queue.close();
  }

  const partsOf = ({ said }: Machine) => said.filter((line) => line === 'part').length;

  it('comes to the same end when one dies in the middle of a part, and then the one whose fit it is', async () => {
    const [dying, first, second] = await Promise.all([
      machine({ takesRuns: false, diesAfter: 2 }),
      machine(),
      machine(),
    ]);
    const gone = once(dying.child, 'exit');
    await begin();
    await gone;
    expect(partsOf(dying)).toBe(2);
    expect((await store.runs.find(runId))?.state).toBe('running');
    await kill(first.said.includes('trial') ? first : second);
    await expect
      .poll(async () => (await store.runs.find(runId))?.state, { interval: 100, timeout: 120_000 })
      .toBe('finished');
    const outcome = JSON.parse(await readFile(join(home, `${runId}.json`), 'utf8'));
    expect(findings(outcome)).toEqual(expected);
    expect(outcome.left).toEqual([]);
  });
});
