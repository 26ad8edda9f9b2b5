/** MaxPoolGrad: hands each window's gradient to the cell that held the maximum. The stock kernel of tfjs 4.22 starts its
 *  search at 0 and so gives it to the wrong cell of every window without a positive number, silently. */
import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type Kernel, zeros } from './kernel.ts';

/** Of equal maxima the first wins, as in the forward pass; a window of NaNs passes nothing on. */
export const maxPoolGrad: Kernel = {
  name: MaxPoolGrad,
  compute({ inputs, attrs, backend }) {
    const { filterSize, strides, pad, dimRoundingMode } = attrs as MaxPoolGradAttrs;
    const x = inputs.input as TensorInfo;
    const window = backend_util.computePool2DInfo(
      x.shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const out = zeros(backend, x.shape);
    const values = floats(backend, x);
    const upstream = floats(backend, inputs.dy as TensorInfo);
    const gradient = floats(backend, out);
    const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = window;
    const best = new Float32Array(channels);
    const cell = new Int32Array(channels);
    let place = 0;
    for (let n = 0; n < batchSize; n++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const top = oy * window.strideHeight - padInfo.top;
        const bottom = Math.min(inHeight, top + window.filterHeight);
        for (let ox = 0; ox < outWidth; ox++, place += channels) {
          const left = ox * window.strideWidth - padInfo.left;
          const right = Math.min(inWidth, left + window.filterWidth);
          best.fill(Number.NEGATIVE_INFINITY);
          cell.fill(-1);
          for (let iy = Math.max(0, top); iy < bottom; iy++) {
            for (let ix = Math.max(0, left); ix < right; ix++) {
              const from = ((n * inHeight + iy) * inWidth + ix) * channels;
              for (let c = 0; c < channels; c++) {
                const value = values[from + c] as number;
                if (value > (best[c] as number)) {
                  best[c] = value;
                  cell[c] = from + c;
                }
              }
            }
          }
          for (let c = 0; c < channels; c++) {
            const at = cell[c] as number;
            if (at >= 0) gradient[at] = (gradient[at] as number) + (upstream[place + c] as number);
          }
        }
      }
    }
    return out;
  },
};
