/** Tables that took long to read, kept for the next run on the same data. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';

/** Tables that are kept. */
const MOST_KEPT = 2;

export interface KeptTables {
  /** The table of that key, read unless it is known or being read for another run.
   *  @throws what `read` throws; the signal's reason when it aborts. */
  get(key: string, read: () => Promise<Table>, signal: AbortSignal): Promise<Table>;
}

export function createKeptTables(): KeptTables {
  const kept = new Map<string, Promise<Table>>();
  return {
    async get(key, read, signal) {
      for (let known = kept.get(key); known; known = kept.get(key)) {
        try {
          return await orAbort(known, signal);
        } catch (error) {
          // Otherwise it was another run that was stopped while both waited for its reading.
          if (signal.aborted || error instanceof ModelwrightError) throw error;
        }
      }
      const reading = read();
      kept.set(key, reading);
      reading.catch(() => kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
      return reading;
    },
  };
}

/** The promise's value, unless the signal aborts first. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
