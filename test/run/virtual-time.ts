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

/** Threads of a training pool in virtual time: tasks wait for one in the order in which they come. */
export class VirtualThreads {
  readonly #time: VirtualTime;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(time: VirtualTime, threads: number) {
    this.#time = time;
    this.#free = threads;
  }

  /** Does a task once there is a thread for it, or when the signal aborts, for the task to see that. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (!(await this.#enter(signal))) return task();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  #enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const begin = () => resolve(true);
      this.#waiting.push(begin);
      signal.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(begin);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        resolve(false);
      });
    });
  }

  /** A task computes so long; asked to end, it takes the grace that a thread is given. */
  async compute(seconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let callOff = () => {};
    const isDone = await new Promise<boolean>((resolve) => {
      callOff = this.#time.after(1000 * seconds, () => resolve(true));
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    if (isDone) return;
    callOff();
    await this.#time.sleep(Math.min(seconds, GRACE_SECONDS));
  }
}

const GRACE_SECONDS = 1;
