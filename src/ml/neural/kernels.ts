/** The seam to the hot loops of networks: what each of them takes and leaves. They are written in AssemblyScript
 *  (kernels/neural/). Pointers are byte offsets into the arena, all numbers float32.
 *
 *  Matrices of activations and gradients are row-major with `stride` columns, a multiple of 8, and a multiple of 4 rows;
 *  what is padded is 0. Weights (nInputs × nOutputs) lie in panels of 8 outputs, see `packWeights`. Everything is summed
 *  in one order, so equal operands give equal bits wherever a product and its sum are rounded once, and others wherever they are
 *  rounded twice. */
import { canFuse } from '../fused-multiply-add.ts';
import { arenaLender, KernelArena, kernelsFrom } from '../kernel-arena.ts';
import { fusedWasm, wasm } from './kernels.generated.ts';

export interface NeuralKernels {
  /** out = inputs × weights + bias. O(nRows × nInputs × outStride), at some 55 GFLOP/s (47 unfused). */
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

  /** out = inputs^T × gradients, packed like weights. @param nOutputs of the gradients' columns, the others are padding.
   *  @param scratch see `denseScratch`. */
  weightGradients(
    inputs: number,
    nRows: number,
    nInputs: number,
    inputStride: number,
    gradients: number,
    gradientStride: number,
    nOutputs: number,
    scratch: number,
    out: number,
  ): void;

  /** out = gradients × weights^T, in the first `nInputs` columns of rows of `outStride`. @param scratch see `denseScratch`. */
  inputGradients(
    gradients: number,
    nRows: number,
    gradientStride: number,
    nOutputs: number,
    weights: number,
    nInputs: number,
    scratch: number,
    out: number,
    outStride: number,
  ): void;

  columnSums(values: number, nRows: number, stride: number, out: number): void;

  applyRelu(values: number, count: number): void;

  /** ReLU, then 0 where a random uint32 is below `threshold` and a multiplication by `kept` elsewhere.
   *  @param state of four generators, 16 bytes, none 0; advanced. */
  applyReluAndDropout(values: number, count: number, threshold: number, kept: number, state: number): void;

  /** Without ReLU; from the same state it drops the same numbers. */
  applyDropout(values: number, count: number, threshold: number, kept: number, state: number): void;

  /** The derivative of either ReLU: gradients × kept where the activation is above 0, else 0; in place. */
  reluGradients(gradients: number, activations: number, count: number, kept: number): void;

  applySelu(inputs: number, count: number, out: number): void;
  /** out = gradients × the derivative at the inputs. */
  seluGradients(gradients: number, inputs: number, count: number, out: number): void;
  applyMish(inputs: number, count: number, out: number): void;
  mishGradients(gradients: number, inputs: number, count: number, out: number): void;

  /** Mean and variance (divided by nRows) of each column. */
  columnMoments(values: number, nRows: number, stride: number, mean: number, variance: number): void;
  normaliseColumns(
    values: number,
    nRows: number,
    nPadded: number,
    stride: number,
    mean: number,
    variance: number,
    epsilon: number,
    scale: number,
    shift: number,
    out: number,
  ): void;
  /** @param out may be `gradients`. */
  columnNormGradients(
    gradients: number,
    values: number,
    nRows: number,
    nPadded: number,
    stride: number,
    mean: number,
    variance: number,
    epsilon: number,
    scale: number,
    ofScale: number,
    ofShift: number,
    out: number,
  ): void;

  /** @param moments 8 bytes a row, written: mean and inverse deviation. */
  normaliseRows(
    values: number,
    nRows: number,
    width: number,
    stride: number,
    epsilon: number,
    scale: number,
    shift: number,
    moments: number,
    out: number,
  ): void;
  /** @param out may be `gradients`. */
  rowNormGradients(
    gradients: number,
    values: number,
    nRows: number,
    width: number,
    stride: number,
    scale: number,
    moments: number,
    ofScale: number,
    ofShift: number,
    out: number,
  ): void;

