/** Where the numbers of a network lie in an arena: those that are trained in one block, in the same order as their gradients
 *  and whatever an optimizer keeps of them; then those that layers only keep in mind. */
import { type NeuralArena, packWeights, paddedWidth, unpackWeights } from './kernels.ts';
import type { ParameterSpec } from './layers/layer.ts';

/** @property at     numbers from the start of its block. @property count numbers, padding included. */
interface Place {
  readonly spec: ParameterSpec;
  readonly at: number;
  readonly count: number;
}

/** Numbers in a row that are trained alike. */
export interface Stretch {
  readonly at: number;
  readonly count: number;
  readonly decays: boolean;
  readonly rate: number;
}

export class ParameterMemory {
  readonly #arena: NeuralArena;
  readonly #places: readonly Place[];
  /** Trained numbers, padding included. */
  readonly count: number;
  /** Those that are only kept. */
  readonly keptCount: number;
  readonly values: number;
  readonly kept: number;
  readonly stretches: readonly Stretch[];

  constructor(arena: NeuralArena, specs: readonly ParameterSpec[]) {
    this.#arena = arena;
    let [count, keptCount] = [0, 0];
    this.#places = specs.map((spec) => {
      const place = { spec, at: spec.trained ? count : keptCount, count: paddedCount(spec) };
      if (spec.trained) count += place.count;
      else keptCount += place.count;
      return place;
    });
    this.count = count;
    this.keptCount = keptCount;
    this.values = this.block(count);
    this.kept = this.block(keptCount);
    this.stretches = stretchesOf(this.#places);
  }

  /** Zeros for as many numbers. @returns a pointer. */
  block(count = this.count): number {
    const pointer = this.#arena.allocate(count * 4);
    this.#arena.float32(pointer, count).fill(0);
    return pointer;
  }

  /** Pointers to each parameter, and to its place in a block of gradients (0 where it is not trained). */
  refs(gradients: number): { readonly values: number; readonly gradients: number }[] {
    return this.#places.map(({ spec, at }) => ({
      values: (spec.trained ? this.values : this.kept) + at * 4,
      gradients: spec.trained && gradients ? gradients + at * 4 : 0,
    }));
  }

  write(parameters: readonly Float32Array[]): void {
    this.#places.forEach(({ spec, count }, p) => {
      const { values } = this.refs(0)[p] as { values: number };
      const memory = this.#arena.float32(values, count);
      if (spec.layout === 'panels') packWeights(parameters[p] as Float32Array, spec, memory);
      else writeRows(parameters[p] as Float32Array, spec, memory);
    });
  }

  /** Copies. @param values where trained numbers are read from: the network's own, or an average of them. */
  read(values = this.values): Float32Array[] {
    return this.#places.map(({ spec, at, count }) => {
      const memory = this.#arena.float32((spec.trained ? values : this.kept) + at * 4, count);
      return spec.layout === 'panels' ? unpackWeights(memory, spec) : readRows(memory, spec);
    });
  }
}

function paddedCount({ nInputs, nOutputs, layout, groups }: ParameterSpec): number {
  const rows = layout === 'panels' && groups > 1 ? groups * paddedWidth(nInputs / groups) : nInputs;
  return rows * paddedWidth(nOutputs);
}

function stretchesOf(places: readonly Place[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { spec, at, count } of places) {
    if (!spec.trained) continue;
    const last = stretches.at(-1);
    if (last && last.decays === spec.decays && last.rate === spec.rate) {
      stretches[stretches.length - 1] = { ...last, count: last.count + count };
    } else stretches.push({ at, count, decays: spec.decays, rate: spec.rate });
  }
  return stretches;
}

function writeRows(values: Float32Array, { nInputs, nOutputs }: ParameterSpec, memory: Float32Array): void {
  const stride = paddedWidth(nOutputs);
  memory.fill(0);
  for (let row = 0; row < nInputs; row++) {
    memory.set(values.subarray(row * nOutputs, (row + 1) * nOutputs), row * stride);
  }
}

function readRows(memory: Float32Array, { nInputs, nOutputs }: ParameterSpec): Float32Array {
  const stride = paddedWidth(nOutputs);
  const values = new Float32Array(nInputs * nOutputs);
  for (let row = 0; row < nInputs; row++) {
    values.set(memory.subarray(row * stride, row * stride + nOutputs), row * nOutputs);
  }
  return values;
}
