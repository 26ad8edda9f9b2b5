/** What the solver minimises: mean loss plus the smooth part of the penalty, in rescaled coefficients.
 *
 *  A solver variable v stands for the weight w = v × scale of a centred feature, where
 *  scale = 1 / sqrt(variance + L2 penalty): then the objective curves about equally in every direction, whatever the
 *  features' units, and few iterations are needed. The minimum is the same as without. Variables of one output lie
 *  together, its intercept last: Float64Array (nOutputs × (nFeatures + 1)). */
import type { LinearLoss } from './losses.ts';
import { type Coefficients, type KnownRows, meanLoss, zeroCoefficients } from './predictors.ts';
import type { Standardisation } from './standardisation.ts';

export class Objective {
  readonly #loss: LinearLoss;
  readonly #rows: KnownRows;
  readonly #l2: number;
  readonly #means: Float64Array;
  /** Float64Array (nFeatures); 0 for constant features, whose weights so stay 0. */
  readonly #scales: Float64Array;
  readonly #coefficients: Coefficients;
  readonly #derivative: Coefficients;
  /** The mean loss, without any penalty, where the objective was last evaluated. */
  lastLoss = Number.NaN;

  /** @param l2 factor of |w|² / 2. */
  constructor(loss: LinearLoss, rows: KnownRows, { means, deviations }: Standardisation, l2: number) {
    this.#loss = loss;
    this.#rows = rows;
    this.#l2 = l2;
    this.#means = means;
    this.#scales = deviations.map((deviation) => (deviation > 0 ? 1 / Math.sqrt(deviation ** 2 + l2) : 0));
    this.#coefficients = zeroCoefficients(loss.nOutputs, rows.columns.length);
    this.#derivative = zeroCoefficients(loss.nOutputs, rows.columns.length);
  }

  /** All weights zero, the best intercepts. */
  start(): Float64Array {
    const { weights } = zeroCoefficients(this.#loss.nOutputs, this.#rows.columns.length);
    return this.variables({ weights, intercepts: this.#loss.initial(this.#rows.target, this.#rows.weights) });
  }

  /** The inverse of `coefficients`, but for constant features, whose variables are 0. */
  variables({ weights, intercepts }: Coefficients): Float64Array {
    const nFeatures = this.#rows.columns.length;
    const variables = new Float64Array(intercepts.length * (nFeatures + 1));
    for (let k = 0, i = 0; k < intercepts.length; k++) {
      let shift = 0;
      for (let j = 0; j < nFeatures; j++, i++) {
        const weight = weights[k * nFeatures + j];
        if (this.#scales[j] > 0) variables[i] = weight / this.#scales[j];
        shift += weight * this.#means[j];
      }
      variables[i++] = intercepts[k] + shift;
    }
    return variables;
  }

  /** The derivative of the mean loss, without any penalty, in the weights of the centred features.
   *  @returns Float64Array (nOutputs × nFeatures), newly allocated; 0 for constant features. */
  slopes(variables: Float64Array): Float64Array {
    this.#differentiate(variables);
    return this.#derivative.weights.map((_, i) => this.#slope(i));
  }

  /** Each variable's share in an L1 penalty of `l1` × |w|₁. */
  l1Weights(l1: number): Float64Array {
    const nFeatures = this.#rows.columns.length;
    return this.start().map((_, i) => {
      const j = i % (nFeatures + 1);
      return j < nFeatures ? l1 * this.#scales[j] : 0;
    });
  }

  /** @param gradient overwritten. @returns the objective. */
  evaluate(variables: Float64Array, gradient: Float64Array): number {
    const nFeatures = this.#rows.columns.length;
    this.#differentiate(variables);
    const { intercepts } = this.#derivative;
    let penalty = 0;
    for (let k = 0, i = 0; k < intercepts.length; k++) {
      for (let j = 0; j < nFeatures; j++, i++) {
        const scale = this.#scales[j];
        const weight = variables[i] * scale;
        penalty += weight * weight;
        gradient[i] = (this.#slope(k * nFeatures + j) + this.#l2 * weight) * scale;
      }
      gradient[i++] = intercepts[k];
    }
    return this.lastLoss + (this.#l2 / 2) * penalty;
  }

  /** The coefficients of the features as given, newly allocated. */
  coefficients(variables: Float64Array): Coefficients {
    const out = zeroCoefficients(this.#loss.nOutputs, this.#rows.columns.length);
    this.#writeCoefficients(variables, out);
    return out;
  }

  #differentiate(variables: Float64Array): void {
    this.#writeCoefficients(variables, this.#coefficients);
    this.lastLoss = meanLoss(this.#loss, this.#rows, this.#coefficients, this.#derivative);
  }

  /** @param i index in (nOutputs × nFeatures). */
  #slope(i: number): number {
    const nFeatures = this.#rows.columns.length;
    const j = i % nFeatures;
    if (this.#scales[j] === 0) return 0;
    return (
      this.#derivative.weights[i] - this.#means[j] * this.#derivative.intercepts[Math.floor(i / nFeatures)]
    );
  }

  #writeCoefficients(variables: Float64Array, out: Coefficients): void {
    const nFeatures = this.#rows.columns.length;
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
