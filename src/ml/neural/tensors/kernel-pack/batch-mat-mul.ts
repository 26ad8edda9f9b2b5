/** BatchMatMul: stacked matrix products, also of transposed factors at full speed. */
import { BatchMatMul, type BatchMatMulAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';
import { upright } from './upright.ts';

export const batchMatMul: Kernel = {
  name: BatchMatMul,
  compute(call) {
    const { transposeA, transposeB } = call.attrs as BatchMatMulAttrs;
    const a = upright(call, call.inputs.a as TensorInfo, transposeA);
    const b = upright(call, call.inputs.b as TensorInfo, transposeB);
    return call.stock({ a, b }, { transposeA: false, transposeB: false });
  },
};
