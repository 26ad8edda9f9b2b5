/** A thread that computes kernels for another one, in the same memory: what lies in the control block between the two, and
 *  the helper's whole life. The other side is `ml/trees/team.ts`.
 *
 *  Plain JavaScript, because a thread that loads TypeScript takes a tenth of a second and 23 MB more.
 *
 *  A block is 192 bytes: int32 state, int32 number of the kernel, int32 number of arguments, 4 bytes unused, float64
 *  result, up to 16 float64 arguments, 8 bytes unused, then an int32 each for helper and caller: 1 while it sleeps. */

export const BLOCK_BYTES = 192;
const MAX_ARGUMENTS = 16;

/** Where a block says who sleeps, in words. */
export const HELPER = 40;
export const CALLER = 41;

/** The helper has not come yet. */
export const ABSENT = 0;
export const IDLE = 1;
export const WORK = 2;
const DONE = 3;
export const END = 4;
export const FAILED = 5;

/** Looks before a thread goes to sleep, about a tenth of a millisecond: the caller's own work between two parts takes less,
 *  and waking a thread up takes the caller a tenth of a millisecond each time. */
const LOOKS = 100_000;

/** What a helper is told. All of it can be posted to its thread.
 *  @typedef {object} HelperTask
 *  @property {WasmMemory} memory
 *  @property {WasmModule} module The compiled kernels, which the threads share.
 *  @property {readonly string[]} kernels Names of those that it may be asked for, by number.
 *  @property {number} control Pointer to the control block. */

/** @typedef {object} ControlBlock
 *  @property {Int32Array} words
 *  @property {Float64Array} numbers Result, then arguments. */

/** Computes what its control block asks for until it is told to end.
 *  @param {HelperTask} task */
export function help({ memory, module, kernels, control }) {
  const compute = instantiate(module, memory);
  const { words, numbers } = blockAt(memory, control);
  Atomics.compareExchange(words, 0, ABSENT, IDLE); // unless all is over already
  for (;;) {
    waitWhile(words, IDLE, HELPER);
    waitWhile(words, DONE, HELPER);
    const state = Atomics.load(words, 0);
    if (state === END) return;
    if (state !== WORK) continue;
    try {
      numbers[0] = compute[kernels[words[1]]](...numbers.subarray(1, 1 + words[2])) ?? 0;
    } catch (error) {
      change(words, FAILED, CALLER); // it waits
      throw error;
    }
    change(words, DONE, CALLER);
  }
}

/** The kernels of a module, working in a memory.
 *  @param {WasmModule} module
 *  @param {WasmMemory} memory
 *  @returns {Record<string, (...values: readonly number[]) => number | undefined>} */
export function instantiate(module, memory) {
  const abort = () => {
    throw new Error('a kernel was called with illegal arguments');
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return /** @type {ReturnType<typeof instantiate>} */ (exports);
}

/** @param {Int32Array} words
 *  @param {number} state
 *  @param {typeof HELPER | typeof CALLER} self */
export function waitWhile(words, state, self) {
  for (let look = 0; look < LOOKS; look++) {
    if (Atomics.load(words, 0) !== state) return;
  }
  Atomics.store(words, self, 1);
  while (Atomics.load(words, 0) === state) Atomics.wait(words, 0, state);
  Atomics.store(words, self, 0);
}

/** Wakes the other one only where it sleeps. A thread that is about to sleep has said so before it looks at the state for
 *  the last time, and `wait` looks once more.
 *  @param {Int32Array} words
 *  @param {number} state
 *  @param {typeof HELPER | typeof CALLER} other */
export function change(words, state, other) {
  Atomics.store(words, 0, state);
  if (Atomics.load(words, other) === 1) Atomics.notify(words, 0);
}

/** @param {WasmMemory} memory
 *  @param {number} pointer
 *  @returns {ControlBlock} */
export function blockAt(memory, pointer) {
  return {
    words: new Int32Array(memory.buffer, pointer, BLOCK_BYTES / 4),
    numbers: new Float64Array(memory.buffer, pointer + 16, 1 + MAX_ARGUMENTS),
  };
}