  /** @param targets of the batch, without padding, as wide as there are outputs.
   *  @param weights how much each row counts; 0 where all count alike.
   *  @param gradients of the mean loss by the outputs, written. @returns the weighted sum of the rows' losses. */
  crossEntropy: LossKernel;
  focalLoss(...args: [...Parameters<LossKernel>, gamma: number]): number;
  squaredError: LossKernel;
  huberError(...args: [...Parameters<LossKernel>, threshold: number]): number;

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

  /** One step, in place; see kernels/neural/optimizer.ts. @param factor what clipping leaves of the gradients. */
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
  updateNesterov(
    values: number,
    gradients: number,
    velocity: number,
    count: number,
    factor: number,
    rate: number,
    decay: number,
    momentum: number,
  ): void;
  updateLion(
    values: number,
    gradients: number,
    momentum: number,
    count: number,
    factor: number,
    rate: number,
    shrink: number,
    beta1: number,
    beta2: number,
  ): void;
  updateRmsProp(
    values: number,
    gradients: number,
    squares: number,
    count: number,
    factor: number,
    rate: number,
    shrink: number,
    alpha: number,
    epsilon: number,
  ): void;

  /** sums += values × share. */
  addScaled(sums: number, values: number, count: number, share: number): void;
  /** values += (goal × factor − values) × share. */
  moveTowards(values: number, goal: number, count: number, share: number, factor: number): void;
  clipValues(values: number, count: number, limit: number): void;

  /** Rows of `width` numbers to a place in another matrix. */
  copyRows(
    source: number,
    sourceStride: number,
    nRows: number,
    width: number,
    out: number,
    outStride: number,
  ): void;
  /** Every row times each row of `scales` (members × stride). @param out (nRows × members × stride). */
  scaleRows(
    inputs: number,
    nRows: number,
    stride: number,
    scales: number,
    members: number,
    out: number,
  ): void;
  /** @param ofInputs 0 where nobody wants to know. */
  scaleRowsGradients(
    inputs: number,
    gradients: number,
    nRows: number,
    stride: number,
    scales: number,
    members: number,
    ofScales: number,
    ofInputs: number,
  ): void;
  /** @param edges  of the bins of all columns, one column after the other.
   *  @param starts uint32 (nInputs + 1): where each column's begin; a column without any is copied. */
  encodePiecewise(
    inputs: number,
    nRows: number,
    nInputs: number,
    inputStride: number,
    edges: number,
    starts: number,
    out: number,
    outStride: number,
  ): void;
  piecewiseGradients(
    gradients: number,
    inputs: number,
    nRows: number,
    nInputs: number,
    inputStride: number,
    edges: number,
    starts: number,
    out: number,
    gradientStride: number,
  ): void;
  /** out = windows × weights + bias, image by image; see kernels/neural/convolution.ts.
   *  @param imageSize numbers from one image to the next. @param nChannels numbers read at a position.
   *  @param table     uint32 (nPlaces × nTaps): where each window reads, from the start of its image; OUTSIDE reads zeros.
   *  @param tapWidth  weights of one tap in a panel. @param nPositions of the outputs of an image. */
  forwardConvolution(
    inputs: number,
    nImages: number,
    imageSize: number,
    nChannels: number,
    table: number,
    nPlaces: number,
    nTaps: number,
    zeros: number,
    weights: number,
    tapWidth: number,
    bias: number,
    out: number,
    nPositions: number,
    outStride: number,
  ): void;
  /** Weights for the way back: panels of 8 inputs by taps and outputs. */
  turnWeights(
    weights: number,
    nTaps: number,
    tapWidth: number,
    nChannels: number,
    outStride: number,
    out: number,
  ): void;
  /** out = windows^T × gradients, packed like weights. */
  convolutionGradients(
    inputs: number,
    nImages: number,
    height: number,
    width: number,
    inputStride: number,
    nChannels: number,
    sizeY: number,
    sizeX: number,
    dilation: number,
    step: number,
    padY: number,
    padX: number,
    nLines: number,
    tapWidth: number,
    gradients: number,
    outHeight: number,
    outWidth: number,
    gradientStride: number,
    scratch: number,
    out: number,
  ): void;

