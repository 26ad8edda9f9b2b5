/** Frozen features: what a pretrained network sees in images, as a table that any estimator can learn from. */
import type { Backbone } from './backbone.ts';
import { type ImageBatch, prepareImages } from './image-batch.ts';

export interface FeatureOptions {
  /** Images of one pass: bounds the memory of activations. Default 32. */
  readonly batchSize?: number;
  /** Between passes. */
  readonly shouldStop?: () => boolean;
}

/** The features of every image.
 *  @returns Float32Array (nImages × backbone.nFeatures), row by row; the same for any batch size up to rounding. Rows of
 *  passes that `shouldStop` prevented stay 0. O(nImages) forward passes, and no gradients. */
export async function featuresOf(
  backbone: Backbone,
  images: ImageBatch<Uint8Array | Float32Array>,
  { batchSize = 32, shouldStop = () => false }: FeatureOptions = {},
): Promise<Float32Array> {
  const features = new Float32Array(images.nImages * backbone.nFeatures);
  for (let from = 0; from < images.nImages && !shouldStop(); from += batchSize) {
    const prepared = prepareImages(images, from, Math.min(images.nImages, from + batchSize), backbone.input);
    try {
      features.set(await backbone.embed(prepared), from * backbone.nFeatures);
    } finally {
      prepared.dispose();
    }
  }
  return features;
}
