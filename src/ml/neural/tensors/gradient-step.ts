/** One step of AdamW on the variables of a tensor network. */
import * as tf from '@tensorflow/tfjs-core';
import { AdamW, clipGlobalNorm } from '../optimizer.ts';

export interface VariableGroup {
  readonly variables: readonly tf.Variable[];
  /** Share of the learning rate that these variables move at. */
  readonly rateShare: number;
}

export interface GradientStepOptions {
  /** As in AdamW; only variables of two axes or more shrink, so biases and the scales of normalisations do not. */
  readonly weightDecay: number;
  /** Joint norm of all gradients beyond which they are scaled down; 0 for never. */
  readonly clipNorm: number;
}

/** The groups share the clipping and each has an optimizer of its own, so that their rates can differ. */
export class GradientStep {
  readonly #groups: readonly {
    values: Float32Array[];
    optimizer: AdamW;
    rateShare: number;
    variables: tf.Variable[];
  }[];
  readonly #clipNorm: number;

  /** The variables stay the caller's. */
  constructor(groups: readonly VariableGroup[], { weightDecay, clipNorm }: GradientStepOptions) {
    this.#clipNorm = clipNorm;
    this.#groups = groups.map(({ variables, rateShare }) => ({
      variables: [...variables],
      rateShare,
      values: variables.map((variable) => Float32Array.from(variable.dataSync())),
      optimizer: new AdamW(
        variables.map((variable) => variable.size),
        { weightDecay, decays: variables.map((variable) => variable.rank > 1) },
      ),
    }));
  }

  /** Moves the variables down the gradient of the loss, unless the loss or a gradient is not finite.
   *  @returns the loss before. */
  step(loss: () => tf.Scalar, learningRate: number): number {
    return tf.tidy(() => {
      const variables = this.#groups.flatMap((group) => group.variables);
      const { value, grads } = tf.variableGrads(loss, variables);
      const gradients = this.#groups.map((group) =>
        group.variables.map((variable) => {
          const gradient = grads[variable.name];
          return gradient ? Float32Array.from(gradient.dataSync()) : new Float32Array(variable.size);
        }),
      );
      const before = value.dataSync()[0] as number;
      const norm = clipGlobalNorm(gradients.flat(), this.#clipNorm);
      if (!Number.isFinite(before) || !Number.isFinite(norm)) return before;
      this.#groups.forEach(({ values, optimizer, rateShare, variables: moved }, g) => {
        optimizer.update(values, gradients[g] as Float32Array[], learningRate * rateShare);
        moved.forEach((variable, i) => {
          // A copy: the plain JavaScript backend keeps the very array it is given.
          variable.assign(tf.tensor((values[i] as Float32Array).slice(), variable.shape));
        });
      });
      return before;
    });
  }
}
