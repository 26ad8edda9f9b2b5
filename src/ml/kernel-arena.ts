/** Memory that WebAssembly kernels work in: grown as needed, handed out from the bottom up and taken back all at once. It
 *  is shared, so that helper threads see the same bytes. */
import { instantiate } from './kernel-helper.mjs';

const PAGE = 65_536;
/** What WebAssembly can address. */
const MAX_PAGES = 65_536;
/** Whole cache lines, so that no two arrays share one between threads. */
const ALIGNMENT = 64;
/** A larger memory is given back after the fit instead of being kept for the next one. */
const MAX_KEPT_BYTES = 64 * 2 ** 20;

export class KernelArena<Kernels> {
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared: true });
  readonly kernels: Kernels;
  #top = ALIGNMENT; // 0 stays unused: some kernels take it for "none"

  /** @param instantiate makes the kernels that work in a memory. */
  constructor(instantiate: (memory: WasmMemory) => Kernels) {
    this.kernels = instantiate(this.memory);
  }

  /** @returns a pointer to `nBytes` bytes of any content, aligned to 64.
   *  @throws RangeError when the memory cannot grow that far. */
  allocate(nBytes: number): number {
    const pointer = this.#top;
    const end = pointer + Math.ceil(nBytes / ALIGNMENT) * ALIGNMENT;
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) {
      // In steps of an eighth: growing is a system call, and old views stay valid in shared memory.
      const pages = Math.ceil(Math.max(missing, this.memory.buffer.byteLength / 8) / PAGE);
      const used = this.memory.buffer.byteLength / PAGE;
      if (used + Math.ceil(missing / PAGE) > MAX_PAGES) {
        throw new RangeError(`${Math.round(end / 2 ** 20)} MB are more than one fit can address (4096 MB)`);
      }
      this.memory.grow(Math.min(pages, MAX_PAGES - used));
    }
    this.#top = end;
    return pointer;
  }

  /** Runs `work` and takes back what it allocated. */
  scoped<T>(work: () => T): T {
    const top = this.#top;
    try {
      return work();
    } finally {
      this.#top = top;
    }
  }

  uint8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  uint16(pointer: number, length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, pointer, length);
  }

  uint32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }

  int32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  float32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  float64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  bigInt64(pointer: number, length: number): BigInt64Array {
    return new BigInt64Array(this.memory.buffer, pointer, length);
  }
}

/** Lends arenas to work that must not keep pointers: the same one again and again, and nested or interleaved work gets one
 *  of its own. */
export function arenaLender<Arena extends KernelArena<unknown>>(
  create: () => Arena,
): <T>(work: (arena: Arena) => T) => T {
  let idle: Arena | undefined;
  return (work) => {
    const arena = idle ?? create();
    idle = undefined;
    try {
      return arena.scoped(() => work(arena));
    } finally {
      if (arena.memory.buffer.byteLength <= MAX_KEPT_BYTES) idle = arena;
    }
  };
}

/** Compiles a module that scripts/build-kernels.mjs has built, on the first call. Threads that compile the same one share
 *  its code. @param wasm base64. */
export function moduleFrom(wasm: string): () => WasmModule {
  let compiled: WasmModule | undefined;
  return () =>
    (compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)),
    ));
}

/** @typeParam Kernels what the module exports. */
export function kernelsFrom<Kernels>(wasm: string): (memory: WasmMemory) => Kernels {
  const module = moduleFrom(wasm);
  return (memory) => instantiate(module(), memory) as unknown as Kernels;
}
