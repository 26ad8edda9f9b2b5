/** A clock that stands still while anything happens, and jumps to the next alarm when everybody waits: hours pass in a moment,
 *  and in the same way on every machine. */
import { setImmediate as turn } from 'node:timers/promises';
import type { RunClock } from '../../src/run/timer.ts';

interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
}

export interface VirtualTime extends RunClock {
  sleep(seconds: number): Promise<void>;
  /** Lets the clock run until the promise is settled. */
  during<T>(promise: Promise<T>): Promise<T>;
}

/** Turns of the event loop in which everything goes as far as it can. Nothing here waits for a disk or a socket. */
const TURNS = 40;

export function virtualTime(): VirtualTime {
  let nowMs = 1_000_000;
  let alarms: Alarm[] = [];
  const after: RunClock['after'] = (ms, ring) => {
    const alarm = { atMs: nowMs + Math.max(0, ms), ring };
    alarms.push(alarm);
    return () => {
      alarms = alarms.filter((one) => one !== alarm);
    };
  };
  return {
    now: () => nowMs,
    after,
    sleep: (seconds) =>
      new Promise((resolve) => {
        after(1000 * seconds, resolve);
      }),
    async during(promise) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      promise.then(settle, settle);
      while (!isSettled) {
        for (let i = 0; i < TURNS && !isSettled; i++) await turn();
        const next = alarms.reduce<Alarm | null>((a, b) => (a && a.atMs <= b.atMs ? a : b), null);
        if (isSettled || !next) continue;
        alarms = alarms.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.ring();
      }
      return promise;
    },
  };
}

/** Threads of a training pool in virtual time: tasks wait for one in the order in which they come, and one that is asked to
 *  end takes the grace that a thread is given. */
export function virtualThreads(time: VirtualTime, threads: number, graceSeconds = 1) {
  let free = threads;
  const waiting: (() => void)[] = [];
  return async (seconds: number, signal: AbortSignal): Promise<void> => {
    if (free > 0) free--;
    else {
      const begins = await new Promise<boolean>((resolve) => {
        const begin = () => resolve(true);
        waiting.push(begin);
        signal.addEventListener('abort', () => {
          const at = waiting.indexOf(begin);
          if (at >= 0) waiting.splice(at, 1);
          if (at >= 0) resolve(false);
        });
      });
      if (!begins) return;
    }
    if (!signal.aborted) {
      const ended = Promise.withResolvers<boolean>();
      const callOff = time.after(1000 * seconds, () => ended.resolve(true));
      signal.addEventListener('abort', () => ended.resolve(false), { once: true });
      if (!(await ended.promise)) {
        callOff();
        await time.sleep(Math.min(seconds, graceSeconds));
      }
    }
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
}
