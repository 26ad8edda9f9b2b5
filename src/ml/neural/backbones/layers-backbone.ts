/** Layers models of TensorFlow.js: the only format that can be trained further. */
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel, model as modelOf } from '@tensorflow/tfjs-layers';
import { inMemory, type TensorflowFiles } from './artifacts.ts';
import type { Backbone, BackboneSettings } from './backbone.ts';
import { unreadable } from './backbone-files.ts';
import type { ImageInput } from './image-batch.ts';
import { pooled } from './pooling.ts';

type Layer = LayersModel['layers'][number];
type Symbolic = LayersModel['outputs'][number];

export interface LayersBackbone extends Backbone {
  readonly format: 'layers';
  /** From images to what is pooled. */
  readonly body: LayersModel;
  /** The features as tensors, for gradients. Runs inside a tidy. */
  forward(images: tf.Tensor4D): tf.Tensor2D;
}

/** @throws BACKBONE_UNREADABLE */
export async function openLayers(
  files: TensorflowFiles,
  settings: BackboneSettings,
): Promise<LayersBackbone> {
  const { name } = settings;
  let whole: LayersModel;
  try {
    whole = await loadLayersModel(await inMemory(files, name));
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error), error);
  }
  const output = featureTensor(whole, settings);
  const body = modelOf({ inputs: whole.inputs, outputs: output });
  const input = imageInput(whole, settings);
  const forward = (images: tf.Tensor4D): tf.Tensor2D =>
    pooled(body.apply(images, { training: false }) as tf.Tensor, 'channels-last');
  const nFeatures = tf.tidy(() => forward(tf.zeros([1, input.height, input.width, input.channels])).shape[1]);
  return {
    name,
    format: 'layers',
    input,
    nFeatures,
    body,
    forward,
    async embed(images) {
      const features = tf.tidy(() => forward(images));
      const values = (await features.data()) as Float32Array;
      features.dispose();
      return values;
    },
    dispose: () => whole.dispose(),
  };
}

function featureTensor(whole: LayersModel, { output, name }: BackboneSettings): Symbolic {
  if (output !== undefined) {
    const layer = whole.layers.find((candidate) => candidate.name === output);
    if (!layer) throw unreadable(name, `it has no layer "${output}"`);
    return one(layer.output);
  }
  const last = one(whole.outputs);
  // Two axes: a vector per image, so what comes last with weights tells classes apart, and is of no use elsewhere.
  const classifier =
    last.shape.length === 2 ? whole.layers.findLast((layer) => layer.weights.length > 0) : null;
  return classifier ? one(classifier.input) : last;
}

function one(tensors: Layer['output'] | Symbolic[]): Symbolic {
  return (Array.isArray(tensors) ? tensors[0] : tensors) as Symbolic;
}

function imageInput(whole: LayersModel, { name, normalisation, side = 224 }: BackboneSettings): ImageInput {
  const [, height, width, channels] = whole.inputs[0]?.shape ?? [];
  if (whole.inputs.length !== 1 || (channels !== 1 && channels !== 3)) {
    throw unreadable(name, 'it does not read images of 1 or 3 channels, channels last');
  }
  return { height: height ?? side, width: width ?? side, channels, normalisation };
}
