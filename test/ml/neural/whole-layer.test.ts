import { describe, expect, it } from 'vitest';
import { NeuralArena } from '../../../src/ml/neural/kernels.ts';
import { createWholeLayer } from '../../../src/ml/neural/sentences/whole-layer.ts';
import { Random } from '../../../src/ml/random.ts';

/** @returns what the layer makes of the rows, and the products in double precision. */
function runBoth(inputs: Float32Array, weights: Float32Array, nInputs: number, nOutputs: number) {
  const nRows = inputs.length / nInputs;
  const bias = Float32Array.from({ length: nOutputs }, (_, i) => i / 10);
  const arena = new NeuralArena();
  const layer = createWholeLayer(arena, weights, bias, nInputs, nOutputs, nRows);
  const from = arena.allocate(4 * inputs.length);
  const to = arena.allocate(4 * nRows * nOutputs);
  arena.float32(from, inputs.length).set(inputs);
  layer.run(from, nRows, to);
  const exact = Float64Array.from({ length: nRows * nOutputs }, (_, at) => {
    const row = Math.floor(at / nOutputs);
    const output = at % nOutputs;
    let sum = bias[output] as number;
    for (let i = 0; i < nInputs; i++) {
      sum += (inputs[row * nInputs + i] as number) * (weights[i * nOutputs + output] as number);
    }
    return sum;
  });
  return { found: arena.float32(to, nRows * nOutputs).slice(), exact };
}

describe('a layer in whole numbers', () => {
  it('multiplies as in double precision, up to a small share of what it sums', () => {
    const random = new Random(3);
    for (const [nRows, nInputs, nOutputs] of [
      [4, 16, 8],
      [8, 256, 24],
      [12, 1536, 16],
    ] as const) {
      const inputs = Float32Array.from({ length: nRows * nInputs }, () => random.normal());
      const weights = Float32Array.from({ length: nInputs * nOutputs }, () => random.normal() / 10);
      const { found, exact } = runBoth(inputs, weights, nInputs, nOutputs);
      const usual = Math.sqrt(nInputs) / 10;
      found.forEach((value, i) => {
        expect(Math.abs(value - (exact[i] as number))).toBeLessThan(0.002 * usual);
      });
    }
  });

  it('never overflows: rows that point exactly along an output, and rows of one large number', () => {
    const nInputs = 1536;
    const nOutputs = 8;
    const weights = Float32Array.from({ length: nInputs * nOutputs }, (_, at) =>
      (at % nOutputs) % 2 === 0 ? 1 : -1,
    );
    const ones = new Float32Array(4 * nInputs).fill(1e4);
    ones.fill(0, nInputs);
    ones[nInputs] = 1e15;
    ones.fill(-1e-20, 2 * nInputs, 3 * nInputs);
    const { found, exact } = runBoth(ones, weights, nInputs, nOutputs);
    found.forEach((value, i) => {
      const wanted = exact[i] as number;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-3 * Math.abs(wanted) + 1e-6);
    });
  });
});
