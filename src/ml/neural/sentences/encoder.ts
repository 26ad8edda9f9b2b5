/** Texts as vectors of their meaning: the forward pass of the Universal Sentence Encoder "lite" (Cer et al. 2018), a
 *  transformer of two layers over pieces of words whose outputs are averaged. */
import { NeuralArena } from '../kernels.ts';
import { padded } from '../layers/layer.ts';
import { type Attention, createAttention } from './attention.ts';
import {
  checkSentenceModel,
  EMBEDDING_WIDTH,
  HIDDEN_WIDTH,
  LAYER_WIDTHS,
  type LayerTensor,
  SENTENCE_WIDTH,
  type SentenceModel,
} from './model.ts';
import { createPieceCutter, MAX_PIECES } from './pieces.ts';
import { meanRows, type Norm, normalise, toUnitLength } from './rows.ts';
import { createWholeLayer, type WholeLayer } from './whole-layer.ts';

/** Pieces that are encoded together: few enough that what they become stays in the processor's cache. */
const BATCH = 256;

export interface SentenceEncoder {
  /** Of the model. */
  readonly id: string;
  readonly width: number;
  /** One vector of length 1 per text, of at most its first 128 pieces, whatever it is encoded beside; 0 for a text
   *  without any.
   *  @returns Float32Array (texts × width), row-major. */
  encode(texts: readonly string[]): Float32Array<ArrayBuffer>;
}

interface Layer {
  readonly norm: Norm;
  readonly attentionInputs: WholeLayer;
  readonly attentionOutputs: WholeLayer;
  readonly hiddenNorm: Norm;
  readonly hidden: WholeLayer;
  readonly outputs: WholeLayer;
}

/** Holds the weights once more, in the form that the kernels read: 10 MB. @throws RangeError */
export function createSentenceEncoder(model: SentenceModel): SentenceEncoder {
  checkSentenceModel(model);
  const arena = new NeuralArena();
  const cutter = createPieceCutter(model);
  const tensor = (name: string) => model.tensors[name] as Float32Array;
  const dense = (name: string, nInputs: number, nOutputs: number) =>
    createWholeLayer(arena, tensor(name), tensor(`${name}Bias`), nInputs, nOutputs, BATCH);
  const layers = LAYER_WIDTHS.map((width, layer): Layer => {
    const name = (of: LayerTensor) => `${layer}/${of}`;
    return {
      norm: { scale: tensor(name('attentionNormScale')), bias: tensor(name('attentionNormBias')) },
      attentionInputs: dense(name('attentionInputs'), width, 3 * width),
      attentionOutputs: dense(name('attentionOutputs'), width, SENTENCE_WIDTH),
      hiddenNorm: { scale: tensor(name('hiddenNormScale')), bias: tensor(name('hiddenNormBias')) },
      hidden: dense(name('hidden'), SENTENCE_WIDTH, HIDDEN_WIDTH),
      outputs: dense(name('outputs'), HIDDEN_WIDTH, SENTENCE_WIDTH),
    };
  });
  const network: Network = {
    arena,
    layers,
    residual: dense('residual', EMBEDDING_WIDTH, SENTENCE_WIDTH),
    sentence: dense('sentence', SENTENCE_WIDTH, SENTENCE_WIDTH),
    attention: createAttention(arena, SENTENCE_WIDTH / 4),
    pieces: tensor('pieces'),
    places: placesOf(tensor('timing')),
  };
  return {
    id: model.id,
    width: SENTENCE_WIDTH,
    encode(texts) {
      const out = new Float32Array(texts.length * SENTENCE_WIDTH);
      let batch: { readonly text: number; readonly pieces: number[] }[] = [];
      let size = 0;
      const flush = () => {
        const vectors = encodeBatch(
          network,
          batch.map(({ pieces }) => pieces),
        );
        batch.forEach(({ text }, i) => {
          out.set(vectors.subarray(i * SENTENCE_WIDTH, (i + 1) * SENTENCE_WIDTH), text * SENTENCE_WIDTH);
        });
        batch = [];
        size = 0;
      };
      texts.forEach((value, text) => {
        const pieces = cutter.cut(value);
        if (pieces.length === 0) return;
        if (size + pieces.length > BATCH) flush();
        batch.push({ text, pieces });
        size += pieces.length;
      });
      if (batch.length > 0) flush();
      return out;
    },
  };
}

