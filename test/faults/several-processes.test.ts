/** Two bots and two workers on PostgreSQL and Redis; a worker is killed in the middle of a run. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorkspace } from '../../playground/server/server.ts';
import type { WireMessage } from '../../playground/server/types.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createDatabase, createRedisPrefix, postgresMissing, redisMissing } from '../contracts/services.ts';
import { type Door, killAllDoors, openWorkspace, slackEnvironment, startDoor } from '../support/processes.ts';
import {
  bringPlan,
  findings,
  isReport,
  type Place,
  posted,
  readRun,
  runAgain,
  stopAtFirstFailure,
} from './conversation.ts';

const TRIALS = 10;

/** A numbered database of Redis that no other test uses: processes take no key prefix. */
async function emptyRedis(): Promise<string> {
  const url = new URL('/14', createRedisPrefix().url).href;
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
  return url;
}

const missing = postgresMissing ?? redisMissing;

describe.skipIf(missing)(`a run on several processes ${missing ?? ''}`, () => {
  let slack: RunningWorkspace;
  let home: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let redisUrl: string;
  let store: Store;
  let doors: Door[];
  let place: Place;
  let plan: WireMessage;

  const start = (door: 'app' | 'worker') =>
    startDoor(door, home, {
      ...(door === 'app' ? slackEnvironment(slack) : {}),
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      MODELWRIGHT_THREADS: '1',
    });
  const hasTheRun = ({ log }: Door) => /run \S+ is taken up/.test(log);

  beforeAll(async () => {
    [slack, home, database, redisUrl] = await Promise.all([
      openWorkspace(),
      mkdtemp(join(tmpdir(), 'modelwright-faults-')),
      createDatabase(),
      emptyRedis(),
    ]);
    doors = await Promise.all([start('app'), start('app'), start('worker')]);
    store = await openStore({ databaseUrl: database.url });
  });
  stopAtFirstFailure(() => doors.map(({ log }) => log).join('\n'));
  afterAll(async () => {
    killAllDoors();
    await store?.close();
    await slack?.close();
    await Promise.all([database?.drop(), emptyRedis(), rm(home, { recursive: true, force: true })]);
  });

  it('makes one run of several approvals that two bots take at once', async () => {
    const { driver } = slack;
    ({ place, plan } = await bringPlan(driver, TRIALS));
    const approve = (user: string) => driver.click({ user, message: plan, actionId: 'plan_approve' });
    await Promise.all([approve('ben'), approve('ana'), approve('ben'), approve('ana')]);
    await driver.waitForMessage(({ text }) => text.startsWith('Run 1 ·'), place);
    const { run } = await readRun(store);
    expect(run.number).toBe(1);
  });

  it('goes on with the run when the process that computes it is killed', async () => {
    await expect.poll(() => doors.some(hasTheRun)).toBe(true);
    const trials = async () => (await readRun(store)).trials.length;
    await expect.poll(trials, { interval: 100 }).toBeGreaterThan(1);
    const computing = doors.find(hasTheRun) as Door;
    const others = doors.filter((door) => door !== computing);
    await computing.kill();
    await expect.poll(() => others.some(hasTheRun), { interval: 100 }).toBe(true);
  });

  it('says everything once and reports what an undisturbed run reports, to the last bit', async () => {
    await slack.driver.waitForMessage(isReport, place);
    await slack.driver.waitForMessage(({ text }) => text.startsWith('Run 1 · finished'), place);
    const { keys, lines } = await posted(slack, place, slack.driver);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(lines).size).toBe(lines.length);
    const { record, report, trials } = await readRun(store);
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: TRIALS }, (_, i) => i));
    await Promise.all(doors.map((door) => door.kill()));
    expect((await runAgain(record, home)).code).toBe(0);
    const again = JSON.parse(await readFile(join(home, 'again', 'report.json'), 'utf8'));
    expect(report && findings(report)).toEqual(findings(again));
  });
});