  /** @param chosen as many int32 as there are outputs: which cell of each window was the largest. */
  maxPool(
    inputs: number,
    nImages: number,
    height: number,
    width: number,
    stride: number,
    size: number,
    step: number,
    out: number,
    chosen: number,
  ): void;
  maxPoolGradients(
    gradients: number,
    chosen: number,
    nImages: number,
    height: number,
    width: number,
    stride: number,
    size: number,
    step: number,
    out: number,
  ): void;
  averagePool(inputs: number, nImages: number, nPositions: number, stride: number, out: number): void;
  averagePoolGradients(
    gradients: number,
    nImages: number,
    nPositions: number,
    stride: number,
    out: number,
  ): void;
  /** out = a + b. */
  add(a: number, b: number, count: number, out: number): void;
}

type LossKernel = (
  outputs: number,
  targets: number,
  weights: number,
  nRows: number,
  nPadded: number,
  nOutputs: number,
  stride: number,
  gradients: number,
) => number;

const plainKernels = kernelsFrom<NeuralKernels>(wasm);
const fusedKernels = kernelsFrom<NeuralKernels>(fusedWasm);

export class NeuralArena extends KernelArena<NeuralKernels> {
  /** @param fused whether products are added in one instruction, for which `canFuse()` must be true. */
  constructor(fused = canFuse()) {
    super(fused ? fusedKernels : plainKernels);
  }
}

/** Lends this thread's arena to `work`, which must not keep pointers. */
export const withNeuralArena = arenaLender(() => new NeuralArena());

const PANEL = 8;

/** Columns of a padded matrix. */
export function paddedWidth(width: number): number {
  return Math.ceil(width / PANEL) * PANEL;
}

/** Numbers that the gradients of a dense layer need beside them: a block of 128 rows, packed, or the weights of 8 inputs. */
export function denseScratch(inputStride: number, outputStride: number): number {
  return Math.max(128 * (inputStride + PANEL), (outputStride + 1) * PANEL);
}

/** How a matrix of weights lies in panels. @property groups of inputs: each padded to whole 8s where there are several. */
interface PanelShape {
  readonly nInputs: number;
  readonly nOutputs: number;
  readonly groups: number;
}

/** @param weights Float32Array (nInputs × nOutputs), row-major.
 *  @param packed  for every 8 outputs, 8 numbers per input (padded groups of inputs included); filled. */
export function packWeights(weights: Float32Array, shape: PanelShape, packed: Float32Array): void {
  packed.fill(0);
  forEachPlace(shape, (place, at) => {
    packed[place] = weights[at] as number;
  });
}

/** The inverse. */
export function unpackWeights(packed: Float32Array, shape: PanelShape): Float32Array {
  const weights = new Float32Array(shape.nInputs * shape.nOutputs);
  forEachPlace(shape, (place, at) => {
    weights[at] = packed[place] as number;
  });
  return weights;
}

/** @param visit told the place in panels of each weight, and its place in rows. */
function forEachPlace(
  { nInputs, nOutputs, groups }: PanelShape,
  visit: (place: number, at: number) => void,
): void {
  const width = nInputs / groups;
  const paddedInput = groups > 1 ? paddedWidth(width) : width;
  for (let input = 0; input < nInputs; input++) {
    const row = Math.floor(input / width) * paddedInput + (input % width);
    for (let output = 0; output < nOutputs; output++) {
      const panel = Math.floor(output / PANEL);
      const place = (panel * groups * paddedInput + row) * PANEL + (output % PANEL);
      visit(place, input * nOutputs + output);
    }
  }
}
