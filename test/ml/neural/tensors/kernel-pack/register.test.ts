import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { normal, on, relativeError, USUAL } from '../backends.ts';

const describeOnWasm = describe.skipIf(USUAL !== 'wasm');

type Case = readonly [name: string, compute: () => tf.Tensor];

const products: Case[] = (
  [
    ['A B', [7, 5], [5, 9], [false, false]],
    ['Aᵀ B', [5, 7], [5, 9], [true, false]],
    ['A Bᵀ', [7, 5], [9, 5], [false, true]],
    ['Aᵀ Bᵀ', [5, 7], [9, 5], [true, true]],
    ['a row times a column', [1, 6], [6, 1], [false, false]],
    ['a column, transposed', [6, 1], [6, 4], [true, false]],
    ['stacked matrices', [3, 5, 7], [3, 5, 2], [true, false]],
  ] as [string, number[], number[], [boolean, boolean]][]
).map(([name, a, b, flags]) => [
  `the product ${name}`,
  () => tf.matMul(normal(a, 1), normal(b, 2), ...flags),
]);

const fused: Case[] = (['linear', 'relu', 'sigmoid'] as const).map((activation) => [
  `the product of transposed factors with bias and ${activation}`,
  () =>
    tf.fused.matMul({
      a: normal([6, 4], 1) as tf.Tensor2D,
      b: normal([3, 6], 2) as tf.Tensor2D,
      transposeA: true,
      transposeB: true,
      bias: normal([3], 3),
      activation,
    }),
]);

interface Convolution {
  name: string;
  image: [number, number, number, number];
  filter: [number, number, number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
}
const CONVOLUTIONS: Convolution[] = [
  { name: 'valid', image: [2, 7, 6, 3], filter: [3, 3, 3, 4], strides: 1, pad: 'valid' },
  { name: 'same', image: [2, 7, 6, 3], filter: [3, 3, 3, 4], strides: 1, pad: 'same' },
  { name: 'same with an even filter', image: [1, 6, 6, 2], filter: [4, 2, 2, 3], strides: 1, pad: 'same' },
  {
    name: 'valid with strides that leave a row over',
    image: [2, 8, 9, 2],
    filter: [3, 2, 2, 3],
    strides: 2,
    pad: 'valid',
  },
  { name: 'same with strides', image: [2, 7, 8, 3], filter: [3, 3, 3, 4], strides: 2, pad: 'same' },
  { name: 'unequal strides', image: [1, 9, 8, 2], filter: [3, 3, 2, 2], strides: [3, 2], pad: 'same' },
  {
    name: 'strides wider than the filter',
    image: [1, 8, 8, 2],
    filter: [1, 1, 2, 3],
    strides: 3,
    pad: 'valid',
  },
  { name: 'padded by a number', image: [2, 5, 5, 1], filter: [3, 3, 1, 2], strides: 1, pad: 1 },
  { name: 'padded wider than the filter', image: [1, 4, 4, 2], filter: [2, 2, 2, 2], strides: 1, pad: 2 },
];

const convolutions = CONVOLUTIONS.flatMap(({ name, image, filter, strides, pad }): Case[] => {
  const upstream = () =>
    normal(
      tf.conv2d(normal(image, 1) as tf.Tensor4D, normal(filter, 2) as tf.Tensor4D, strides, pad).shape,
      3,
    );
  const attrs = { strides, pad, dataFormat: 'NHWC' };
  return [
    [
      `the gradient for the filter, ${name}`,
      () =>
        tf
          .engine()
          .runKernel(
            tf.Conv2DBackpropFilter,
            { x: normal(image, 1), dy: upstream() },
            { ...attrs, filterShape: filter },
          ) as tf.Tensor,
    ],
    [
      `the gradient for the image, ${name}`,
      () =>
        tf
          .engine()
          .runKernel(
            tf.Conv2DBackpropInput,
            { dy: upstream(), filter: normal(filter, 2) },
            { ...attrs, inputShape: image },
          ) as tf.Tensor,
    ],
  ];
});

const depthwise = CONVOLUTIONS.filter(({ name }) => !name.includes('padded wider')).flatMap(
  ({ name, image, filter, strides, pad }): Case[] => {
    const upstream = () =>
      normal(
        tf.depthwiseConv2d(normal(image, 1) as tf.Tensor4D, normal(filter, 2) as tf.Tensor4D, strides, pad)
          .shape,
        3,
      );
    const attrs = { strides, pad, dilations: 1 };
    return [
      [
        `the depthwise gradient for the filter, ${name}`,
        () =>
          tf
            .engine()
            .runKernel(
              tf.DepthwiseConv2dNativeBackpropFilter,
              { x: normal(image, 1), dy: upstream() },
              { ...attrs, filterShape: filter },
            ) as tf.Tensor,
      ],
      [
        `the depthwise gradient for the image, ${name}`,
        () =>
          tf
            .engine()
            .runKernel(
              tf.DepthwiseConv2dNativeBackpropInput,
              { dy: upstream(), filter: normal(filter, 2) },
              { ...attrs, inputShape: image },
            ) as tf.Tensor,
      ],
    ];
  },
);

function maxPoolGradient(image: number[], filterSize: number, strides: number, pad: string, shift: number) {
  const x = normal(image, 1, shift) as tf.Tensor4D;
  const y = tf.maxPool(x, filterSize, strides, pad as 'same');
  const inputs = { dy: normal(y.shape, 2), input: x, output: y };
  return tf.engine().runKernel(tf.MaxPoolGrad, inputs, { filterSize, strides, pad }) as tf.Tensor;
}
const pools: Case[] = [
  ['the gradient of a maximum', () => maxPoolGradient([2, 6, 6, 3], 2, 2, 'valid', 0)],
  ['… where every value is negative', () => maxPoolGradient([2, 6, 6, 3], 2, 2, 'valid', 10)],
  ['… of windows that overlap', () => maxPoolGradient([2, 7, 5, 2], 3, 1, 'same', 10)],
  ['… of windows over the edge', () => maxPoolGradient([1, 5, 7, 2], 3, 2, 'same', 10)],
];

const sums: Case[] = [
  [
    'sums of rows by segment',
    () => tf.unsortedSegmentSum(normal([5, 3, 2], 1), tf.tensor1d([1, 0, 3, 1, 1], 'int32'), 4),
  ],
  [
    'sums of numbers by segment',
    () => tf.unsortedSegmentSum(normal([4], 1), tf.tensor1d([2, 0, 2, 2], 'int32'), 3),
  ],
  [
    'rows of a negative segment',
    () => tf.unsortedSegmentSum(normal([3, 2], 1), tf.tensor1d([0, -1, 1], 'int32'), 2),
  ],
];

const tiles: Case[] = (
  [
    [
      [1, 6],
      [4, 1],
    ],
    [
      [5, 1],
      [1, 3],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1, 3],
      [3, 2, 1],
    ],
    [
      [2, 2, 3, 2],
      [1, 3, 2, 2],
    ],
    [[4], [3]],
  ] as [number[], number[]][]
).map(([shape, reps]) => [`[${shape}] repeated [${reps}] times`, () => tf.tile(normal(shape, 1), reps)]);

