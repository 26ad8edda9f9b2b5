/** _FusedMatMul: a product with bias and activation, also of transposed factors at full speed. */
import { _FusedMatMul, type _FusedMatMulAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';
import { upright } from './upright.ts';

export const fusedMatMul: Kernel = {
  name: _FusedMatMul,
  compute(call) {
    const attrs = call.attrs as _FusedMatMulAttrs;
    const a = upright(call, call.inputs.a as TensorInfo, attrs.transposeA);
    const b = upright(call, call.inputs.b as TensorInfo, attrs.transposeB);
    return call.stock({ ...call.inputs, a, b }, { ...attrs, transposeA: false, transposeB: false });
  },
};
