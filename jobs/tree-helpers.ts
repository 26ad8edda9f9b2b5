/** Threads that help with large fits of boosted trees. */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { HelperThreads } from '../src/ml/estimator.ts';

/** What a helper's thread is told of a fit. */
export interface HelperTask {
  readonly memory: WasmMemory;
  /** Pointer to the helper's control block. */
  readonly control: number;
}

/** A thread is started from source, as this one was. */
const TYPESCRIPT = new URL('../src/queue/load-typescript.mjs', import.meta.url).href;

/** How long a thread waits for another fit. */
const IDLE_MS = 60_000;
/** A fit that has ended waits so long for its helpers to come back. */
const PATIENCE_MS = 50;

/** Starting a thread takes as long as a fit of 50,000 rows, so those of the last fit wait a while for the next one; each
 *  with what ends its wait. */
const idle = new Map<Worker, NodeJS.Timeout>();

/** @param size threads beside the caller's. */
export function createTreeHelpers(size: number): HelperThreads {
  return {
    size,
    start(memory, controls) {
      const away = new Set<Worker>();
      const back = controls.map(async (control) => {
        const worker = takeWorker();
        away.add(worker);
        worker.postMessage({ memory, control } satisfies HelperTask);
        const isFree = await nextMessage(worker).then(
          () => true,
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
  return new Worker(new URL('./tree-helper-thread.ts', import.meta.url), {
    execArgv: ['--import', TYPESCRIPT],
  });
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

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      end();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    worker.once('message', onMessage);
    worker.once('error', onError);
  });
}