const contractions: Case[] = (
  [
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
    ['bhqd,bhkd->bhqk', [2, 2, 3, 4], [2, 2, 5, 4]],
    ['abc,cde->abde', [2, 3, 4], [4, 2, 3]],
    ['abc,abd->dc', [2, 3, 4], [2, 3, 5]],
    ['i,j->ij', [3], [4]],
    ['i,i->', [5], [5]],
    ['ij,ij->i', [3, 4], [3, 4]],
    ['ijk,jl->il', [2, 3, 4], [3, 5]],
  ] as [string, number[], number[]][]
).map(([equation, a, b]) => [equation, () => tf.einsum(equation, normal(a, 1), normal(b, 2))]);
const oneFactor: Case[] = (
  [
    ['ij->ji', [3, 4]],
    ['ij->j', [3, 4]],
    ['ijk->', [2, 3, 4]],
    ['ij->ij', [2, 3]],
  ] as [string, number[]][]
).map(([equation, shape]) => [equation, () => tf.einsum(equation, normal(shape, 1))]);

describeOnWasm('the kernel pack on the wasm backend agrees with the plain backend for', () => {
  it.each([
    ...products,
    ...fused,
    ...convolutions,
    ...depthwise,
    ...pools,
    ...sums,
    ...tiles,
    ...contractions,
    ...oneFactor,
  ])('%s, and keeps nothing behind', async (_, compute) => {
    const cpu = await on('cpu', compute);
    await tf.setBackend('wasm');
    const before = tf.memory();
    const wasm = await on('wasm', compute);
    expect(wasm.shape).toEqual(cpu.shape);
    expect(relativeError(wasm.values, cpu.values)).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describeOnWasm('the gradient of a maximum', () => {
  it('goes to the last cell when that is the least negative', async () => {
    const { values } = await on('wasm', () => {
      const x = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1]);
      const inputs = { dy: tf.ones([1, 1, 1, 1]), input: x, output: tf.maxPool(x, 2, 2, 'valid') };
      const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
      return tf.engine().runKernel(tf.MaxPoolGrad, inputs, attrs) as tf.Tensor;
    });
    expect(values).toEqual([0, 0, 0, 1]);
  });
});

describeOnWasm('the heap', () => {
  it('gives every intermediate result back', async () => {
    await tf.setBackend('wasm');
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const run = () => {
      for (const [, compute] of [...convolutions, ...depthwise, ...contractions, ...fused])
        tf.dispose(tf.tidy(compute));
    };
    run();
    const before = backend.numDataIds();
    run();
    expect(backend.numDataIds()).toBe(before);
  });
});
