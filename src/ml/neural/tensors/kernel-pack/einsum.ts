/** Einsum, which the backend lacks: a contraction of one or two tensors, as sums and one stacked matrix product. */
import {
  BatchMatMul,
  backend_util,
  Einsum,
  type EinsumAttrs,
  Reshape,
  Sum,
  type TensorInfo,
  Transpose,
} from '@tensorflow/tfjs-core';
import type { Kernel, KernelCall } from './kernel.ts';

/** A tensor whose axes have letters. */
interface Lettered {
  readonly letters: readonly string[];
  readonly tensor: TensorInfo;
}

export const einsum: Kernel = {
  name: Einsum,
  compute(call) {
    const equation = (call.attrs as EinsumAttrs).equation.replace(/\s/g, '');
    const tensors = Object.values(call.inputs) as TensorInfo[];
    // Throws for what tfjs does not define: repeated letters, more than two tensors, sizes that do not fit.
    const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
    const [given = '', output = ''] = equation.split('->');
    const terms = given.split(',');
    const factors = terms.map((term, i) => {
      const elsewhere = new Set([...output, ...terms.filter((_, other) => other !== i).join('')]);
      const lettered = { letters: [...term], tensor: tensors[i] as TensorInfo };
      return sumOut(call, lettered, (letter) => !elsewhere.has(letter));
    });
    const [first, second] = factors as [Lettered, Lettered | undefined];
    const product = second ? multiply(call, first, second, output) : first;
    return ordered(call, product, [...output]);
  },
};

/** Sums over the axes of the letters that only this factor has. */
function sumOut(call: KernelCall, factor: Lettered, isSummed: (letter: string) => boolean): Lettered {
  const axis = factor.letters.flatMap((letter, i) => (isSummed(letter) ? [i] : []));
  if (axis.length === 0) return factor;
  return {
    letters: factor.letters.filter((letter) => !isSummed(letter)),
    tensor: call.run(Sum, { x: factor.tensor }, { axis, keepDims: false }),
  };
}

/** Letters of both factors count the stacked products when the output has them, and are contracted when not. */
function multiply(call: KernelCall, a: Lettered, b: Lettered, output: string): Lettered {
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const stacked = shared.filter((letter) => output.includes(letter));
  const contracted = shared.filter((letter) => !output.includes(letter));
  const onlyA = a.letters.filter((letter) => !shared.includes(letter));
  const onlyB = b.letters.filter((letter) => !shared.includes(letter));
  const matrices = (factor: Lettered, rows: string[], columns: string[]) =>
    call.run(
      Reshape,
      { x: ordered(call, factor, [...stacked, ...rows, ...columns]) },
      { shape: [stacked, rows, columns].map((letters) => sizeOf(factor, letters)) },
    );
  const product = call.run(
    BatchMatMul,
    { a: matrices(a, onlyA, contracted), b: matrices(b, contracted, onlyB) },
    { transposeA: false, transposeB: false },
  );
  const letters = [...stacked, ...onlyA, ...onlyB];
  const shape = letters.map((letter) => sizeOf(a.letters.includes(letter) ? a : b, [letter]));
  return { letters, tensor: call.run(Reshape, { x: product }, { shape }) };
}

function ordered(call: KernelCall, factor: Lettered, letters: readonly string[]): TensorInfo {
  const perm = letters.map((letter) => factor.letters.indexOf(letter));
  return call.run(Transpose, { x: factor.tensor }, { perm });
}

function sizeOf({ letters, tensor }: Lettered, of: readonly string[]): number {
  return of.reduce((size, letter) => size * (tensor.shape[letters.indexOf(letter)] as number), 1);
}
