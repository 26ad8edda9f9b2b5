/** Graph models of TensorFlow.js, as converted from TensorFlow: frozen. */

import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { inMemory, type TensorflowFiles } from './artifacts.ts';
import type { Backbone, BackboneSettings } from './backbone.ts';
import { unreadable } from './backbone-files.ts';
import type { ImageInput } from './image-batch.ts';
import { pooled } from './pooling.ts';

/** @throws BACKBONE_UNREADABLE */
export async function openGraph(files: TensorflowFiles, settings: BackboneSettings): Promise<Backbone> {
  const { name, output } = settings;
  try {
    const graph = await loadGraphModel(await inMemory(files, name));
    const input = imageInput(graph, settings);
    const run = await runner(graph, output ?? (graph.outputs[0]?.name as string), input);
    const embed = async (images: tf.Tensor4D): Promise<Float32Array> => {
      const result = await run(images);
      const features = tf.tidy(() => pooled(result, 'channels-last'));
      result.dispose();
      const values = (await features.data()) as Float32Array;
      features.dispose();
      return values;
    };
    const blank = tf.zeros([1, input.height, input.width, input.channels]) as tf.Tensor4D;
    const { length: nFeatures } = await embed(blank);
    blank.dispose();
    return { name, format: 'graph', input, nFeatures, embed, dispose: () => graph.dispose() };
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error), error);
  }
}

type Run = (images: tf.Tensor4D) => Promise<tf.Tensor>;

/** Operations that decide by values need the asynchronous way, which warns where none do: found out with a blank image. */
async function runner(
  graph: GraphModel,
  output: string,
  { height, width, channels }: ImageInput,
): Promise<Run> {
  const first = (result: tf.Tensor | tf.Tensor[]) =>
    (Array.isArray(result) ? result[0] : result) as tf.Tensor;
  const atOnce: Run = async (images) => first(graph.execute(images, output) as tf.Tensor);
  const later: Run = async (images) => first((await graph.executeAsync(images, output)) as tf.Tensor);
  const blank = tf.zeros([1, height, width, channels]) as tf.Tensor4D;
  try {
    (await atOnce(blank)).dispose();
    return atOnce;
  } catch {
    return later;
  } finally {
    blank.dispose();
  }
}

function imageInput(graph: GraphModel, { name, normalisation, side = 224 }: BackboneSettings): ImageInput {
  const [, height, width, channels] = graph.inputs[0]?.shape ?? [];
  if (graph.inputs.length !== 1 || (channels !== 1 && channels !== 3)) {
    throw unreadable(name, 'it does not read images of 1 or 3 channels, channels last');
  }
  const known = (size: number | undefined) => (size !== undefined && size > 0 ? size : side);
  return { height: known(height), width: known(width), channels, normalisation };
}
