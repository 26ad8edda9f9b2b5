/** Threads that help with large fits of boosted trees. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { HelperThreads } from '../src/ml/estimator.ts';
import { threadCpuSeconds } from './thread-cpu.mjs';

/** How long a thread waits for another fit. */
const IDLE_MS = 60_000;
/** A fit that has ended waits so long for its helpers to come back. */
const PATIENCE_MS = 50;

/** Threads of earlier fits that wait for the next one, each with what ends its wait. */
const idle = new Map<Worker, NodeJS.Timeout>();

let helpedSeconds = 0;

/** CPU seconds that helpers have used for fits of this thread: of those that have come back. */
export function helperCpuSeconds(): number {
  return helpedSeconds;
}

/** @param size threads beside the caller's. */
export function createTreeHelpers(size: number): HelperThreads {
  return {
    size,
    cpuSeconds: threadCpuSeconds,
    start(tasks) {
      const away = new Set<Worker>();
      const back = tasks.map(async (task) => {
        const worker = takeWorker();
        away.add(worker);
        worker.postMessage(task);
        const isFree = await once(worker, 'message').then(
          ([cpuSeconds]) => {
            helpedSeconds += Number(cpuSeconds);
            return true;
          },
          () => false, // it could not start: the fit goes on without it
        );
        away.delete(worker);
        if (isFree) keepWorker(worker);
      });
      return async () => {
        await Promise.race([Promise.all(back), delay(PATIENCE_MS, undefined, { ref: false })]);
        // One that is still on its way finds the fit over and comes back by itself; nothing needs to wait for it.
        for (const worker of away) worker.unref();
      };
    },
  };
}

function takeWorker(): Worker {
  for (const [worker, end] of idle) {
    clearTimeout(end);
    idle.delete(worker);
    worker.ref();
    return worker;
  }
  return new Worker(new URL('./tree-helper-thread.mjs', import.meta.url), { execArgv: [] });
}

/** Does not keep the process alive. */
function keepWorker(worker: Worker): void {
  worker.unref();
  const end = setTimeout(() => {
    idle.delete(worker);
    worker.terminate();
  }, IDLE_MS);
  idle.set(worker, end.unref());
}