interface Network {
  readonly arena: NeuralArena;
  readonly layers: readonly Layer[];
  /** Brings pieces to the width of layer 0's output. */
  readonly residual: WholeLayer;
  readonly sentence: WholeLayer;
  readonly attention: Attention;
  readonly pieces: Float32Array;
  /** Float32Array (128 × 256): what is added to a piece for its place in the text. */
  readonly places: Float32Array;
}

/** Sines and cosines of falling frequency (Vaswani et al. 2017, section 3.5). */
function placesOf(timing: Float32Array): Float32Array {
  const half = EMBEDDING_WIDTH / 2;
  const places = new Float32Array(MAX_PIECES * EMBEDDING_WIDTH);
  for (let place = 0; place < MAX_PIECES; place++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(place * (timing[i] as number));
      places[place * EMBEDDING_WIDTH + i] = Math.sin(angle);
      places[place * EMBEDDING_WIDTH + half + i] = Math.cos(angle);
    }
  }
  return places;
}

/** @param texts none of them empty. @returns Float32Array (texts × 512). */
function encodeBatch(network: Network, texts: readonly (readonly number[])[]): Float32Array {
  const { arena, layers, attention } = network;
  const bounds = [0];
  for (const pieces of texts) bounds.push((bounds.at(-1) as number) + pieces.length);
  const rows = bounds.at(-1) as number;
  return arena.scoped(() => {
    // Attention reads up to 3 rows after the last text.
    const whole = padded(rows) + 4;
    const matrix = (width: number) => {
      const pointer = arena.allocate(4 * whole * width);
      arena.float32(pointer, whole * width).fill(0);
      return pointer;
    };
    const view = (pointer: number, width: number) => arena.float32(pointer, rows * width);
    const add = (pointer: number, more: number) => {
      const values = view(pointer, SENTENCE_WIDTH);
      const added = view(more, SENTENCE_WIDTH);
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + (added[i] as number);
    };

    const embedded = matrix(EMBEDDING_WIDTH);
    placePieces(network, texts, view(embedded, EMBEDDING_WIDTH));
    const sum = matrix(SENTENCE_WIDTH);
    network.residual.run(embedded, rows, sum);
    const normed = matrix(SENTENCE_WIDTH);
    const joint = matrix(3 * SENTENCE_WIDTH);
    const taken = matrix(SENTENCE_WIDTH);
    const change = matrix(SENTENCE_WIDTH);
    const hidden = matrix(HIDDEN_WIDTH);
    layers.forEach((layer, i) => {
      const width = layer.attentionInputs.nInputs;
      normalise(view(i === 0 ? embedded : sum, width), layer.norm, view(normed, width));
      layer.attentionInputs.run(normed, rows, joint);
      attention.attend(joint, bounds, width, taken);
      layer.attentionOutputs.run(taken, rows, change);
      add(sum, change);
      normalise(view(sum, SENTENCE_WIDTH), layer.hiddenNorm, view(normed, SENTENCE_WIDTH));
      layer.hidden.run(normed, rows, hidden);
      arena.kernels.applyRelu(hidden, padded(rows) * HIDDEN_WIDTH);
      layer.outputs.run(hidden, rows, change);
      add(sum, change);
    });
    const means = matrix(SENTENCE_WIDTH);
    meanRows(view(sum, SENTENCE_WIDTH), bounds, arena.float32(means, texts.length * SENTENCE_WIDTH));
    network.sentence.run(means, texts.length, change);
    const vectors = arena.float32(change, texts.length * SENTENCE_WIDTH).slice();
    toUnitLength(vectors);
    return vectors;
  });
}

/** The published graph adds the embedding to its sum with the place, so it counts twice. */
function placePieces(
  { pieces: embeddings, places }: Network,
  texts: readonly (readonly number[])[],
  out: Float32Array,
): void {
  let to = 0;
  for (const pieces of texts) {
    for (let place = 0; place < pieces.length; place++) {
      const from = (pieces[place] as number) * EMBEDDING_WIDTH;
      const at = place * EMBEDDING_WIDTH;
      for (let i = 0; i < EMBEDDING_WIDTH; i++) {
        out[to++] = 2 * (embeddings[from + i] as number) + (places[at + i] as number);
      }
    }
  }
}
