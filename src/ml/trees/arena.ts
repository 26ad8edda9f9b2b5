/** The memory that a fit of trees works in. */
import { arenaLender, KernelArena } from '../kernel-arena.ts';
import { instantiateKernels, type TreeKernels } from './kernels.ts';

export class Arena extends KernelArena<TreeKernels> {
  constructor(instantiate = instantiateKernels) {
    super(instantiate);
  }
}

/** Lends this thread's arena to `work`, which must not keep pointers. */
export const withArena = arenaLender(() => new Arena());
