/** Self-attention within each text of a batch, on the kernels for dense layers: a product of two matrices that are both
 *  made here is a dense layer without a bias. */
import type { NeuralArena } from '../kernels.ts';
import { paddedWidth } from '../kernels.ts';
import { padded } from '../layers/layer.ts';
import { MAX_PIECES } from './pieces.ts';

const HEADS = 4;

export interface Attention {
  /** @param joint  pointer to (rows × 3 × width): queries, keys and values of each piece, side by side. Up to 3 rows
   *                after the last one are read and not used.
   *  @param bounds where each text begins, and the number of rows at last.
   *  @param out    pointer to (rows × width), overwritten: what each piece takes from the others of its text. */
  attend(joint: number, bounds: readonly number[], width: number, out: number): void;
}

/** @param maxWidth of any layer. */
export function createAttention(arena: NeuralArena, maxWidth: number): Attention {
  const most = MAX_PIECES;
  const keys = arena.allocate(4 * most * maxWidth);
  const weights = arena.allocate(4 * most * most);
  const taken = arena.allocate(4 * most * maxWidth);
  const zeros = arena.allocate(4 * Math.max(most, maxWidth));
  arena.float32(zeros, Math.max(most, maxWidth)).fill(0);

  const attendHead = (joint: number, rows: number, width: number, head: number, out: number): void => {
    const each = width / HEADS;
    const stride = 3 * width;
    const query = joint + 4 * head * each;
    const source = arena.float32(joint, rows * stride);
    const whole = padded(rows);
    const across = paddedWidth(rows);
    packTransposed(source, stride, width + head * each, rows, each, arena.float32(keys, across * each));
    arena.kernels.forwardDense(query, whole, each, stride, keys, zeros, weights, across);
    softmaxRows(arena.float32(weights, rows * across), rows, across, 1 / Math.sqrt(each));
    packRows(source, stride, 2 * width + head * each, rows, each, arena.float32(keys, rows * each));
    arena.kernels.forwardDense(weights, whole, rows, across, keys, zeros, taken, each);
    const found = arena.float32(taken, rows * each);
    const target = arena.float32(out, rows * width);
    for (let row = 0; row < rows; row++) {
      target.set(found.subarray(row * each, (row + 1) * each), row * width + head * each);
    }
  };

  return {
    attend(joint, bounds, width, out) {
      for (let text = 0; text + 1 < bounds.length; text++) {
        const from = bounds[text] as number;
        const rows = (bounds[text + 1] as number) - from;
        for (let head = 0; head < HEADS && rows > 0; head++) {
          attendHead(joint + 12 * width * from, rows, width, head, out + 4 * width * from);
        }
      }
    },
  };
}

const PANEL = 8;

/** `each` numbers of every row, as the weights of a layer with an output per row: panels of 8 rows, one number of each
 *  after the other; 0 for rows that are not there. */
function packTransposed(
  source: Float32Array,
  stride: number,
  offset: number,
  rows: number,
  each: number,
  packed: Float32Array,
): void {
  packed.fill(0);
  for (let row = 0; row < rows; row++) {
    const panel = (row >> 3) * each * PANEL + (row & 7);
    const from = row * stride + offset;
    for (let i = 0; i < each; i++) packed[panel + i * PANEL] = source[from + i] as number;
  }
}

/** `each` numbers of every row, as the weights of a layer with an input per row. */
function packRows(
  source: Float32Array,
  stride: number,
  offset: number,
  rows: number,
  each: number,
  packed: Float32Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * stride + offset;
    for (let i = 0; i < each; i++) {
      packed[((i >> 3) * rows + row) * PANEL + (i & 7)] = source[from + i] as number;
    }
  }
}

/** The first `rows` numbers of each row become shares that sum to 1; what is padded is left. */
function softmaxRows(values: Float32Array, rows: number, stride: number, scale: number): void {
  for (let start = 0; start < rows * stride; start += stride) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + rows; i++) largest = Math.max(largest, values[i] as number);
    let sum = 0;
    for (let i = start; i < start + rows; i++) {
      const share = Math.exp(((values[i] as number) - largest) * scale);
      values[i] = share;
      sum += share;
    }
    for (let i = start; i < start + rows; i++) values[i] = (values[i] as number) / sum;
  }
}
