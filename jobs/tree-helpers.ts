/** Threads that help with one large fit of boosted trees. */
import { Worker } from 'node:worker_threads';
import type { HelperThreads } from '../src/ml/estimator.ts';

/** A thread is started from source, as this one was. */
const TYPESCRIPT = new URL('../src/queue/load-typescript.mjs', import.meta.url).href;

/** @param size threads beside the caller's. They start with each fit, which takes some 50 ms, and end with it. */
export function createTreeHelpers(size: number): HelperThreads {
  return {
    size,
    async start(memory, controls) {
      const workers = controls.map(
        (control) =>
          new Worker(new URL('./tree-helper-thread.ts', import.meta.url), {
            workerData: { memory, control },
            execArgv: ['--import', TYPESCRIPT],
          }),
      );
      await Promise.all(
        workers.map(
          (worker) =>
            new Promise((ready, failed) => {
              worker.once('message', ready);
              worker.once('error', failed);
            }),
        ),
      );
      return async () => {
        await Promise.all(workers.map((worker) => worker.terminate()));
      };
    },
  };
}
