/** Factors of a matrix product without transpose flags. */
import { type TensorInfo, Transpose } from '@tensorflow/tfjs-core';
import type { KernelCall } from './kernel.ts';

/** A factor with its last two axes exchanged when `transposed`, else itself. The stock products of tfjs 4.22 leave
 *  XNNPACK for a scalar loop as soon as a transpose flag is set, which every gradient of a dense layer does: 1 to 2
 *  GFLOP/s instead of 29. A copy first costs one pass over the matrix and keeps the fast path. */
export function upright(call: KernelCall, matrix: TensorInfo, transposed: boolean): TensorInfo {
  if (!transposed) return matrix;
  const rank = matrix.shape.length;
  const perm = matrix.shape.map((_, axis) => axis);
  perm[rank - 2] = rank - 1;
  perm[rank - 1] = rank - 2;
  return call.run(Transpose, { x: matrix }, { perm });
}
