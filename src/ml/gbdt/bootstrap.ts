/** The Bayesian bootstrap (Rubin 1981): instead of being drawn or not, rows get random weights. */
import type { Random } from '../random.ts';
import type { Arena } from '../trees/arena.ts';
import type { QuantisedGradients } from '../trees/gradients.ts';

/** Weights are drawn from this many quantiles of their distribution, so that one random byte gives one. */
const N_QUANTILES = 256;

export class BayesianBootstrap {
  readonly #arena: Arena;
  readonly #nRows: number;
  readonly #pointer: number;
  /** Float64Array (256): weights as shares of the largest. */
  readonly #shares: Float64Array;
  readonly #largest: number;

  /** @param temperature weights are (-log u)^temperature, u uniform: alike at 0, standard exponential at 1. */
  constructor(arena: Arena, nRows: number, temperature: number) {
    this.#arena = arena;
    this.#nRows = nRows;
    const weights = Float64Array.from(
      { length: N_QUANTILES },
      (_, i) => (-Math.log((i + 0.5) / N_QUANTILES)) ** temperature,
    );
    this.#largest = weights[0];
    this.#shares = weights.map((weight) => weight / this.#largest);
    this.#pointer = temperature > 0 ? arena.allocate(nRows * 8) : 0;
  }

  /** The gradients times weights, in memory that the next call overwrites; at temperature 0 the same. O(nRows). */
  weigh(gradients: QuantisedGradients, random: Random): QuantisedGradients {
    if (!this.#pointer) return gradients;
    const from = this.#arena.int32(gradients.pointer, 2 * this.#nRows);
    const to = this.#arena.int32(this.#pointer, 2 * this.#nRows);
    let bytes = 0;
    for (let i = 0; i < this.#nRows; i++) {
      bytes = i % 4 === 0 ? random.uint32() : bytes >>> 8;
      const share = this.#shares[bytes & 255];
      to[2 * i] = Math.round(from[2 * i] * share);
      to[2 * i + 1] = Math.round(from[2 * i + 1] * share);
    }
    return {
      pointer: this.#pointer,
      countBits: gradients.countBits,
      gradientFactor: gradients.gradientFactor / this.#largest,
      hessianFactor: gradients.hessianFactor / this.#largest,
    };
  }
}
