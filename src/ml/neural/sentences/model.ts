/** A pretrained sentence encoder as a value: the pieces that it cuts texts into, and its weights. Whoever loads it keeps
 *  the weights on shared memory, so that every thread reads the same bytes. */
import { z } from 'zod';

/** Layer 0 has 256 inputs and heads of 64 numbers, layer 1 has 512 and heads of 128; both put out 512. */
export const EMBEDDING_WIDTH = 256;
export const SENTENCE_WIDTH = 512;
export const HIDDEN_WIDTH = 1536;
export const LAYER_WIDTHS = [EMBEDDING_WIDTH, SENTENCE_WIDTH] as const;

/** Weights of one layer: what they are called here, and how many numbers they are for a layer of `width` inputs. */
const LAYER_TENSORS = {
  attentionNormScale: (width: number) => width,
  attentionNormBias: (width: number) => width,
  /** Queries, keys and values side by side. */
  attentionInputs: (width: number) => width * 3 * width,
  attentionInputsBias: (width: number) => 3 * width,
  attentionOutputs: (width: number) => width * SENTENCE_WIDTH,
  attentionOutputsBias: () => SENTENCE_WIDTH,
  hiddenNormScale: () => SENTENCE_WIDTH,
  hiddenNormBias: () => SENTENCE_WIDTH,
  hidden: () => SENTENCE_WIDTH * HIDDEN_WIDTH,
  hiddenBias: () => HIDDEN_WIDTH,
  outputs: () => HIDDEN_WIDTH * SENTENCE_WIDTH,
  outputsBias: () => SENTENCE_WIDTH,
} as const;
export type LayerTensor = keyof typeof LAYER_TENSORS;

export interface SentenceModel {
  /** Name, version and the beginning of the SHA-256 of its files: models of the same id say the same of every text. */
  readonly id: string;
  /** The first six are not pieces of texts; the very first stands for what no piece covers. */
  readonly pieces: readonly string[];
  /** Float64Array (pieces): the log of how frequent each is. */
  readonly scores: Float64Array;
  /** Float32Array each, row-major (inputs × outputs). */
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

const Tensors = z.record(z.string(), z.instanceof(Float32Array));

/** How many numbers each tensor of a model with `nPieces` pieces holds. */
export function tensorSizes(nPieces: number): Map<string, number> {
  const sizes = new Map<string, number>([
    ['pieces', nPieces * EMBEDDING_WIDTH],
    ['timing', EMBEDDING_WIDTH / 2],
    ['residual', EMBEDDING_WIDTH * SENTENCE_WIDTH],
    ['residualBias', SENTENCE_WIDTH],
    ['sentence', SENTENCE_WIDTH * SENTENCE_WIDTH],
    ['sentenceBias', SENTENCE_WIDTH],
  ]);
  LAYER_WIDTHS.forEach((width, layer) => {
    for (const [name, size] of Object.entries(LAYER_TENSORS)) sizes.set(`${layer}/${name}`, size(width));
  });
  return sizes;
}

/** @throws RangeError for a model whose weights are not those of this architecture. */
export function checkSentenceModel({ pieces, scores, tensors }: SentenceModel): void {
  Tensors.parse(tensors);
  if (scores.length !== pieces.length) throw new RangeError('not every piece has a score');
  for (const [name, size] of tensorSizes(pieces.length)) {
    const found = tensors[name]?.length;
    if (found !== size) throw new RangeError(`${name} should hold ${size} numbers, not ${found ?? 'none'}`);
  }
}
