/** The derivatives of tensor operations.
 *
 *  tfjs-core's build for Node leaves its gradients out. The layers package carries all of them and registers them as it
 *  loads; those that are slow, wrong or missing there are replaced by the ones below. */
import * as tf from '@tensorflow/tfjs-core';
import { defineChainedOperations } from './tensors/chained-operations.ts';

/** Some 100 ms on the first call; safe to call again. */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs-layers');
  defineChainedOperations();
  for (const gradient of GRADIENTS) tf.registerGradient(gradient);
}

const GRADIENTS: readonly tf.GradConfig[] = [
  {
    // tfjs adds up one slice per repetition.
    kernelName: tf.Tile,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const shape = (saved[0] as tf.Tensor).shape;
      const { reps } = attrs as unknown as tf.TileAttrs;
      const apart: number[] = [];
      const repeats: number[] = [];
      shape.forEach((width, axis) => {
        if (reps[axis] !== 1) repeats.push(apart.push(reps[axis] as number) - 1);
        apart.push(width);
      });
      return { x: () => tf.reshape(tf.sum(tf.reshape(dy as tf.Tensor, apart), repeats), shape) };
    },
  },
  {
    // tfjs repeats the statistics for every place of every image where broadcasting does.
    kernelName: tf.FusedBatchNorm,
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradFunc: (dy, saved, attrs) => {
      const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
      const { varianceEpsilon } = attrs as unknown as tf.FusedBatchNormAttrs;
      const upstream = dy as tf.Tensor;
      const narrowed = (gradient: tf.Tensor) => sumToShape(gradient, mean.shape);
      const inverse = tf.rsqrt(tf.add(variance, varianceEpsilon));
      const factor = scale ? tf.mul(inverse, scale) : inverse;
      const centred = tf.sub(x, mean);
      return {
        x: () => tf.mul(upstream, factor),
        mean: () => tf.neg(tf.mul(narrowed(upstream), factor)),
        variance: () =>
          tf.mul(narrowed(tf.mul(upstream, centred)), tf.mul(tf.mul(factor, tf.square(inverse)), -0.5)),
        scale: () => tf.mul(narrowed(tf.mul(upstream, centred)), inverse),
        offset: () => narrowed(upstream),
      };
    },
  },
  {
    // tfjs exchanges axes that it had not exchanged before, and fails unless the sum runs along the last one.
    kernelName: tf.Cumsum,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs;
      const { rank } = saved[0] as tf.Tensor;
      return { x: () => tf.cumsum(dy as tf.Tensor, (axis + rank) % rank, exclusive, !reverse) };
    },
  },
  {
    // tfjs has none.
    kernelName: tf.Einsum,
    inputsToSave: [],
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const { equation } = attrs as unknown as tf.EinsumAttrs;
      const [given = '', output = ''] = equation.replace(/\s/g, '').split('->');
      const terms = given.split(',');
      const gradient = (i: number) => () => {
        const own = terms[i] as string;
        const others = terms.filter((_, other) => other !== i);
        const factors = saved.filter((_, other) => other !== i) as tf.Tensor[];
        // Letters that were summed out of this factor alone: each of their places has the same gradient.
        const known = [...own].filter(
          (letter) => output.includes(letter) || others.join('').includes(letter),
        );
        const inner = tf.einsum(
          `${[output, ...others].join(',')}->${known.join('')}`,
          dy as tf.Tensor,
          ...factors,
        );
        const { shape } = saved[i] as tf.Tensor;
        const widened = shape.map((size, axis) => (known.includes(own[axis] as string) ? size : 1));
        return tf.broadcastTo(tf.reshape(inner, widened), shape);
      };
      return Object.fromEntries(saved.map((_, i) => [i, gradient(i)]));
    },
  },
];

/** Undoes broadcasting: what was stretched to the shape of the gradient has the sum over its copies. */
function sumToShape(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
