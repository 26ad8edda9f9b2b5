/** A backbone that was trained further, and what it predicts. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelwrightError } from '../../../errors/errors.ts';
import type { Backbone } from './backbone.ts';
import { featuresOf } from './features.ts';
import { applyHead, type HeadShape, type HeadWeights } from './head.ts';
import type { ImageBatch } from './image-batch.ts';
import { lastBlocks } from './last-blocks.ts';
import type { LayersBackbone } from './layers-backbone.ts';

/** What was learnt: plain values, to be stored beside the backbone's hash. */
export interface FineTuned {
  readonly shape: HeadShape;
  readonly head: HeadWeights;
  /** New values of weights of the backbone, by key (see `lastBlocks`). */
  readonly blocks: Readonly<Record<string, Float32Array>>;
}

/** Probabilities (nImages × nOutputs, rows sum to 1), or numbers. The backbone is as it was before afterwards,
 *  and busy until then: one call at a time.
 *  @throws MODEL_FORMAT_UNKNOWN when it was learnt on another backbone, BACKBONE_FROZEN */
export async function predictFineTuned(
  backbone: Backbone,
  { shape, head, blocks }: FineTuned,
  images: ImageBatch,
): Promise<Float32Array> {
  const keys = Object.keys(blocks);
  const weights = keys.length > 0 ? lastBlocks(trainable(backbone), Number.POSITIVE_INFINITY) : [];
  const replaced = weights.filter(({ key }) => blocks[key] !== undefined);
  if (replaced.length !== keys.length || head.centre.length !== backbone.nFeatures) {
    const detail = `it was learnt on another network than ${backbone.name}`;
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'fine-tuned network', detail });
  }
  const original = replaced.map(({ variable }) => tf.clone(variable));
  try {
    for (const { key, variable } of replaced) {
      tf.tidy(() => variable.assign(tf.tensor((blocks[key] as Float32Array).slice(), variable.shape)));
    }
    const features = await featuresOf(backbone, images);
    return tf.tidy(() => {
      const kernel = tf.tensor2d(head.kernel, [backbone.nFeatures, shape.nOutputs]);
      const rows = tf.tensor2d(features, [images.nImages, backbone.nFeatures]);
      const outputs = applyHead(rows, head, kernel, tf.tensor1d(head.bias));
      return (shape.task === 'regression' ? outputs : tf.softmax(outputs)).dataSync() as Float32Array;
    });
  } finally {
    replaced.forEach(({ variable }, i) => {
      variable.assign(original[i] as tf.Tensor);
    });
    tf.dispose(original);
  }
}

/** @throws BACKBONE_FROZEN when the format has no gradients. */
export function trainable(backbone: Backbone): LayersBackbone {
  if (backbone.format === 'layers') return backbone as LayersBackbone;
  throw new ModelwrightError('BACKBONE_FROZEN', { name: backbone.name, format: backbone.format });
}
