/** The products of dense layers give the bits of plain loops that add in the same order, and round to single precision after every
 *  operation, or once for both where one instruction multiplies and adds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canFuse } from '../../../src/ml/fused-multiply-add.ts';
import { denseScratch, NeuralArena, packWeights, paddedWidth } from '../../../src/ml/neural/kernels.ts';
import { Random } from '../../../src/ml/random.ts';

interface Matrix {
  readonly nRows: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** Rows beyond a block of the products and a batch that is not a multiple of it; widths that end within a panel. */
const SIZES: [nRows: number, nInputs: number, nOutputs: number][] = [
  [4, 1, 1],
  [132, 71, 1],
  [12, 3, 9],
  [132, 30, 16],
  [260, 7, 3],
];

/** sum + a × b in single precision. */
type MultiplyAdd = (sum: number, a: number, b: number) => number;

const roundTwice: MultiplyAdd = (sum, a, b) => Math.fround(sum + Math.fround(a * b));

/** Products of single precision are exact in double. A sum of it that is not becomes one with an odd last bit, so that rounding it
 *  again does what rounding once would have done (Boldo and Melquiond 2008). */
const roundOnce: MultiplyAdd = (sum, a, b) => {
  const product = a * b;
  const total = sum + product;
  const ofProduct = total - sum;
  const lost = sum - (total - ofProduct) + (product - ofProduct);
  if (lost === 0) return Math.fround(total);
  const bits = new BigInt64Array(Float64Array.of(total).buffer);
  const last = bits[0] as bigint;
  if (last % 2n === 0n) bits[0] = last + (lost > 0 === total > 0 ? 1n : -1n);
  return Math.fround(new Float64Array(bits.buffer)[0] as number);
};

describe.each([
  { way: 'rounding twice', fused: false, multiplyAdd: roundTwice },
  { way: 'rounding once', fused: true, multiplyAdd: roundOnce },
])('the products of a dense layer, $way', ({ fused, multiplyAdd }) => {
  const isMissing = fused && !canFuse();
  const name = (said: string) =>
    isMissing ? `${said} (skipped: nothing here multiplies and adds at once)` : said;

  it.skipIf(isMissing).each(SIZES)(
    name('of %i rows, %i inputs and %i outputs are those of plain loops'),
    (...size) => {
      expectPlainLoops(new NeuralArena(fused), multiplyAdd, ...size, 1);
    },
  );

  it.skipIf(isMissing)(name('are so for any size'), () => {
    const size = (most: number) => fc.integer({ min: 1, max: most });
    fc.assert(
      fc.property(
        size(70),
        size(80),
        fc.oneof(fc.constant(1), size(20)),
        size(1000),
        (quads, nInputs, nOutputs, seed) =>
          expectPlainLoops(new NeuralArena(fused), multiplyAdd, 4 * quads, nInputs, nOutputs, seed),
      ),
      { numRuns: 40 },
    );
  });
});

function expectPlainLoops(
  arena: NeuralArena,
  multiplyAdd: MultiplyAdd,
  nRows: number,
  nInputs: number,
  nOutputs: number,
  seed: number,
): void {
  const sumOf = (count: number, a: (i: number) => number, b: (i: number) => number, start = 0) => {
    let sum = start;
    for (let i = 0; i < count; i++) sum = multiplyAdd(sum, a(i), b(i));
    return sum;
  };
  const random = new Random(seed);
  const inputs = draw(random, nRows, nInputs);
  const weights = draw(random, nInputs, nOutputs);
  const bias = draw(random, 1, nOutputs);
  const gradients = draw(random, nRows, nOutputs);
  const [inputStride, stride] = [paddedWidth(nInputs), paddedWidth(nOutputs)];
  const [from, of, to] = [inputs, gradients, bias].map((matrix) => place(arena, matrix)) as [
    number,
    number,
    number,
  ];
  const packed = arena.allocate(nInputs * stride * 4);
  packWeights(weights.values, { nInputs, nOutputs, groups: 1 }, arena.float32(packed, nInputs * stride));
  const scratch = arena.allocate(denseScratch(inputStride, stride) * 4);
  const out = arena.allocate(nRows * stride * 4);
  const ofInputs = arena.allocate(nRows * inputStride * 4);
  // A few more numbers, which nobody may touch.
  const nWeights = nInputs * stride;
  const ofWeights = arena.allocate((nWeights + 32) * 4);
  arena.float32(ofWeights, nWeights + 32).fill(7);

  arena.kernels.forwardDense(from, nRows, nInputs, inputStride, packed, to, out, stride);
  arena.kernels.weightGradients(from, nRows, nInputs, inputStride, of, stride, nOutputs, scratch, ofWeights);
  arena.kernels.inputGradients(of, nRows, stride, nOutputs, packed, nInputs, scratch, ofInputs, inputStride);

  const x = (row: number, k: number) => inputs.values[row * nInputs + k] as number;
  const w = (k: number, j: number) => weights.values[k * nOutputs + j] as number;
  const g = (row: number, j: number) => gradients.values[row * nOutputs + j] as number;
  expect(take(arena, out, nRows, nOutputs)).toEqual(
    matrix(nRows, nOutputs, (row, j) =>
      sumOf(
        nInputs,
        (k) => x(row, k),
        (k) => w(k, j),
        bias.values[j],
      ),
    ),
  );
  expect(take(arena, ofInputs, nRows, nInputs)).toEqual(
    matrix(nRows, nInputs, (row, k) =>
      sumOf(
        nOutputs,
        (j) => g(row, j),
        (j) => w(k, j),
      ),
    ),
  );
  const expected = new Float32Array(nWeights + 32).fill(7);
  packWeights(
    matrix(nInputs, nOutputs, (k, j) =>
      sumOf(
        nRows,
        (row) => x(row, k),
        (row) => g(row, j),
      ),
    ),
    { nInputs, nOutputs, groups: 1 },
    expected.subarray(0, nWeights),
  );
  expect(arena.float32(ofWeights, nWeights + 32).slice()).toEqual(expected);
}

function matrix(
  nRows: number,
  width: number,
  valueAt: (row: number, column: number) => number,
): Float32Array {
  return Float32Array.from({ length: nRows * width }, (_, i) => valueAt(Math.floor(i / width), i % width));
}

function draw(random: Random, nRows: number, width: number): Matrix {
  return { nRows, width, values: matrix(nRows, width, () => random.normal()) };
}

/** With rows padded by zeros. */
function place(arena: NeuralArena, { nRows, width, values }: Matrix): number {
  const stride = paddedWidth(width);
  const pointer = arena.allocate(nRows * stride * 4);
  const memory = arena.float32(pointer, nRows * stride).fill(0);
  for (let row = 0; row < nRows; row++) {
    memory.set(values.subarray(row * width, (row + 1) * width), row * stride);
  }
  return pointer;
}

function take(arena: NeuralArena, pointer: number, nRows: number, width: number): Float32Array {
  const stride = paddedWidth(width);
  const memory = arena.float32(pointer, nRows * stride);
  return matrix(nRows, width, (row, column) => memory[row * stride + column] as number);
}
