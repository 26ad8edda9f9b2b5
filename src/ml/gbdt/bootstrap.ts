/** The Bayesian bootstrap (Rubin 1981): instead of being drawn or not, rows get random weights. */
import type { Random } from '../random.ts';
import type { Arena } from '../trees/arena.ts';
import type { QuantisedGradients } from '../trees/gradients.ts';

/** Weights are drawn from this many quantiles of their distribution, so that a random byte gives one. */
const N_QUANTILES = 256;

export class BayesianBootstrap {
  readonly #arena: Arena;
  readonly #nRows: number;
  readonly #weighed: number;
  /** Pointer to uint8 (nRows): which quantile each row has. */
  readonly #draws: number;
  /** Pointer to float64 (256): weights as shares of the largest. */
  readonly #shares: number;
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
    const isNeeded = temperature > 0;
    this.#weighed = isNeeded ? arena.allocate(nRows * 8) : 0;
    this.#draws = isNeeded ? arena.allocate(Math.ceil(nRows / 4) * 4) : 0;
    this.#shares = isNeeded ? arena.allocate(N_QUANTILES * 8) : 0;
    if (isNeeded) arena.float64(this.#shares, N_QUANTILES).set(weights.map((one) => one / this.#largest));
  }

  /** The gradients times weights, in memory that the next call overwrites; at temperature 0 the same. O(nRows). */
  weigh(gradients: QuantisedGradients, random: Random): QuantisedGradients {
    if (!this.#weighed) return gradients;
    random.fill(this.#arena.uint32(this.#draws, Math.ceil(this.#nRows / 4)));
    this.#arena.kernels.weighGradients(
      gradients.pointer,
      this.#nRows,
      this.#draws,
      this.#shares,
      this.#weighed,
    );
    return {
      pointer: this.#weighed,
      countBits: gradients.countBits,
      gradientFactor: gradients.gradientFactor / this.#largest,
      hessianFactor: gradients.hessianFactor / this.#largest,
    };
  }
}
