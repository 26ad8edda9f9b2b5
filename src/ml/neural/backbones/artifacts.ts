/** TensorFlow.js files as the value that its loaders read from memory. */
import * as tf from '@tensorflow/tfjs-core';
import { type BackboneFiles, readManifest, unreadable } from './backbone-files.ts';

export type TensorflowFiles = Extract<BackboneFiles, { kind: 'tensorflow' }>;

/** @throws BACKBONE_UNREADABLE when the weights are not as many bytes as model.json says. */
export async function inMemory(files: TensorflowFiles, name: string): Promise<tf.io.IOHandler> {
  const { nWeightBytes } = readManifest(files.modelJson, name);
  const { weights } = files;
  if (weights.length !== nWeightBytes) {
    throw unreadable(
      name,
      `it has ${weights.length} bytes of weights, and model.json promises ${nWeightBytes}`,
    );
  }
  const model = JSON.parse(files.modelJson) as tf.io.ModelJSON;
  const artifacts = await tf.io.getModelArtifactsForJSON(model, async (manifest) => [
    manifest.flatMap((group) => group.weights),
    Uint8Array.from(weights).buffer,
  ]);
  return tf.io.fromMemory(artifacts);
}
