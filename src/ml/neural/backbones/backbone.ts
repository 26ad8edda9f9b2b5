/** A pretrained network from which another task takes its features. */
import type * as tf from '@tensorflow/tfjs-core';
import type { ImageInput, Normalisation } from './image-batch.ts';

export interface Backbone {
  readonly name: string;
  readonly format: 'layers' | 'graph' | 'onnx';
  readonly input: ImageInput;
  readonly nFeatures: number;
  /** The features of prepared images (see `prepareImages`), row by row. */
  embed(images: tf.Tensor4D): Promise<Float32Array>;
  /** Gives its tensors back; it cannot be used afterwards. */
  dispose(): void;
}

export interface BackboneSettings {
  /** How it appears in messages. */
  readonly name: string;
  /** The files do not say what the network was trained on. */
  readonly normalisation: Normalisation;
  /** The layer, node or output whose values are the features. Default: of a layers model that classifies, what its last
   *  layer with weights reads; else the first output. Maps of features are averaged over the places. */
  readonly output?: string;
  /** Pixels of a side where the network takes images of any size. Default 224. */
  readonly side?: number;
}
