/** The other side of training-pool.test.ts: a task of every temper. */
import type { TaskChannel } from '../../src/queue/training-pool.ts';

export interface TestTask {
  readonly what:
    | 'double'
    | 'count'
    | 'deaf-loop'
    | 'polite-loop'
    | 'throw'
    | 'exit'
    | 'hoard'
    | 'read-buffer';
  readonly value?: number;
  readonly buffer?: ArrayBuffer;
}

export default async function run(task: TestTask & TaskChannel): Promise<number> {
  const { what, value = 0, events } = task;
  const stopFlag = new Int32Array(task.stopFlag);
  switch (what) {
    case 'double':
      return value * 2;
    case 'count':
      for (let i = 0; i < value; i++) events.postMessage(i);
      return value;
    case 'deaf-loop':
      events.postMessage(-1);
      for (let spins = 0; ; spins++) if (spins < 0) return spins;
    case 'polite-loop': {
      events.postMessage(-1);
      let spins = 0;
      while (Atomics.load(stopFlag, 0) === 0) spins++;
      return spins;
    }
    case 'throw':
      throw new RangeError('the task is broken');
    case 'exit':
      return process.exit(3);
    case 'hoard': {
      const hoard: number[][] = [];
      for (;;) hoard.push(new Array(100_000).fill(hoard.length));
    }
    case 'read-buffer':
      return new Uint8Array(task.buffer ?? new ArrayBuffer(0))[value];
  }
}
