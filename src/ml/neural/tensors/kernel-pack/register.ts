/** The kernels that the WebAssembly backend of tfjs 4.22 lacks, gets wrong or computes slowly, all of which training
 *  needs. Each is checked against the plain backend. */
import { batchMatMul } from './batch-mat-mul.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts';
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts';
import { einsum } from './einsum.ts';
import { fusedMatMul } from './fused-mat-mul.ts';
import { install, type Kernel } from './kernel.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { tile } from './tile.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

const KERNELS: readonly Kernel[] = [
  batchMatMul,
  fusedMatMul,
  conv2dBackpropInput,
  conv2dBackpropFilter,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
  maxPoolGrad,
  tile,
  unsortedSegmentSum,
  einsum,
];

/** Call once, after the wasm backend is the current one. */
export function registerKernelPack(): void {
  for (const kernel of KERNELS) install(kernel);
}
