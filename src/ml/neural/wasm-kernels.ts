/** Replacements for kernels of the WebAssembly backend that are slow in exactly the way that gradients use them. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul, getKernel, registerKernel, Transpose, unregisterKernel } from '@tensorflow/tfjs-core';

/** Stock BatchMatMul of tfjs 4.22 leaves XNNPACK for a scalar loop as soon as a transpose flag is set, which every
 *  gradient of a dense layer does: 1 to 2 GFLOP/s instead of 29. Transposing into a copy first costs a pass over
 *  one matrix and keeps the fast path.
 *
 *  Call once, after the wasm backend is the current one. */
export function replaceSlowWasmKernels(): void {
  const multiply = getKernel(BatchMatMul, 'wasm');
  const transpose = getKernel(Transpose, 'wasm');
  if (!multiply || !transpose) return;

  const transposeFirst: KernelFunc = ({ inputs, backend, attrs }) => {
    const owner = backend as { disposeData(dataId: object): void };
    const copies: TensorInfo[] = [];
    const upright = (matrix: TensorInfo, flag: unknown): TensorInfo => {
      if (!flag) return matrix;
      const rank = matrix.shape.length;
      const perm = matrix.shape.map((_, axis) => axis);
      perm[rank - 2] = rank - 1;
      perm[rank - 1] = rank - 2;
      const copy = transpose.kernelFunc({ inputs: { x: matrix }, backend, attrs: { perm } }) as TensorInfo;
      copies.push(copy);
      return copy;
    };
    const a = upright(inputs.a as TensorInfo, attrs?.transposeA);
    const b = upright(inputs.b as TensorInfo, attrs?.transposeB);
    const product = multiply.kernelFunc({
      inputs: { a, b },
      backend,
      attrs: { transposeA: false, transposeB: false },
    });
    for (const copy of copies) owner.disposeData(copy.dataId);
    return product;
  };

  unregisterKernel(BatchMatMul, 'wasm');
  registerKernel({ ...multiply, kernelFunc: transposeFirst });
}
