/** Rows with their raw predictions in an arena, and the loss of those. */
import type { Arena } from '../trees/arena.ts';
import { factorsFor, type QuantisedGradients } from '../trees/gradients.ts';
import { countBitsOf } from '../trees/grower.ts';
import { ROWS_PER_STRIPE } from '../trees/shares.ts';
import { Team } from '../trees/team.ts';
import type { Loss } from './losses.ts';

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
  readonly #nStripes: number;
  /** Pointer to float64 (nStripes): losses. */
  readonly #sums: number;
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
    this.#nStripes = Math.ceil(nRows / ROWS_PER_STRIPE);
    this.#sums = arena.allocate(this.#nStripes * 8);
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

  /** Stripe by stripe, each a sum of its own, so that the loss does not depend on the number of threads either. */
  #evaluate(gradients: number, gradientFactor: number, hessianFactor: number): number {
    const { kernel, nOutputs } = this.#loss;
    if (!kernel) return this.#loss.evaluate(this.#values(), this.#target, this.#weights) / this.#totalWeight;
    const nShares = this.#team.most;
    const shares = Array.from({ length: nShares }, (_, share) => share);
    const of = [this.#pointer, this.#targetPointer, this.#weightsPointer, this.#nRows] as const;
    const factors = [gradientFactor, hessianFactor] as const;
    if (kernel === 'binaryLogLoss') {
      this.#team.run(
        kernel,
        shares.map((share) => [...of, ROWS_PER_STRIPE, share, nShares, ...factors, gradients, this.#sums]),
      );
    } else {
      this.#team.run(
        kernel,
        shares.map((share) => [
          ...([...of, nOutputs, ROWS_PER_STRIPE, share, nShares, ...factors] as const),
          ...([this.#scratch + share * this.#scratchBytes, gradients, this.#sums] as const),
        ]),
      );
    }
    const sums = this.#arena.float64(this.#sums, this.#nStripes);
    return sums.reduce((sum, ofStripe) => sum + ofStripe, 0) / this.#totalWeight;
  }
}

/** Where gradients lie: exact ones are needed only by losses without a kernel. */
interface GradientMemory {
  readonly pointer: number;
  readonly exact: number;
  readonly outputs: QuantisedGradients[];
}
