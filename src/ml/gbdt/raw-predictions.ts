/** Rows with their raw predictions in an arena, and the loss of those. */
import type { Arena } from '../trees/arena.ts';
import { factorsFor, type QuantisedGradients } from '../trees/gradients.ts';
import { countBitsOf } from '../trees/grower.ts';
import { ranges, Team } from '../trees/team.ts';
import type { Loss } from './losses.ts';

/** Rows whose losses are summed together. */
const ROWS_PER_BLOCK = 32_768;

export class RawPredictions {
  readonly #arena: Arena;
  readonly #loss: Loss;
  readonly #nRows: number;
  readonly #pointer: number;
  readonly #target: Float64Array;
  readonly #targetPointer: number;
  readonly #weights: Float64Array | undefined;
  readonly #weightsPointer: number;
  readonly #totalWeight: number;
  readonly #largestWeight: number;
  readonly #scratch: number;
  readonly #scratchBytes: number;
  readonly #team: Team;

  /** @param weights Float64Array (nRows) or undefined. */
  constructor(
    arena: Arena,
    loss: Loss,
    target: Float64Array,
    weights: Float64Array | undefined,
    initial: Float64Array,
    team: Team = new Team(arena),
  ) {
    const nRows = target.length;
    this.#arena = arena;
    this.#loss = loss;
    this.#nRows = nRows;
    this.#target = target;
    this.#weights = weights;
    this.#pointer = arena.allocate(loss.nOutputs * nRows * 8);
    initial.forEach((value, k) => {
      this.values(k).fill(value);
    });
    const needsCopies = loss.kernel !== null;
    this.#targetPointer = needsCopies ? arena.allocate(nRows * 8) : 0;
    if (needsCopies) arena.float64(this.#targetPointer, nRows).set(target);
    this.#weightsPointer = needsCopies && weights ? arena.allocate(nRows * 8) : 0;
    if (needsCopies && weights) arena.float64(this.#weightsPointer, nRows).set(weights);
    this.#totalWeight = weights ? weights.reduce((sum, weight) => sum + weight, 0) : nRows;
    this.#largestWeight = weights ? weights.reduce((most, weight) => Math.max(most, weight), 0) : 1;
    this.#team = team;
    this.#scratchBytes = Math.ceil((loss.nOutputs * 16) / 64) * 64;
    this.#scratch = arena.allocate(team.most * this.#scratchBytes);
  }

  /** Pointer to float64 (nRows): one output's raw predictions. */
  output(k: number): number {
    return this.#pointer + k * this.#nRows * 8;
  }

  /** The same as a view. */
  values(k: number): Float64Array {
    return this.#arena.float64(this.output(k), this.#nRows);
  }

  /** The mean loss. */
  loss(): number {
    return this.#evaluate(0, 1, 1);
  }

  /** Room for the gradients of every output. */
  gradients(): GradientMemory {
    const { nOutputs, kernel } = this.#loss;
    const pointer = this.#arena.allocate(nOutputs * this.#nRows * 8);
    const exact = kernel ? 0 : this.#arena.allocate(nOutputs * this.#nRows * 16);
    const countBits = countBitsOf(this.#nRows);
    return {
      pointer,
      exact,
      outputs: Array.from({ length: nOutputs }, (_, k) => ({
        pointer: pointer + k * this.#nRows * 8,
        countBits,
        ...factorsFor(this.#largestWeight, this.#largestWeight / 4, countBits),
      })),
    };
  }

  /** Fills the gradients. @returns the mean loss. */
  differentiate(memory: GradientMemory): number {
    const [{ gradientFactor, hessianFactor, countBits }] = memory.outputs;
    if (this.#loss.kernel) return this.#evaluate(memory.pointer, gradientFactor, hessianFactor);
    const { kernels } = this.#arena;
    const exact = memory.outputs.map((_, k) =>
      this.#arena.float64(memory.exact + k * this.#nRows * 16, this.#nRows * 2),
    );
    const sum = this.#loss.evaluate(this.#values(), this.#target, this.#weights, exact);
    memory.outputs.forEach((output, k) => {
      const from = memory.exact + k * this.#nRows * 16;
      kernels.largestGradients(from, this.#nRows, this.#scratch);
      const [gradient, hessian] = this.#arena.float64(this.#scratch, 2);
      Object.assign(output, factorsFor(gradient, hessian, countBits));
      kernels.quantiseGradients(
        from,
        this.#nRows,
        output.gradientFactor,
        output.hessianFactor,
        output.pointer,
      );
    });
    return sum / this.#totalWeight;
  }

  #values(): Float64Array {
    return this.#arena.float64(this.#pointer, this.#loss.nOutputs * this.#nRows);
  }

  /** Block after block, each a sum of its own, so that the loss does not depend on the number of threads either. */
  #evaluate(gradients: number, gradientFactor: number, hessianFactor: number): number {
    const { kernel, nOutputs } = this.#loss;
    if (!kernel) return this.#loss.evaluate(this.#values(), this.#target, this.#weights) / this.#totalWeight;
    const shared = [this.#pointer, this.#targetPointer, this.#weightsPointer] as const;
    const factors = [gradientFactor, hessianFactor] as const;
    let sum = 0;
    const { size } = this.#team;
    const stride = ROWS_PER_BLOCK * size;
    for (let first = 0; first < this.#nRows; first += stride) {
      const rows = ranges(Math.min(stride, this.#nRows - first), size, ROWS_PER_BLOCK)
        .map(([from, to]) => [first + from, first + to] as const)
        .filter(([from, to]) => from < to);
      const sums =
        kernel === 'binaryLogLoss'
          ? this.#team.run(
              kernel,
              rows.map(([from, to]) => [...shared, from, to, ...factors, gradients]),
            )
          : this.#team.run(
              kernel,
              rows.map(([from, to], thread) => [
                ...shared,
                this.#nRows,
                nOutputs,
                from,
                to,
                ...factors,
                this.#scratch + thread * this.#scratchBytes,
                gradients,
              ]),
            );
      for (const part of sums) sum += part;
    }
    return sum / this.#totalWeight;
  }
}

/** Where gradients lie: exact ones are needed only by losses without a kernel. */
interface GradientMemory {
  readonly pointer: number;
  readonly exact: number;
  readonly outputs: QuantisedGradients[];
}
