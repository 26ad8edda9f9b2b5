/** The seam to the hot loops of networks for tables: what each of them takes and leaves. They are written in AssemblyScript
 *  (kernels/neural/). Pointers are byte offsets into the arena, all numbers float32.
 *
 *  Matrices of activations and gradients are row-major with `stride` columns, a multiple of 8, and a multiple of 4 rows;
 *  what is padded is 0. Weights (nInputs × nOutputs) lie in panels of 8 outputs, see `packWeights`. Everything is summed
 *  in one order, so equal operands give equal bits. */
import { arenaLender, KernelArena, kernelsFrom } from '../kernel-arena.ts';
import { wasm } from './kernels.generated.ts';

export interface NeuralKernels {
  /** out = inputs × weights + bias. O(nRows × nInputs × outStride), at some 25 GFLOP/s. */
  forwardDense(
    inputs: number,
    nRows: number,
    nInputs: number,
    inputStride: number,
    weights: number,
    bias: number,
    out: number,
    outStride: number,
  ): void;

  /** out = inputs^T × gradients, packed like weights. */
  weightGradients(
    inputs: number,
    nRows: number,
    nInputs: number,
    inputStride: number,
    gradients: number,
    gradientStride: number,
    out: number,
  ): void;

  /** out = gradients × weights^T, in the first `nInputs` columns of rows of `outStride`. */
  inputGradients(
    gradients: number,
    nRows: number,
    gradientStride: number,
    weights: number,
    nInputs: number,
    out: number,
    outStride: number,
  ): void;

  columnSums(values: number, nRows: number, stride: number, out: number): void;

  /** Rows of `source`, which has no padding, as a padded batch. @param rows uint32 (nRows). */
  gatherRows(
    source: number,
    rows: number,
    nRows: number,
    nPadded: number,
    width: number,
    out: number,
    outStride: number,
  ): void;

  applyRelu(values: number, count: number): void;

  /** ReLU, then 0 where a random uint32 is below `threshold` and a multiplication by `kept` elsewhere.
   *  @param state of four generators, 16 bytes, none 0; advanced. */
  applyReluAndDropout(values: number, count: number, threshold: number, kept: number, state: number): void;

  /** The derivative of either: gradients × kept where the activation is above 0, else 0; in place. */
  reluGradients(gradients: number, activations: number, count: number, kept: number): void;

  /** @param targets without padding, as wide as there are outputs. @param rows uint32 (nRows): which of them.
   *  @param gradients of the mean loss by the outputs, written. @returns the sum of the rows' losses. */
  crossEntropy: LossKernel;
  squaredError: LossKernel;

  sumOfSquares(values: number, count: number): number;

  /** Each row in whole numbers (int16) of its own unit, in which its length is at most `mostNorm`.
   *  @param units float32, one per row, written. Widths are multiples of 8. */
  roundRows(values: number, nRows: number, width: number, mostNorm: number, out: number, units: number): void;

  /** out (float32) = inputs × weights + bias of whole numbers, see `sentences/whole-layer.ts`. At some 45 billion
   *  multiplications and additions a second. */
  forwardWhole(
    inputs: number,
    inputUnits: number,
    nRows: number,
    nInputs: number,
    weights: number,
    weightUnits: number,
    bias: number,
    out: number,
    nOutputs: number,
  ): void;

  /** One step, in place; see kernels/neural/optimizer.ts. */
  updateAdamW(
    values: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    factor: number,
    rate: number,
    shrink: number,
    correction: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;
}

type LossKernel = (
  outputs: number,
  targets: number,
  rows: number,
  nRows: number,
  nPadded: number,
  nOutputs: number,
  stride: number,
  gradients: number,
) => number;

export class NeuralArena extends KernelArena<NeuralKernels> {
  constructor() {
    super(kernelsFrom<NeuralKernels>(wasm));
  }
}

/** Lends this thread's arena to `work`, which must not keep pointers. */
export const withNeuralArena = arenaLender(() => new NeuralArena());

const PANEL = 8;

/** Columns of a padded matrix. */
export function paddedWidth(width: number): number {
  return Math.ceil(width / PANEL) * PANEL;
}

/** Rows of a padded batch. */
export function paddedRows(nRows: number): number {
  return Math.ceil(nRows / 4) * 4;
}

/** @param weights Float32Array (nInputs × nOutputs), row-major.
 *  @param packed  Float32Array (nInputs × paddedWidth(nOutputs)): for every 8 outputs, 8 numbers per input; filled. */
export function packWeights(
  weights: Float32Array,
  nInputs: number,
  nOutputs: number,
  packed: Float32Array,
): void {
  packed.fill(0);
  for (let input = 0; input < nInputs; input++) {
    for (let output = 0; output < nOutputs; output++) {
      packed[placeOf(input, output, nInputs)] = weights[input * nOutputs + output] as number;
    }
  }
}

/** The inverse. */
export function unpackWeights(packed: Float32Array, nInputs: number, nOutputs: number): Float32Array {
  const weights = new Float32Array(nInputs * nOutputs);
  for (let input = 0; input < nInputs; input++) {
    for (let output = 0; output < nOutputs; output++) {
      weights[input * nOutputs + output] = packed[placeOf(input, output, nInputs)] as number;
    }
  }
  return weights;
}

function placeOf(input: number, output: number, nInputs: number): number {
  const panel = Math.floor(output / PANEL);
  return (panel * nInputs + input) * PANEL + (output % PANEL);
}
