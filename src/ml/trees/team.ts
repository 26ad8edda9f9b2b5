/** One fit on several threads: fork and join over a control block per helper in the shared memory.
 *
 *  A block is 192 bytes: int32 state, int32 number of the kernel, int32 number of arguments, 4 bytes unused, float64
 *  result, up to 16 float64 arguments, 8 bytes unused, then an int32 each for helper and caller: 1 while it sleeps. A
 *  helper computes what it is given while the caller computes a part of its own; both wait by looking often for a moment
 *  and then sleeping, since parts follow each other within microseconds. */
import type { Arena } from './arena.ts';
import { instantiateKernels, type TreeKernels } from './kernels.ts';

const BLOCK_BYTES = 192;
const MAX_ARGUMENTS = 16;
/** Where a block says who sleeps, in words. */
const HELPER = 40;
const CALLER = 41;
type Sleeper = typeof HELPER | typeof CALLER;

/** The helper has not come yet. */
const ABSENT = 0;
const IDLE = 1;
const WORK = 2;
const DONE = 3;
const END = 4;

/** Looks before a thread goes to sleep, about a tenth of a millisecond: the caller's own work between two parts takes less,
 *  and waking a thread up takes the caller a tenth of a millisecond each time. */
const LOOKS = 100_000;

/** On a machine whose processors are taken, each part waits for a helper to get a turn, and two threads take many times as
 *  long as one. A caller that has waited so long, and longer than it has worked, goes on alone. */
const PATIENCE_MS = 200;

/** What helpers can do, by number. */
const SHARED_KERNELS = [
  'addToHistogram',
  'clearHistogram',
  'mergeHistogram',
  'findBestSplit',
  'partitionRows',
  'addLeafValue',
  'binaryLogLoss',
  'multinomialLogLoss',
] as const satisfies readonly (keyof TreeKernels)[];
type SharedKernel = (typeof SHARED_KERNELS)[number];

/** Arguments of one part, and the part's result. */
type Arguments<K extends SharedKernel> = Parameters<TreeKernels[K]>;

interface ControlBlock {
  readonly words: Int32Array;
  /** Float64Array: result, then arguments. */
  readonly numbers: Float64Array;
}

export class Team {
  /** Threads that there may ever be, the caller's own included. */
  readonly most: number;
  readonly #kernels: TreeKernels;
  #called: readonly ControlBlock[];
  #helpers: readonly ControlBlock[] = [];
  #worked = 0;
  #waited = 0;

  /** @param controls pointers of the helpers' control blocks; none for a team of one. */
  constructor(arena: Pick<Arena, 'memory' | 'kernels'>, controls: readonly number[] = []) {
    this.most = controls.length + 1;
    this.#kernels = arena.kernels;
    this.#called = controls.map((pointer) => blockAt(arena.memory, pointer));
  }

  /** Threads that are there now, the caller's own included. Grows as helpers come, and falls to 1 where they keep the
   *  caller waiting: what a fit learns does not depend on it. */
  get size(): number {
    if (this.#called.length > 0) {
      const hasCome = ({ words }: ControlBlock) => Atomics.load(words, 0) !== ABSENT;
      this.#helpers = [...this.#helpers, ...this.#called.filter(hasCome)];
      this.#called = this.#called.filter((block) => !this.#helpers.includes(block));
    }
    return this.#helpers.length + 1;
  }

  /** Computes parts side by side, the first here and so are those that there is no helper for.
   *  @returns each part's result. */
  run<K extends SharedKernel>(kernel: K, parts: readonly Arguments<K>[]): number[] {
    const nHelped = Math.min(parts.length - 1, this.#helpers.length);
    if (nHelped === 0) return parts.map((values) => call(this.#kernels, kernel, values));
    const number = SHARED_KERNELS.indexOf(kernel);
    const helpers = this.#helpers.slice(0, nHelped);
    const helped = parts.slice(1, 1 + nHelped);
    helpers.forEach(({ words, numbers }, i) => {
      const values = helped[i];
      numbers.set(values, 1);
      words[1] = number;
      words[2] = values.length;
      change(words, WORK, HELPER);
    });
    const startMs = performance.now();
    const first = call(this.#kernels, kernel, parts[0]);
    const rest = parts.slice(1 + nHelped).map((values) => call(this.#kernels, kernel, values));
    const ownMs = performance.now();
    const theirs = helpers.map(({ words, numbers }) => {
      waitWhile(words, WORK, CALLER);
      const result = numbers[0];
      Atomics.store(words, 0, IDLE);
      return result;
    });
    this.#worked += ownMs - startMs;
    this.#waited += performance.now() - ownMs;
    if (this.#waited > PATIENCE_MS && this.#waited > this.#worked) this.end();
    return [first, ...theirs, ...rest];
  }

  /** Lets the helpers go. */
  end(): void {
    for (const { words } of [...this.#helpers, ...this.#called]) change(words, END, HELPER);
    this.#helpers = [];
    this.#called = [];
  }
}

/** Allocates control blocks. */
export function allocateControls(arena: Arena, nHelpers: number): number[] {
  return Array.from({ length: nHelpers }, () => {
    const pointer = arena.allocate(BLOCK_BYTES);
    arena.uint8(pointer, BLOCK_BYTES).fill(0);
    return pointer;
  });
}

/** The whole life of a helper: computes what its control block asks for until it is told to end. */
export function help(memory: WasmMemory, control: number): void {
  const kernels = instantiateKernels(memory);
  const { words, numbers } = blockAt(memory, control);
  Atomics.compareExchange(words, 0, ABSENT, IDLE); // unless the fit is over already
  for (;;) {
    waitWhile(words, IDLE, HELPER);
    waitWhile(words, DONE, HELPER);
    const state = Atomics.load(words, 0);
    if (state === END) return;
    if (state !== WORK) continue;
    const kernel = SHARED_KERNELS[words[1]];
    numbers[0] = call(kernels, kernel, Array.from(numbers.subarray(1, 1 + words[2])));
    change(words, DONE, CALLER);
  }
}

function call(kernels: TreeKernels, kernel: SharedKernel, values: readonly number[]): number {
  const compute = kernels[kernel] as (...values: readonly number[]) => number | undefined;
  return compute(...values) ?? 0;
}

function waitWhile(words: Int32Array, state: number, self: Sleeper): void {
  for (let look = 0; look < LOOKS; look++) {
    if (Atomics.load(words, 0) !== state) return;
  }
  Atomics.store(words, self, 1);
  while (Atomics.load(words, 0) === state) Atomics.wait(words, 0, state);
  Atomics.store(words, self, 0);
}

/** Wakes the other one only where it sleeps. A thread that is about to sleep has said so before it looks at the state for
 *  the last time, and `wait` looks once more. */
function change(words: Int32Array, state: number, other: Sleeper): void {
  Atomics.store(words, 0, state);
  if (Atomics.load(words, other) === 1) Atomics.notify(words, 0);
}

function blockAt(memory: WasmMemory, pointer: number): ControlBlock {
  return {
    words: new Int32Array(memory.buffer, pointer, BLOCK_BYTES / 4),
    numbers: new Float64Array(memory.buffer, pointer + 16, 1 + MAX_ARGUMENTS),
  };
}

/** Divides [0, n) into `parts` ranges of about equal size, each beginning at a multiple of `step`. */
export function ranges(n: number, parts: number, step = 1): [from: number, to: number][] {
  const bound = (part: number) =>
    part === parts ? n : Math.min(n, Math.ceil((n * part) / parts / step) * step);
  return Array.from({ length: parts }, (_, part) => [bound(part), bound(part + 1)]);
}
