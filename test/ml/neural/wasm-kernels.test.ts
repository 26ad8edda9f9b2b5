import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/ml/neural/backend.ts';
import { Random } from '../../../src/ml/random.ts';

beforeAll(async () => {
  await startBackend();
});
afterAll(() => tf.setBackend('wasm'));

async function product(backend: string, shapeA: number[], shapeB: number[], flags: [boolean, boolean]) {
  await tf.setBackend(backend);
  const random = new Random(3);
  const filled = (shape: number[]) => {
    const size = shape.reduce((n, width) => n * width, 1);
    return tf.tensor(
      Array.from({ length: size }, () => random.normal()),
      shape,
    );
  };
  const result = tf.tidy(() => tf.matMul(filled(shapeA), filled(shapeB), ...flags));
  const values = Array.from(result.dataSync());
  const { shape } = result;
  result.dispose();
  return { shape, values };
}

describe('the replaced matrix product', () => {
  const cases: [string, number[], number[], [boolean, boolean]][] = [
    ['A B', [7, 5], [5, 9], [false, false]],
    ['Aᵀ B', [5, 7], [5, 9], [true, false]],
    ['A Bᵀ', [7, 5], [9, 5], [false, true]],
    ['Aᵀ Bᵀ', [5, 7], [9, 5], [true, true]],
    ['a row times a column', [1, 6], [6, 1], [false, false]],
    ['a column, transposed', [6, 1], [6, 4], [true, false]],
    ['stacked matrices', [3, 5, 7], [3, 5, 2], [true, false]],
  ];

  it.each(cases)('agrees with the cpu backend for %s', async (_, shapeA, shapeB, flags) => {
    const wasm = await product('wasm', shapeA, shapeB, flags);
    const cpu = await product('cpu', shapeA, shapeB, flags);
    expect(wasm.shape).toEqual(cpu.shape);
    wasm.values.forEach((value, i) => {
      expect(value).toBeCloseTo(cpu.values[i], 4);
    });
  });

  it('keeps no copy behind', async () => {
    await product('wasm', [50, 70], [50, 90], [true, false]);
    const before = tf.memory();
    await product('wasm', [50, 70], [50, 90], [true, false]);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
