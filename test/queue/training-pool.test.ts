import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrainingPool, type TrainingPool } from '../../src/queue/training-pool.ts';
import type { TestTask } from './test-thread.ts';

const ENTRY = new URL('./test-thread.ts', import.meta.url);

let pool: TrainingPool<TestTask, number, number>;
beforeAll(() => {
  pool = createTrainingPool({ entry: ENTRY, threads: 2, graceMs: 500, maxHeapMb: 64 });
});
afterAll(() => pool.close());

/** Starts the task, aborts it when it has said that it began, and waits for its end. */
async function abortOnceBegun(task: TestTask): Promise<PromiseSettledResult<number>> {
  const controller = new AbortController();
  const run = pool.run(task, {
    signal: controller.signal,
    onEvent: () => {
      controller.abort(new Error('stopped by a person'));
    },
  });
  const [result] = await Promise.allSettled([run]);
  return result as PromiseSettledResult<number>;
}

it('computes in a thread that is written in TypeScript', async () => {
  expect(await pool.run({ what: 'double', value: 21 })).toBe(42);
});

it('delivers every event in order before the result', async () => {
  const events: number[] = [];
  expect(await pool.run({ what: 'count', value: 5000 }, { onEvent: (event) => events.push(event) })).toBe(
    5000,
  );
  expect(events).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

it('delivers events while the task computes without a pause', async () => {
  const { status } = await abortOnceBegun({ what: 'polite-loop' });
  expect(status).toBe('fulfilled');
});

it('hands over buffers without a copy', async () => {
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  expect(await pool.run({ what: 'read-buffer', buffer, value: 1 }, { transferList: [buffer] })).toBe(2);
  expect(buffer.byteLength).toBe(0);
});

describe('a task that is stopped', () => {
  it('may end with the result that it has', async () => {
    const result = await abortOnceBegun({ what: 'polite-loop' });
    expect(result).toMatchObject({ status: 'fulfilled' });
  });

  it('loses its thread when it does not listen', async () => {
    const result = await abortOnceBegun({ what: 'deaf-loop' });
    expect(result).toMatchObject({ status: 'rejected', reason: new Error('stopped by a person') });
    expect(await pool.run({ what: 'double', value: 1 })).toBe(2);
  });

  it('never starts when it was stopped before, or while it waits for a thread', async () => {
    const stopped = AbortSignal.abort(new Error('already'));
    await expect(pool.run({ what: 'deaf-loop' }, { signal: stopped })).rejects.toThrow('already');
    const controller = new AbortController();
    const [a, b, waiting] = [1, 2, 3].map(() =>
      pool.run({ what: 'polite-loop' }, { signal: controller.signal }),
    );
    controller.abort(new Error('all of them'));
    await expect(waiting).rejects.toThrow('all of them');
    await Promise.allSettled([a, b]);
  });
});

describe('a task that breaks', () => {
  it('rejects with its own error', async () => {
    await expect(pool.run({ what: 'throw' })).rejects.toThrow(new RangeError('the task is broken'));
  });

  it('takes its thread down alone: the others go on and the next one starts', async () => {
    const outcomes = await Promise.allSettled([
      pool.run({ what: 'exit' }),
      pool.run({ what: 'double', value: 1 }),
      pool.run({ what: 'exit' }),
      pool.run({ what: 'double', value: 2 }),
      pool.run({ what: 'double', value: 3 }),
    ]);
    expect(outcomes).toMatchObject([
      { reason: { code: 'TRAINING_THREAD_LOST' } },
      { value: 2 },
      { reason: { code: 'TRAINING_THREAD_LOST' } },
      { value: 4 },
      { value: 6 },
    ]);
  });

  it('says so when it needs too much memory', async () => {
    await expect(pool.run({ what: 'hoard' })).rejects.toMatchObject({ code: 'TRAINING_OUT_OF_MEMORY' });
    expect(await pool.run({ what: 'double', value: 4 })).toBe(8);
  });

  it('is stopped when nobody can bear its events', async () => {
    const onEvent = () => {
      throw new TypeError('cannot read this');
    };
    await expect(pool.run({ what: 'polite-loop' }, { onEvent })).rejects.toThrow('cannot read this');
  });
});

it('computes as many tasks side by side as it has threads', async () => {
  const controller = new AbortController();
  const begun: number[] = [];
  const runs = [0, 1, 2].map((i) =>
    pool.run({ what: 'polite-loop' }, { signal: controller.signal, onEvent: () => begun.push(i) }),
  );
  await expect.poll(() => begun.length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(begun.sort()).toEqual([0, 1]);
  controller.abort();
  await Promise.allSettled(runs);
});

it('does not keep the process from ending', async () => {
  const module = fileURLToPath(new URL('../../src/queue/training-pool.ts', import.meta.url));
  const script = `
    import { createTrainingPool } from ${JSON.stringify(module)};
    const pool = createTrainingPool({ entry: new URL(${JSON.stringify(ENTRY.href)}), threads: 2 });
    console.log(await pool.run({ what: 'double', value: 3 }));`;
  const node = promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
  ]);
  expect((await node).stdout).toBe('6\n');
});

it('rejects what is under way when it is closed', async () => {
  const closing = createTrainingPool<TestTask, number, number>({ entry: ENTRY, threads: 1 });
  const run = closing.run({ what: 'deaf-loop' }, { onEvent: () => void closing.close() });
  await expect(run).rejects.toThrow();
});
