/** Threads in which training computes, one task each, so that this process keeps answering. */
import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
} from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ModelwrightError } from '../errors/errors.ts';

/** What the pool adds to every task's input. */
export interface TaskChannel {
  /** The task posts its events here. They arrive while it computes, in order. */
  readonly events: MessagePort;
  /** 4 bytes, an Int32: not 0 once the task should end with what it has. */
  readonly stopFlag: SharedArrayBuffer;
}

export interface TrainingPoolOptions {
  /** Module whose default export is `(input & TaskChannel) => Promise<result>`. A `.ts` module is loaded through tsx. */
  readonly entry: URL;
  /** Tasks side by side. */
  readonly threads: number;
  /** How long a task may take to end by itself after it was asked to stop; then its thread is ended. Default 1000. */
  readonly graceMs?: number;
  /** Of the JavaScript heap of one thread; typed arrays do not count. Default: Node's own limit. */
  readonly maxHeapMb?: number;
}

export interface RunOptions<Event> {
  readonly signal?: AbortSignal;
  /** Called in order, and for all events before `run` resolves. If it throws, the task is stopped and `run` rejects.
   *  @param answer posts a value to the task, for events that ask for one. */
  readonly onEvent?: (event: Event, answer: (value: unknown) => void) => void;
  readonly transferList?: readonly Transferable[];
  /** How long the task may compute, from the moment in which it has a thread; then it is stopped, whatever it says. */
  readonly limitMs?: number;
}

export interface TrainingPool<Input extends object, Result, Event> {
  /** Computes one task; waits while all threads are busy.
   *  @throws the signal's reason, when the task was stopped and did not end with a result within the grace.
   *  @throws ModelwrightError TRAINING_OUT_OF_MEMORY, TRAINING_THREAD_LOST, TRAINING_TOO_LONG; other tasks go on.
   *  @throws whatever the task threw. */
  run(input: Input, options?: RunOptions<Event>): Promise<Result>;
  /** Tasks that would have a thread at once. */
  readonly free: number;
  /** Ends all threads; tasks under way reject with an AbortError. */
  close(): Promise<void>;
}

/** Threads are kept for so long after their last task, because loading the engine into a new one takes a while. */
const IDLE_MS = 30_000;

/** The threads never keep the process from ending. */
export function createTrainingPool<Input extends object, Result, Event>({
  entry,
  threads,
  graceMs = 1000,
  maxHeapMb,
}: TrainingPoolOptions): TrainingPool<Input, Result, Event> {
  const piscina = new Piscina<Input & TaskChannel, Result>({
    filename: fileURLToPath(entry),
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    concurrentTasksPerWorker: 1,
    // Waiting on atomics would hold up what a task left to the event loop, and training tasks are long anyway.
    atomics: 'disabled',
    execArgv: entry.pathname.endsWith('.ts') ? ['--import', tsxLoader()] : [],
    ...(maxHeapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
  });

  // A thread that dies while idle is replaced when the next task comes.
  piscina.on('error', () => undefined);
  // Piscina never sees more tasks than it has threads: those it holds back are forgotten when a thread dies (5.3).
  const slots = new Slots(threads);

  return {
    async run(input, { signal, onEvent = () => undefined, transferList = [], limitMs } = {}) {
      const leave = await slots.enter(signal);
      const { port1: events, port2: theirEnd } = new MessageChannel();
      const stopFlag = new SharedArrayBuffer(4);
      const termination = new AbortController();
      let grace: NodeJS.Timeout | undefined;
      let tooLong = false;
      let limit: NodeJS.Timeout | undefined;
      let listenerError: { readonly error: unknown } | undefined;

      const stop = () => {
        Atomics.store(new Int32Array(stopFlag), 0, 1);
        grace ??= setTimeout(() => termination.abort(), graceMs);
      };
      const deliver = (event: Event) => {
        if (listenerError) return;
        try {
          onEvent(event, (value) => events.postMessage(value));
        } catch (error) {
          listenerError = { error };
          stop();
        }
      };
      const deliverRest = () => {
        for (let rest = receiveMessageOnPort(events); rest; rest = receiveMessageOnPort(events))
          deliver(rest.message);
      };

      events.on('message', deliver);
      signal?.addEventListener('abort', stop, { once: true });
      try {
        if (limitMs !== undefined) {
          limit = setTimeout(() => {
            tooLong = true;
            stop();
          }, limitMs);
        }
        signal?.throwIfAborted(); // while the slot was handed over
        const result = await piscina.run(
          { ...input, events: theirEnd, stopFlag },
          { signal: termination.signal, transferList: [theirEnd, ...transferList] as never },
        );
        deliverRest();
        if (listenerError) throw listenerError.error;
        if (tooLong && !signal?.aborted) throw tooLongError(limitMs as number);
        return result;
      } catch (error) {
        deliverRest();
        if (listenerError) throw listenerError.error;
        if (tooLong && !signal?.aborted) throw tooLongError(limitMs as number);
        throw termination.signal.aborted && signal ? signal.reason : named(error);
      } finally {
        leave();
        clearTimeout(grace);
        clearTimeout(limit);
        signal?.removeEventListener('abort', stop);
        events.close();
      }
    },
    get free() {
      return slots.free;
    },
    close: () => piscina.destroy(),
  };
}

/** Lets `free` callers in at once, the others in the order in which they came. */
class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  get free(): number {
    return this.#free;
  }

  /** @returns makes room for the next one.
   *  @throws the signal's reason if it aborts before there is room. */
  async enter(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return () => {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const give = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(give), 1);
        reject(signal?.reason);
      };
      if (signal) setMaxListeners(0, signal); // all tasks of a run share one
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.push(give);
    });
  }
}

function tsxLoader(): string {
  return new URL('./load-typescript.mjs', import.meta.url).href;
}

function tooLongError(limitMs: number): ModelwrightError {
  return new ModelwrightError('TRAINING_TOO_LONG', { seconds: Math.round(limitMs / 1000) });
}

/** What happened to the thread, in our words; what the task itself threw stays as it is. */
function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ModelwrightError('TRAINING_OUT_OF_MEMORY', {}, { cause: error });
  }
  const isThreadLost = /^(worker exited|Terminating worker thread)/i.test(error.message);
  return isThreadLost
    ? new ModelwrightError('TRAINING_THREAD_LOST', { detail: error.message }, { cause: error })
    : error;
}
