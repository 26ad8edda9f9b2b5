/** What the solver minimises: mean loss plus the smooth part of the penalty, in rescaled coefficients.
 *
 *  A solver variable v stands for the weight w = v × scale of a centred feature, where
 *  scale = 1 / sqrt(variance + L2 penalty): then the objective curves about equally in every direction, whatever the
 *  features' units, and few iterations are needed. The minimum is the same as without. Variables of one output lie
 *  together, its intercept last: Float64Array (nOutputs × (nFeatures + 1)). */
import type { LinearLoss } from './losses.ts';
import { type Coefficients, meanLoss, zeroCoefficients } from './predictors.ts';
import type { Standardisation } from './standardisation.ts';

export class Objective {
  readonly #loss: LinearLoss;
  readonly #columns: readonly Float64Array[];
  readonly #target: Float64Array;
  readonly #l2: number;
  readonly #means: Float64Array;
  /** Float64Array (nFeatures); 0 for constant features, whose weights so stay 0. */
  readonly #scales: Float64Array;
  readonly #coefficients: Coefficients;
  readonly #derivative: Coefficients;
  /** The mean loss, without any penalty, where the objective was last evaluated. */
  lastLoss = Number.NaN;

  /** @param l2 factor of |w|² / 2. */
  constructor(
    loss: LinearLoss,
    columns: readonly Float64Array[],
    target: Float64Array,
    { means, deviations }: Standardisation,
    l2: number,
  ) {
    this.#loss = loss;
    this.#columns = columns;
    this.#target = target;
    this.#l2 = l2;
    this.#means = means;
    this.#scales = deviations.map((deviation) => (deviation > 0 ? 1 / Math.sqrt(deviation ** 2 + l2) : 0));
    this.#coefficients = zeroCoefficients(loss.nOutputs, columns.length);
    this.#derivative = zeroCoefficients(loss.nOutputs, columns.length);
  }

  /** All weights zero, the best intercepts. */
  start(): Float64Array {
    const variables = new Float64Array(this.#loss.nOutputs * (this.#columns.length + 1));
    this.#loss.initial(this.#target).forEach((intercept, k) => {
      variables[(k + 1) * (this.#columns.length + 1) - 1] = intercept;
    });
    return variables;
  }

  /** Each variable's share in an L1 penalty of `l1` × |w|₁. */
  l1Weights(l1: number): Float64Array {
    const nFeatures = this.#columns.length;
    return this.start().map((_, i) => {
      const j = i % (nFeatures + 1);
      return j < nFeatures ? l1 * this.#scales[j] : 0;
    });
  }

  /** @param gradient overwritten. @returns the objective. */
  evaluate(variables: Float64Array, gradient: Float64Array): number {
    const nFeatures = this.#columns.length;
    this.#writeCoefficients(variables, this.#coefficients);
    const { weights, intercepts } = this.#derivative;
    this.lastLoss = meanLoss(this.#loss, this.#columns, this.#target, this.#coefficients, this.#derivative);
    let penalty = 0;
    for (let k = 0, i = 0; k < intercepts.length; k++) {
      for (let j = 0; j < nFeatures; j++, i++) {
        const scale = this.#scales[j];
        const weight = variables[i] * scale;
        penalty += weight * weight;
        const slope = weights[k * nFeatures + j] - this.#means[j] * intercepts[k];
        gradient[i] = (slope + this.#l2 * weight) * scale;
      }
      gradient[i++] = intercepts[k];
    }
    return this.lastLoss + (this.#l2 / 2) * penalty;
  }

  /** The coefficients of the features as given, newly allocated. */
  coefficients(variables: Float64Array): Coefficients {
    const out = zeroCoefficients(this.#loss.nOutputs, this.#columns.length);
    this.#writeCoefficients(variables, out);
    return out;
  }

  #writeCoefficients(variables: Float64Array, out: Coefficients): void {
    const nFeatures = this.#columns.length;
    for (let k = 0, i = 0; k < out.intercepts.length; k++) {
      let shift = 0;
      for (let j = 0; j < nFeatures; j++, i++) {
        const weight = variables[i] * this.#scales[j];
        out.weights[k * nFeatures + j] = weight;
        shift += weight * this.#means[j];
      }
      out.intercepts[k] = variables[i++] - shift;
    }
  }
}
