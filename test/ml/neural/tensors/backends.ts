/** The same computation on several backends. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import { Random } from '../../../../src/ml/random.ts';

/** What tensors are computed on here: WebAssembly, or the native library where it is installed. */
export const { name: USUAL } = await startBackend();
/** And what that is compared with. */
export const BACKENDS = [USUAL, 'cpu'];

export interface Numbers {
  readonly shape: number[];
  readonly values: number[];
}

/** Runs on the backend and leaves nothing there. */
export async function on(backend: string, compute: () => tf.Tensor): Promise<Numbers> {
  await tf.setBackend(backend);
  const result = tf.tidy(compute);
  const values = Array.from(result.dataSync());
  const { shape } = result;
  result.dispose();
  return { shape, values };
}

/** Standard normal numbers, the same for the same seed; less `shift`. */
export function normal(shape: number[], seed: number, shift = 0): tf.Tensor {
  const random = new Random(seed);
  const size = shape.reduce((product, width) => product * width, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal() - shift),
    shape,
  );
}

/** The distance between the two in relation to the size of the second, both as vectors. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let distance = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    distance += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(distance / Math.max(size, 1e-12));
}
