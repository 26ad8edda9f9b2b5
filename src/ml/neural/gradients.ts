/** The derivatives of the tensor operations that our networks are made of.
 *
 *  tfjs-core's build for Node leaves its gradients out (the `@tensorflow/tfjs` umbrella package registers them, along
 *  with much that we do not use), so those that the forward pass needs are registered here. */
import * as tf from '@tensorflow/tfjs-core';

/** Safe to call again; leaves alone what somebody else (tfjs-node) has registered. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) {
    if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient);
  }
}

const GRADIENTS: readonly tf.GradConfig[] = [
  {
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attrs) => {
      if (attrs.transposeA || attrs.transposeB) throw new Error('no gradient for transposed factors');
      const [a, b] = saved as [tf.Tensor2D, tf.Tensor2D];
      const upstream = dy as tf.Tensor2D;
      return {
        a: () => tf.matMul(upstream, b, false, true),
        b: () => tf.matMul(a, upstream, true, false),
      };
    },
  },
  {
    kernelName: tf.Add,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const upstream = dy as tf.Tensor;
      return { a: () => sumToShape(upstream, a.shape), b: () => sumToShape(upstream, b.shape) };
    },
  },
  {
    kernelName: tf.Multiply,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const upstream = dy as tf.Tensor;
      return {
        a: () => sumToShape(tf.mul(upstream, b), a.shape),
        b: () => sumToShape(tf.mul(upstream, a), b.shape),
      };
    },
  },
  {
    kernelName: tf.Relu,
    inputsToSave: ['x'],
    gradFunc: (dy, saved) => ({ x: () => tf.mul(dy as tf.Tensor, tf.step(saved[0] as tf.Tensor)) }),
  },
];

/** Undoes broadcasting along leading axes: a bias was added to every row, so its gradient is the sum over rows. */
function sumToShape(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const extra = gradient.rank - shape.length;
  return extra === 0
    ? gradient
    : tf.sum(
        gradient,
        Array.from({ length: extra }, (_, axis) => axis),
      );
}
