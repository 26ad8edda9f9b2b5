import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { type JobQueues, openQueue } from '../../src/queue/queue.ts';
import { openStore } from '../../src/store/store.ts';
import { createDatabase, createRedisPrefix, postgresMissing, redisMissing } from '../contracts/services.ts';

// Each of these starts a process that opens a store.
vi.setConfig({ testTimeout: 60_000 });

const QUICK = { lockMs: 1500, stalledCheckMs: 500 };

/** Has another process take the job, and kills it in the middle. */
async function killWorkerOf(jobId: string, ...where: [string, string, string]): Promise<void> {
  const script = fileURLToPath(new URL('./crash-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...where, jobId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  expect(String(line)).toBe('attempt 1\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function takeOver(queues: JobQueues): Promise<{ jobId: string; attempt: number }> {
  return new Promise((resolve) => {
    void queues.work('run', async (_payload, { jobId, attempt }) => resolve({ jobId, attempt }));
  });
}

it.skipIf(redisMissing)(`takes over the job of a killed worker on Redis ${redisMissing ?? ''}`, async () => {
  const redis = createRedisPrefix();
  await killWorkerOf('job', 'redis', redis.url, redis.prefix);
  const queues = await openQueue({ redisUrl: redis.url, prefix: redis.prefix }, { timing: QUICK });
  expect(await takeOver(queues)).toMatchObject({ jobId: 'job', attempt: 2 });
  await queues.close();
  await redis.drop();
});

it.skipIf(postgresMissing)(
  `takes over the job of a killed worker on PostgreSQL ${postgresMissing ?? ''}`,
  async () => {
    const database = await createDatabase();
    await killWorkerOf('job', 'postgres', database.url, '-');
    const store = await openStore({ databaseUrl: database.url });
    const queues = await openQueue({ pool: store.queuePool(), soleProcess: false }, { timing: QUICK });
    expect(await takeOver(queues)).toMatchObject({ jobId: 'job', attempt: 2 });
    await queues.close();
    await store.close();
    await database.drop();
  },
);

it('takes over what a killed process left in the embedded database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mw-queue-'));
  const directory = join(folder, 'db');
  await killWorkerOf('job', 'folder', directory, '-');
  const store = await openStore({ directory });
  const queues = await openQueue({ pool: store.queuePool(), soleProcess: true });
  const taken = await takeOver(queues);
  expect(taken).toMatchObject({ jobId: 'job', attempt: 2 });
  await queues.close();
  await store.close();
  await rm(folder, { recursive: true });
});

it.each([['Redis', { redisUrl: 'redis://127.0.0.1:1' }]])(
  'says so when %s does not answer',
  async (_, location) => {
    await expect(openQueue(location)).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
  },
);
