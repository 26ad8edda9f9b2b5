/** A dense layer of a pretrained network in whole numbers: twice as fast as in 32-bit floats, with an error of some 1e-5 of
 *  its outputs. */
import type { NeuralArena } from '../kernels.ts';
import { padded } from '../layers/layer.ts';

export interface WholeLayer {
  readonly nInputs: number;
  readonly nOutputs: number;
  /** out = inputs × weights + bias. @param inputs pointer to (rows × nInputs), a whole number of blocks of 4 rows.
   *  @param out pointer to (rows × nOutputs), overwritten. */
  run(inputs: number, nRows: number, out: number): void;
}

const PANEL = 8;
const MOST_NUMBER = 2 ** 15 - 1;
/** Sums stay below 2^31, because no product of two vectors is larger than that of their lengths (Cauchy and Schwarz).
 *  Rounding moves a length by far less than the rest. */
const MOST_PRODUCT = 0.98 * 2 ** 31;
/** How much longer than its mean number times the root of its width the largest number of a row usually is. */
const USUAL_PEAK = 4;

/** @param weights Float32Array (nInputs × nOutputs), row-major; nInputs even, nOutputs a multiple of 8.
 *  @param maxRows  that are run at once.
 *  The numbers are kept for as long as the arena's present scope. */
export function createWholeLayer(
  arena: NeuralArena,
  weights: Float32Array,
  bias: Float32Array,
  nInputs: number,
  nOutputs: number,
  maxRows: number,
): WholeLayer {
  const { largest, longest } = shapeOf(weights, nInputs, nOutputs);
  // So many units in the largest weight that weights and usual inputs are rounded about alike.
  const finest = Math.sqrt((MOST_PRODUCT * USUAL_PEAK) / (longest * Math.sqrt(nInputs)));
  const weightLimit = Math.min(MOST_NUMBER, Math.floor(finest));
  const packed = arena.allocate(2 * nInputs * nOutputs);
  const units = arena.allocate(4 * nOutputs);
  const biases = arena.allocate(4 * nOutputs);
  const rounded = arena.allocate(2 * padded(maxRows) * nInputs);
  const rowUnits = arena.allocate(4 * padded(maxRows));
  arena.float32(biases, nOutputs).set(bias);
  arena.float32(units, nOutputs).set(largest.map((most) => most / weightLimit));
  const norm = packRounded(
    weights,
    nInputs,
    nOutputs,
    largest.map((most) => (most > 0 ? weightLimit / most : 0)),
    arena.uint16(packed, nInputs * nOutputs),
  );
  const mostNorm = MOST_PRODUCT / Math.max(1, norm);
  return {
    nInputs,
    nOutputs,
    run(inputs, nRows, out) {
      const rows = padded(nRows);
      arena.kernels.roundRows(inputs, rows, nInputs, mostNorm, rounded, rowUnits);
      arena.kernels.forwardWhole(rounded, rowUnits, rows, nInputs, packed, units, biases, out, nOutputs);
    },
  };
}

/** @returns the largest weight of each output, and the largest length of an output's weights in units of its largest. */
function shapeOf(
  weights: Float32Array,
  nInputs: number,
  nOutputs: number,
): { largest: Float64Array; longest: number } {
  const largest = new Float64Array(nOutputs);
  const squares = new Float64Array(nOutputs);
  for (let input = 0; input < nInputs; input++) {
    for (let output = 0; output < nOutputs; output++) {
      const weight = Math.abs(weights[input * nOutputs + output] as number);
      if (weight > (largest[output] as number)) largest[output] = weight;
      squares[output] = (squares[output] as number) + weight ** 2;
    }
  }
  const lengths = squares.map((sum, output) => (sum > 0 ? Math.sqrt(sum) / (largest[output] as number) : 0));
  return { largest, longest: Math.max(1, ...lengths) };
}

/** Panels of 8 outputs; in them, for every two inputs, the two weights of each output side by side.
 *  @returns the largest length of an output's rounded weights. */
function packRounded(
  weights: Float32Array,
  nInputs: number,
  nOutputs: number,
  factors: Float64Array,
  packed: Uint16Array,
): number {
  const squares = new Float64Array(nOutputs);
  for (let input = 0; input < nInputs; input++) {
    for (let output = 0; output < nOutputs; output++) {
      const weight = weights[input * nOutputs + output] as number;
      const whole = Math.round(weight * (factors[output] as number));
      const panel = Math.floor(output / PANEL) * nInputs * PANEL;
      const place = panel + (input >> 1) * 2 * PANEL + (output % PANEL) * 2 + (input & 1);
      packed[place] = whole; // the same 16 bits, whatever the sign
      squares[output] = (squares[output] as number) + whole ** 2;
    }
  }
  return Math.sqrt(Math.max(...squares));
}
