/** Fine-tuning: a new head on a pretrained network, and the network's last blocks trained along at a lower rate. */
import * as tf from '@tensorflow/tfjs-core';
import type { VariableGroup } from '../tensors/gradient-step.ts';
import type { Backbone } from './backbone.ts';
import { featuresOf } from './features.ts';
import { type FineTuned, trainable } from './fine-tuned.ts';
import { applyHead, type HeadShape, headLoss, newHead } from './head.ts';
import { type ImageBatch, prepareImages } from './image-batch.ts';
import { lastBlocks } from './last-blocks.ts';
import type { LayersBackbone } from './layers-backbone.ts';
import { type PassOptions, trainPasses } from './passes.ts';

export interface FineTuneOptions extends PassOptions {
  /** Blocks of the backbone that are trained (see `lastBlocks`); 0 trains the head alone. Default 2. */
  readonly nBlocks?: number;
  /** Passes over the images with the backbone frozen, on stored features: cheap. Default 40. */
  readonly headEpochs?: number;
  /** Passes with the last blocks trained along. Default 10. */
  readonly epochs?: number;
  /** Of the head. Default 0.01 while the backbone is frozen, and a tenth of it afterwards. */
  readonly learningRate?: number;
  /** What of the head's rate the blocks are moved at: they know something already. Default 0.1. */
  readonly blockRateShare?: number;
}

/** Trains a head on the images, then head and last blocks together. The backbone is as it was before afterwards: what
 *  was learnt lies in the result, with which `predictFineTuned` predicts.
 *  @param labels nImages class indices, or numbers (standardise them first).
 *  @throws BACKBONE_FROZEN when blocks are to be trained and the format has no gradients, TRAINING_DIVERGED */
export async function fineTune(
  backbone: Backbone,
  shape: HeadShape,
  images: ImageBatch,
  labels: Float64Array,
  options: FineTuneOptions,
): Promise<FineTuned> {
  const { nBlocks = 2, shouldStop } = options;
  const trained = nBlocks > 0 ? lastBlocks(trainable(backbone), nBlocks) : [];
  const features = await featuresOf(backbone, images, shouldStop ? { shouldStop } : {});
  const start = newHead(features, backbone.nFeatures, shape.nOutputs);
  const kernel = variable(start.kernel, [backbone.nFeatures, shape.nOutputs]);
  const bias = variable(start.bias, [shape.nOutputs]);
  const original = trained.map(({ variable }) => tf.clone(variable));
  try {
    const head: VariableGroup = { variables: [kernel, bias], rateShare: 1 };
    const onFeatures = (rows: Uint32Array) => gather(features, backbone.nFeatures, rows);
    const loss = (rows: Uint32Array, embedded: tf.Tensor2D) =>
      headLoss(
        applyHead(embedded, start, kernel, bias),
        Float64Array.from(rows, (i) => labels[i] as number),
        shape,
      );
    const { learningRate = 0.01, headEpochs = 40, epochs = 10, blockRateShare = 0.1 } = options;
    const nRows = labels.length;
    trainPasses(
      { phase: 'head', groups: [head], nRows, epochs: headEpochs, learningRate },
      (rows) => loss(rows, onFeatures(rows)),
      options,
    );
    if (trained.length > 0) {
      const { forward } = backbone as LayersBackbone;
      const blocks = { variables: trained.map(({ variable }) => variable), rateShare: blockRateShare };
      trainPasses(
        { phase: 'blocks', groups: [head, blocks], nRows, epochs, learningRate: learningRate / 10 },
        (rows) => loss(rows, forward(prepareImages(pick(images, rows), 0, rows.length, backbone.input))),
        options,
      );
    }
    return {
      shape,
      head: { ...start, kernel: floats(kernel), bias: floats(bias) },
      blocks: Object.fromEntries(trained.map(({ key, variable }) => [key, floats(variable)])),
    };
  } finally {
    trained.forEach(({ variable }, i) => {
      variable.assign(original[i] as tf.Tensor);
    });
    tf.dispose([kernel, bias, ...original]);
  }
}

function gather(features: Float32Array, width: number, rows: Uint32Array): tf.Tensor2D {
  const batch = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    batch.set(features.subarray(row * width, (row + 1) * width), i * width);
  });
  return tf.tensor2d(batch, [rows.length, width]);
}

function pick(images: ImageBatch, rows: Uint32Array): ImageBatch {
  const size = images.height * images.width * images.channels;
  const pixels = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => {
    pixels.set(images.pixels.subarray(row * size, (row + 1) * size), i * size);
  });
  return { ...images, nImages: rows.length, pixels };
}

function variable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape)));
}

function floats(of: tf.Variable): Float32Array {
  return Float32Array.from(of.dataSync());
}
