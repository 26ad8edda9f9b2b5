/** Tile: repeats a tensor along its axes by copying blocks; the stock kernel of tfjs 4.22 works out the place of every
 *  number (2 ms for 256 rows of 128). */
import { type TensorInfo, Tile, type TileAttrs } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';

export const tile: Kernel = {
  name: Tile,
  compute(call) {
    const x = call.inputs.x as TensorInfo;
    const { reps } = call.attrs as TileAttrs;
    if (x.dtype !== 'float32' && x.dtype !== 'int32') return call.stock();
    const out = call.backend.makeOutput(
      x.shape.map((width, axis) => width * (reps[axis] as number)),
      x.dtype,
    );
    if (reps.includes(0)) return out;
    const source = call.backend.typedArrayFromHeap(x);
    const target = call.backend.typedArrayFromHeap(out);
    target.set(source);
    // From the last axis to the first: what lies in front of `filled` is the tensor repeated along the axes done so
    // far, and each block of it is repeated in place, the last block first, so that none is overwritten unread.
    let filled = source.length;
    let block = 1;
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const times = reps[axis] as number;
      block *= x.shape[axis] as number;
      if (times !== 1 && filled > 0) {
        for (let from = filled - block; from >= 0; from -= block) {
          const to = from * times;
          if (block === 1) target.fill(target[from] as number, to, to + times);
          else for (let k = times - 1; k >= 0; k--) target.copyWithin(to + k * block, from, from + block);
        }
      }
      filled *= times;
      block *= times;
    }
    return out;
  },
};
