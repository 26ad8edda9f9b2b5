/** One fit on several threads: fork and join over a control block per helper in the shared memory. A helper computes what
 *  it is given while the caller computes a part of its own; both wait by looking often for a moment and then sleeping,
 *  since parts follow each other within microseconds. The helper's side is `ml/kernel-helper.mjs`. */
import {
  ABSENT,
  BLOCK_BYTES,
  blockAt,
  CALLER,
  type ControlBlock,
  change,
  END,
  FAILED,
  HELPER,
  type HelperTask,
  IDLE,
  WORK,
  waitWhile,
} from '../kernel-helper.mjs';
import type { Arena } from './arena.ts';
import { kernelModule, type TreeKernels } from './kernels.ts';

/** On a machine whose processors are taken, each part waits for a helper to get a turn, and two threads take longer than
 *  one. A caller that has waited so long, and longer than it has worked, goes on alone; so does one that in so long had
 *  a processor for less than this share of the time. */
const PATIENCE_MS = 200;
const LEAST_SHARE = 0.6;

/** What helpers can do, by number. */
const SHARED_KERNELS = [
  'sortPresent',
  'binNumbers',
  'transposeBins',
  'addToHistogram',
  'clearHistogram',
  'mergeHistogram',
  'findBestSplit',
  'numberRows',
  'sumGradients',
  'partitionRows',
  'addLeafValues',
  'binaryLogLoss',
  'multinomialLogLoss',
] as const satisfies readonly (keyof TreeKernels)[];
type SharedKernel = (typeof SHARED_KERNELS)[number];

/** Arguments of one part, and the part's result. */
type Arguments<K extends SharedKernel> = Parameters<TreeKernels[K]>;

export class Team {
  /** Threads that there may ever be, the caller's own included. */
  readonly most: number;
  readonly #kernels: TreeKernels;
  #called: readonly ControlBlock[];
  #helpers: readonly ControlBlock[] = [];
  readonly #cpuSeconds: (() => number) | undefined;
  #worked = 0;
  #waited = 0;
  /** When the share was looked at last. */
  #looked: { readonly ms: number; readonly cpuSeconds: number } | undefined;

  /** @param controls pointers of the helpers' control blocks; none for a team of one. @param cpuSeconds see
   *  `HelperThreads`. */
  constructor(
    arena: Pick<Arena, 'memory' | 'kernels'>,
    controls: readonly number[] = [],
    cpuSeconds?: () => number,
  ) {
    this.most = controls.length + 1;
    this.#cpuSeconds = cpuSeconds;
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
    const nHelped = Math.min(parts.length, this.size) - 1;
    if (nHelped <= 0) return this.compute(kernel, parts);
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
    const rest = this.compute(kernel, parts.slice(1 + nHelped));
    const ownMs = performance.now();
    // For all of them: one that still computes must not be let go, it would come back to nobody.
    for (const { words } of helpers) waitWhile(words, WORK, CALLER);
    if (helpers.some(({ words }) => Atomics.load(words, 0) === FAILED)) {
      throw new Error('a thread that helped with the fit has failed');
    }
    const theirs = helpers.map(({ words, numbers }) => {
      const result = numbers[0];
      Atomics.store(words, 0, IDLE);
      return result;
    });
    const endMs = performance.now();
    this.#worked += ownMs - startMs;
    this.#waited += endMs - ownMs;
    const waitsTooLong = this.#waited > PATIENCE_MS && this.#waited > this.#worked;
    if (waitsTooLong || this.#lacksProcessor(endMs)) this.end();
    return [first, ...theirs, ...rest];
  }

  #lacksProcessor(ms: number): boolean {
    if (!this.#cpuSeconds || (this.#looked && ms - this.#looked.ms < PATIENCE_MS)) return false;
    const before = this.#looked;
    this.#looked = { ms, cpuSeconds: this.#cpuSeconds() };
    if (!before) return false;
    return (this.#looked.cpuSeconds - before.cpuSeconds) * 1000 < LEAST_SHARE * (ms - before.ms);
  }

  /** Computes parts here, one after the other. @returns each part's result. */
  compute<K extends SharedKernel>(kernel: K, parts: readonly Arguments<K>[]): number[] {
    return parts.map((values) => call(this.#kernels, kernel, values));
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

/** What each helper is told. */
export function helperTasks({ memory }: Pick<Arena, 'memory'>, controls: readonly number[]): HelperTask[] {
  return controls.map((control) => ({ memory, module: kernelModule(), kernels: SHARED_KERNELS, control }));
}

function call(kernels: TreeKernels, kernel: SharedKernel, values: readonly number[]): number {
  const compute = kernels[kernel] as (...values: readonly number[]) => number | undefined;
  return compute(...values) ?? 0;
}

/** Divides [0, n) into `parts` ranges of about equal size, each beginning at a multiple of `step`. */
export function ranges(n: number, parts: number, step = 1): [from: number, to: number][] {
  const bound = (part: number) =>
    part === parts ? n : Math.min(n, Math.ceil((n * part) / parts / step) * step);
  return Array.from({ length: parts }, (_, part) => [bound(part), bound(part + 1)]);
}
