/** What every queue promises, whatever it is built on. */
import { afterEach, describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import type { TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { JobQueues, QueueOptions } from '../../src/queue/queue.ts';
import { PutOff } from '../../src/queue/worker.ts';

/** Opens one more handle on the same queues, as another process would. */
export type OpenQueues = (options: QueueOptions) => Promise<JobQueues>;

/** Locks as in production: what comes back soon does not come back because its lock lapsed. */
const TIMING = { closeGraceMs: 500 };

export function describeQueue(name: string, open: OpenQueues): void {
  describe(name, () => {
    const opened: JobQueues[] = [];
    let count = 0;
    /** Every test has jobs of its own; the queues are shared. */
    const id = () => `job-${name.replaceAll(/\W/g, '')}-${++count}`;

    async function openQueues(): Promise<JobQueues> {
      const queues = await open({ timing: TIMING });
      opened.push(queues);
      return queues;
    }

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((queues) => queues.close()));
    });

    it('hands a job with its payload to the processor', async () => {
      const queues = await openQueues();
      const { promise, resolve } = withResolvers<unknown>();
      await queues.work('ingest', async (payload, { jobId, attempt }) =>
        resolve({ payload, jobId, attempt }),
      );
      const jobId = id();
      await queues.add('ingest', jobId, { threadId: 'T1-C1-1.2', key: 'k' });
      expect(await promise).toEqual({ payload: { threadId: 'T1-C1-1.2', key: 'k' }, jobId, attempt: 1 });
    });

    it('starts a job when it is told of it, not when it would look by itself', async () => {
      const queues = await openQueues();
      let started: (at: number) => void = () => undefined;
      await queues.work('deliver', async () => started(performance.now()));
      const latencies: number[] = [];
      for (let i = 0; i < 11; i++) {
        const start = new Promise<number>((resolve) => {
          started = resolve;
        });
        const addedAt = performance.now();
        await queues.add('deliver', id(), { threadId: 't', what: 'plan', id: String(i) });
        latencies.push((await start) - addedAt);
      }
      const LOOKS_EVERY_MS = 5000;
      expect(median(latencies)).toBeLessThan(LOOKS_EVERY_MS / 2);
    });

    it('runs a job once, however often it is added: before, during and after', async () => {
      const queues = await openQueues();
      const jobId = id();
      const add = () => queues.add('propose', jobId, { threadId: 't', key: 'k' });
      await Promise.all([add(), add(), add()]);
      let runs = 0;
      const { promise: began, resolve: begin } = withResolvers<void>();
      const { promise: released, resolve: release } = withResolvers<void>();
      await queues.work('propose', async () => {
        runs++;
        begin();
        await released;
      });
      await began;
      await add();
      release();
      await sleep(100);
      await add();
      await sleep(300);
      expect(runs).toBe(1);
    });

    it('tries again after an error that may pass', async () => {
      const queues = await openQueues();
      const attempts: number[] = [];
      const { promise, resolve } = withResolvers<void>();
      await queues.work('ingest', async (_payload, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new ModelwrightError('INTERNAL', { detail: 'the first time' });
        resolve();
      });
      await queues.add('ingest', id(), { threadId: 't', key: 'k' });
      await promise;
      expect(attempts).toEqual([1, 2]);
    });

    it('puts a job off that cannot be done now, which is none of its attempts', async () => {
      const queues = await openQueues();
      const seen: { putOff: number; lost: number; marks: number }[] = [];
      const { promise, resolve } = withResolvers<void>();
      await queues.work('ingest', async (_payload, { putOff, lost, marks, mark }) => {
        seen.push({ putOff, lost, marks });
        if (putOff === 1) await mark();
        // As often as a job has attempts, and once more.
        if (putOff < 6) throw new PutOff('there is no room', 1);
        resolve();
      });
      await queues.add('ingest', id(), { threadId: 't', key: 'k' });
      await promise;
      const expected = Array.from({ length: 7 }, (_, putOff) => ({
        putOff,
        lost: 0,
        marks: putOff > 1 ? 1 : 0,
      }));
      expect(seen).toEqual(expected);
    });

    it('puts a job off while a server that it needs is away', async () => {
      const queues = await openQueues();
      const { promise, resolve } = withResolvers<number>();
      await queues.work('ingest', async (_payload, { putOff }) => {
        if (putOff === 0) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
        resolve(putOff);
      });
      await queues.add('ingest', id(), { threadId: 't', key: 'k' });
      expect(await promise).toBe(1);
    });

    it('serves lanes by their shares, and forgets a shared job when it is done', async () => {
      const queues = await openQueues();
      const lanes = ['a', 'a', 'a', 'a', 'b', 'b'];
      const jobs = lanes.map((lane) => ({ lane, jobId: id() }));
      for (const [number, { lane, jobId }] of jobs.entries()) {
        const payload = { runId: lane, spec: trialSpec(number), together: 1 };
        await queues.addShared('trial', jobId, payload, { lane, cost: 10 });
      }
      const served: string[] = [];
      await queues.work('trial', async ({ runId }) => void served.push(runId), { concurrency: 1 });
      await expect.poll(() => served.length).toBe(lanes.length);
      expect(served.slice(0, 4).toSorted()).toEqual(['a', 'a', 'b', 'b']);
      for (const { jobId } of jobs) await expect.poll(() => queues.stateOf('trial', jobId)).toBe('gone');
    });

    it('takes back a shared job that nobody has begun', async () => {
      const queues = await openQueues();
      const [kept, withdrawn] = [id(), id()];
      for (const [number, jobId] of [withdrawn, kept].entries()) {
        const payload = { runId: 'r', spec: trialSpec(number), together: 1 };
        await queues.addShared('trial', jobId, payload, { lane: 'r', cost: 1 });
      }
      await queues.withdraw('trial', withdrawn);
      expect(await queues.stateOf('trial', withdrawn)).toBe('gone');
      const served: string[] = [];
      await queues.work('trial', async (_payload, { jobId }) => void served.push(jobId));
      await expect.poll(() => served).toEqual([kept]);
    });

    it('gives a job up at once after an error that will not pass, and says so', async () => {
      const queues = await openQueues();
      let runs = 0;
      const { promise, resolve } = withResolvers<unknown>();
      await queues.work(
        'ingest',
        async () => {
          runs++;
          throw new ModelwrightError('DATA_EMPTY', { name: 'empty.csv' });
        },
        { onGivenUp: async (payload, error, jobId) => resolve({ payload, error, jobId }) },
      );
      const jobId = id();
      await queues.add('ingest', jobId, { threadId: 't', key: 'k' });
      const givenUp = await promise;
      expect(givenUp).toMatchObject({
        payload: { threadId: 't', key: 'k' },
        error: { code: 'DATA_EMPTY' },
        jobId,
      });
      await sleep(300);
      expect(runs).toBe(1);
    });

    it('takes an id of digits only, as the hash of a plan may be', async () => {
      const queues = await openQueues();
      const { promise, resolve } = withResolvers<string>();
      await queues.work('run', async (_payload, { jobId }) => resolve(jobId));
      await queues.add('run', '1234567890123456', { runId: 'r' });
      expect(await promise).toBe('1234567890123456');
    });

    it('refuses a payload that is not of its queue and an id with other characters', async () => {
      const queues = await openQueues();
      await expect(queues.add('run', id(), { threadId: 't' } as never)).rejects.toThrow(/runId/);
      await expect(queues.add('run', 'a:b', { runId: 'r' })).rejects.toThrow(/cannot be the id/);
    });

    it('tells listeners elsewhere how far a job is, in order', async () => {
      const [here, there] = [await openQueues(), await openQueues()];
      const jobId = id();
      const heard: unknown[] = [];
      const { promise, resolve } = withResolvers<void>();
      const unlisten = await there.onProgress('run', (job, value) => {
        if (job !== jobId) return;
        heard.push(value);
        if (heard.length === 5) resolve();
      });
      await sleep(100); // until the listener has found the end of the events
      await here.work('run', async (_payload, { progress }) => {
        for (let done = 1; done <= 5; done++) await progress({ done, best: { auc: 0.5 + done / 100 } });
      });
      await here.add('run', jobId, { runId: 'r' });
      await promise;
      expect(heard).toEqual([1, 2, 3, 4, 5].map((done) => ({ done, best: { auc: 0.5 + done / 100 } })));
      unlisten();
    });

    it('works on one run at a time and on several of the others', async () => {
      const queues = await openQueues();
      const most = { run: 0, ingest: 0 };
      let ended = 0;
      for (const queue of ['run', 'ingest'] as const) {
        let now = 0;
        await queues.work(queue, async () => {
          now++;
          most[queue] = Math.max(most[queue], now);
          await sleep(150);
          now--;
          ended++;
        });
      }
      for (let i = 0; i < 3; i++) {
        await queues.add('run', id(), { runId: `r${i}` });
        await queues.add('ingest', id(), { threadId: 't', key: `k${i}` });
      }
      await expect.poll(() => ended).toBe(6);
      expect(most.run).toBe(1);
      expect(most.ingest).toBeGreaterThan(1);
    });

    it('gives a job back on close, and the next worker takes it at once', async () => {
      const first = await openQueues();
      const jobId = id();
      const { promise: began, resolve: begin } = withResolvers<void>();
      await first.work('run', async (_payload, { signal }) => {
        begin();
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('interrupted'))),
        );
      });
      await first.add('run', jobId, { runId: 'r' });
      await began;
      await first.close();
      const second = await openQueues();
      const { promise, resolve } = withResolvers<{ jobId: string; attempt: number }>();
      await second.work('run', async (_payload, context) => resolve(context));
      expect(await promise).toMatchObject({ jobId, attempt: 2 });
    });

    it('lets a job end that finishes while the worker closes', async () => {
      const first = await openQueues();
      const jobId = id();
      const { promise: began, resolve: begin } = withResolvers<void>();
      await first.work('run', async (_payload, { signal }) => {
        begin();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      });
      await first.add('run', jobId, { runId: 'r' });
      await began;
      await first.close();
      const second = await openQueues();
      let runs = 0;
      await second.work('run', async () => void runs++);
      await sleep(400);
      expect(runs).toBe(0);
    });

    it('does not wait for a processor that does not listen', async () => {
      const first = await openQueues();
      const jobId = id();
      const { promise: began, resolve: begin } = withResolvers<void>();
      const { promise: deaf, resolve: end } = withResolvers<void>();
      await first.work('run', async () => {
        begin();
        await deaf;
      });
      await first.add('run', jobId, { runId: 'r' });
      await began;
      await first.close();
      const second = await openQueues();
      const { promise, resolve } = withResolvers<string>();
      await second.work('run', async (_payload, context) => resolve(context.jobId));
      expect(await promise).toBe(jobId);
      end();
    });

    it('moves a hundred jobs side by side', async () => {
      const queues = await openQueues();
      const seen = new Set<string>();
      const { promise, resolve } = withResolvers<void>();
      await queues.work('ingest', async (_payload, { jobId, progress }) => {
        await progress({ half: true });
        seen.add(jobId);
        if (seen.size === 100) resolve();
      });
      await Promise.all(
        Array.from({ length: 100 }, () => queues.add('ingest', id(), { threadId: 't', key: 'k' })),
      );
      await promise;
      expect(seen.size).toBe(100);
    });
  });
}

function trialSpec(number: number): TrialSpec {
  return { number, family: 'linear', parameters: {}, origin: 'default', seed: 1 };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
