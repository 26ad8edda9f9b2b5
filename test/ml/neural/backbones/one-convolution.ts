/** The network of test/oracles/generate/backbone.py in each format that backbones come in. */
import { readFileSync } from 'node:fs';
import type { BackboneFiles } from '../../../../src/ml/neural/backbones/backbone-files.ts';
import type { ImageBatch } from '../../../../src/ml/neural/backbones/image-batch.ts';

const oracle: { kernel: number[]; bias: number[]; pixels: number[]; features: number[] } = JSON.parse(
  readFileSync('test/oracles/neural/backbone.json', 'utf8'),
);

export const features = oracle.features;
export const images: ImageBatch = {
  nImages: 4,
  height: 8,
  width: 6,
  channels: 3,
  pixels: Uint8Array.from(oracle.pixels),
};

export type TensorflowFiles = BackboneFiles & { kind: 'tensorflow' };

const weights = new Uint8Array(Float32Array.from([...oracle.kernel, ...oracle.bias]).buffer);
const manifest = (kernel: string, bias: string) => [
  {
    paths: ['shard1.bin', 'shard2.bin'],
    weights: [
      { name: kernel, shape: [3, 3, 3, 5], dtype: 'float32' },
      { name: bias, shape: [5], dtype: 'float32' },
    ],
  },
];

/** With a classifier behind it when asked for, whose weights are zeros. */
export function layersModel(withClassifier = false): TensorflowFiles {
  const layer = (class_name: string, name: string, config: object = {}) => ({
    class_name,
    config: { name, ...config },
  });
  const convolution = { filters: 5, kernel_size: [3, 3], padding: 'same', activation: 'relu' };
  const classifier = [layer('GlobalAveragePooling2D', 'pool'), layer('Dense', 'classes', { units: 2 })];
  const config = {
    name: 'small',
    layers: [
      layer('Conv2D', 'convolution', { ...convolution, batch_input_shape: [null, 8, 6, 3] }),
      ...(withClassifier ? classifier : []),
    ],
  };
  const [group] = manifest('convolution/kernel', 'convolution/bias');
  const more = [
    { name: 'classes/kernel', shape: [5, 2], dtype: 'float32' },
    { name: 'classes/bias', shape: [2], dtype: 'float32' },
  ];
  return {
    kind: 'tensorflow',
    modelJson: JSON.stringify({
      format: 'layers-model',
      modelTopology: { class_name: 'Sequential', config },
      weightsManifest: [{ ...group, weights: [...group.weights, ...(withClassifier ? more : [])] }],
    }),
    weights: withClassifier ? Uint8Array.from([...weights, ...new Uint8Array(48)]) : weights,
  };
}

export function graphModel(): TensorflowFiles {
  const float = { type: 'DT_FLOAT' };
  const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
  const ones = { list: { i: ['1', '1', '1', '1'] } };
  const constant = (name: string, sizes: number[]) => {
    const tensorShape = { dim: sizes.map((size) => ({ size: String(size) })) };
    return {
      name,
      op: 'Const',
      attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape } } },
    };
  };
  const shape = { shape: { dim: [-1, 8, 6, 3].map((size) => ({ size: String(size) })) } };
  const convolution = { strides: ones, dilations: ones, padding: text('SAME'), data_format: text('NHWC') };
  const node = [
    { name: 'image', op: 'Placeholder', attr: { dtype: float, shape } },
    constant('kernel', [3, 3, 3, 5]),
    constant('bias', [5]),
    { name: 'maps', op: 'Conv2D', input: ['image', 'kernel'], attr: { T: float, ...convolution } },
    { name: 'raised', op: 'BiasAdd', input: ['maps', 'bias'], attr: { T: float, data_format: text('NHWC') } },
    { name: 'active', op: 'Relu', input: ['raised'], attr: { T: float } },
  ];
  return {
    kind: 'tensorflow',
    modelJson: JSON.stringify({
      format: 'graph-model',
      modelTopology: { node, versions: { producer: 1 } },
      weightsManifest: manifest('kernel', 'bias'),
    }),
    weights,
  };
}

export function onnxModel(): BackboneFiles {
  return { kind: 'onnx', model: Uint8Array.from(readFileSync('test/oracles/neural/backbone.onnx')) };
}
