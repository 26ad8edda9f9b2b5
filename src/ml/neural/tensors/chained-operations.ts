/** Operations as methods of a tensor. The layers package calls some of them that way (its orthogonal initialiser, the
 *  gradient of a gather by batches), but tfjs-core's build for Node leaves all of them out. */
import * as tf from '@tensorflow/tfjs-core';

type Operation = (x: tf.Tensor, ...rest: never[]) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  flatten: (x) => tf.reshape(x, [x.size]),
  reshape: tf.reshape as Operation,
  sign: tf.sign as Operation,
  slice: tf.slice as Operation,
  split: tf.split as Operation,
  stridedSlice: tf.stridedSlice as Operation,
  transpose: tf.transpose as Operation,
};

/** Leaves alone what somebody else (tfjs-node) has defined. */
export function defineChainedOperations(): void {
  const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    methods[name] ??= function (this: tf.Tensor, ...rest: never[]) {
      return operation(this, ...rest);
    };
  }
}
