/** The files of a pretrained network, as they are published: what may be in them, before anything is believed. */
import { z } from 'zod';
import { ModelwrightError } from '../../../errors/errors.ts';

/** A network as bytes: plain values that can be stored and sent to another thread. */
export type BackboneFiles =
  | {
      readonly kind: 'tensorflow';
      /** `model.json` of TensorFlow.js: a layers model or a graph model. */
      readonly modelJson: string;
      /** The weight shards one after the other, in the order of the manifest. */
      readonly weights: Uint8Array;
    }
  | { readonly kind: 'onnx'; readonly model: Uint8Array };

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

const Weight = z.object({
  name: z.string().min(1).max(1000),
  shape: z.array(z.number().int().min(0)).max(8),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: z.object({ dtype: z.enum(['uint8', 'uint16', 'float16']) }).optional(),
});

const ModelJson = z.object({
  format: z.enum(['layers-model', 'graph-model']).optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z
    .array(z.object({ paths: z.array(z.string().min(1).max(500)).min(1), weights: z.array(Weight) }))
    .min(1)
    .max(1000),
});

export interface ModelManifest {
  readonly format: 'layers' | 'graph';
  /** Names of the shards beside model.json, in order. */
  readonly shards: readonly string[];
  readonly nWeightBytes: number;
}

/** The most shards that are fetched. */
const MAX_SHARDS = 1000;

/** Reads what model.json says of its weights.
 *  @param name for error messages. @throws BACKBONE_UNREADABLE */
export function readManifest(modelJson: string, name: string): ModelManifest {
  const parsed = ModelJson.safeParse(parseJson(modelJson, name));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unreadable(name, `model.json: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { format, modelTopology, weightsManifest } = parsed.data;
  const shards = weightsManifest.flatMap(({ paths }) => paths);
  if (shards.length > MAX_SHARDS) throw unreadable(name, `it has more than ${MAX_SHARDS} weight files`);
  const odd = shards.find((path) => !/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'));
  if (odd !== undefined) throw unreadable(name, `its weight file "${odd}" is not a plain relative name`);
  let nWeightBytes = 0;
  for (const { weights } of weightsManifest) {
    for (const { shape, dtype, quantization } of weights) {
      nWeightBytes += shape.reduce((product, size) => product * size, BYTES[quantization?.dtype ?? dtype]);
    }
  }
  const isGraph = format ? format === 'graph-model' : 'node' in modelTopology;
  return { format: isGraph ? 'graph' : 'layers', shards, nWeightBytes };
}

export function unreadable(name: string, detail: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError('BACKBONE_UNREADABLE', { name, detail }, { cause });
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(name, 'model.json is not JSON', error);
  }
}
