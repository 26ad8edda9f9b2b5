/** What happens to rows of numbers between two layers. */
import { SENTENCE_WIDTH } from './model.ts';

const EPSILON = 1e-6;

export interface Norm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** Each row to mean 0 and variance 1, then scaled and moved. */
export function normalise(rows: Float32Array, { scale, bias }: Norm, out: Float32Array): void {
  const width = scale.length;
  for (let start = 0; start < rows.length; start += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += rows[start + i] as number;
    mean /= width;
    let squares = 0;
    for (let i = 0; i < width; i++) squares += ((rows[start + i] as number) - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / width + EPSILON);
    for (let i = 0; i < width; i++) {
      const centred = (rows[start + i] as number) - mean;
      out[start + i] = (scale[i] as number) * factor * centred + (bias[i] as number);
    }
  }
}

/** One mean of the rows of each text. @param bounds where each text begins, and the number of rows at last. */
export function meanRows(rows: Float32Array, bounds: readonly number[], out: Float32Array): void {
  for (let text = 0; text + 1 < bounds.length; text++) {
    const from = bounds[text] as number;
    const to = bounds[text + 1] as number;
    for (let i = 0; i < SENTENCE_WIDTH; i++) {
      let sum = 0;
      for (let row = from; row < to; row++) sum += rows[row * SENTENCE_WIDTH + i] as number;
      out[text * SENTENCE_WIDTH + i] = sum / (to - from);
    }
  }
}

/** Each row of hyperbolic tangents, brought to length 1, in place. */
export function toUnitLength(vectors: Float32Array): void {
  for (let start = 0; start < vectors.length; start += SENTENCE_WIDTH) {
    const vector = vectors.subarray(start, start + SENTENCE_WIDTH);
    let squares = 0;
    for (let i = 0; i < SENTENCE_WIDTH; i++) {
      vector[i] = Math.tanh(vector[i] as number);
      squares += (vector[i] as number) ** 2;
    }
    const factor = 1 / Math.sqrt(Math.max(squares, 1e-12));
    for (let i = 0; i < SENTENCE_WIDTH; i++) vector[i] = (vector[i] as number) * factor;
  }
}
