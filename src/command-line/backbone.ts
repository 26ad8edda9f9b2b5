/** A pretrained network, looked at: fetched, kept, opened and run once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolderArtifacts } from '../artifacts/folder.ts';
import { fetchBackbone } from '../datasets/backbone-cache.ts';
import { parseBackboneSource } from '../datasets/backbone-source.ts';
import type { ImageInput } from '../ml/neural/backbones/image-batch.ts';
import { openBackbone } from '../ml/neural/backbones/open-backbone.ts';

export interface BackboneDescription {
  readonly name: string;
  readonly format: string;
  readonly input: ImageInput;
  readonly nFeatures: number;
  readonly isTrainable: boolean;
  readonly sha256: string;
}

/** @param home where the artifacts are; a network that is there already is not fetched again.
 *  @throws what `fetchBackbone` and `openBackbone` throw. */
export async function describeBackbone(text: string, home: string): Promise<BackboneDescription> {
  const source = parseBackboneSource(text);
  const scratch = await mkdtemp(join(tmpdir(), 'modelwright-backbone-'));
  try {
    const artifacts = await openFolderArtifacts(join(home, 'artifacts'));
    const { files, sha256 } = await fetchBackbone(source, artifacts, scratch);
    const backbone = await openBackbone(files, source.settings);
    const { name, format, input, nFeatures } = backbone;
    backbone.dispose();
    return { name, format, input, nFeatures, isTrainable: format === 'layers', sha256 };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  layers: 'a layers model of TensorFlow.js, whose last blocks can be trained further',
  graph: 'a graph model of TensorFlow.js, used as it is',
  onnx: 'an ONNX model, used as it is',
};

export function backboneText({ name, format, input, nFeatures, sha256 }: BackboneDescription): string {
  const colours = input.channels === 1 ? 'grey' : 'colour';
  return [
    `${name}: ${FORMATS[format]}.`,
    `It reads ${colours} images of ${input.width} by ${input.height} pixels (normalisation: ${input.normalisation}) and gives ${nFeatures} features each.`,
    `Kept under its content. To be sure to get the same again, add sha256=${sha256} behind the #.`,
    '',
  ].join('\n');
}
