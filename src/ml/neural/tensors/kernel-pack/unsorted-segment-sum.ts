/** UnsortedSegmentSum: adds rows up by segment, which is the gradient of gathering rows (embeddings). */
import { type TensorInfo, UnsortedSegmentSum, type UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { floats, type Kernel, zeros } from './kernel.ts';

/** Rows whose segment is negative belong nowhere, as in TensorFlow. */
export const unsortedSegmentSum: Kernel = {
  name: UnsortedSegmentSum,
  compute({ inputs, attrs, backend }) {
    const x = inputs.x as TensorInfo;
    const segmentIds = inputs.segmentIds as TensorInfo;
    const { numSegments } = attrs as UnsortedSegmentSumAttrs;
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const out = zeros(backend, [numSegments, ...rowShape]);
    const rows = floats(backend, x);
    const segments = backend.typedArrayFromHeap(segmentIds);
    const sums = floats(backend, out);
    const width = rowShape.reduce((product, size) => product * size, 1);
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i] as number;
      if (segment < 0 || segment >= numSegments) continue;
      const from = i * width;
      const to = segment * width;
      for (let j = 0; j < width; j++) sums[to + j] = (sums[to + j] as number) + (rows[from + j] as number);
    }
    return out;
  },
};
