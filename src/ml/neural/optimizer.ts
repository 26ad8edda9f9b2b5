/** AdamW with gradient clipping, over plain arrays.
 *
 *  tfjs has Adam but neither decoupled weight decay nor clipping, and composes each update of ten tensor operations
 *  per parameter; one loop over the numbers is faster for networks of this size, and exact to check. */

export interface AdamWOptions {
  /** Decay of the first and second moment. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Share of the learning rate by which decayed parameters shrink towards 0 per step. */
  readonly weightDecay: number;
  /** Which parameter arrays decay: kernels do, biases do not. */
  readonly decays: readonly boolean[];
}

/** AdamW (Loshchilov and Hutter 2019), as in PyTorch's `torch.optim.AdamW`. Keeps its moments in float64. */
export class AdamW {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #weightDecay: number;
  readonly #decays: readonly boolean[];
  readonly #first: Float64Array[];
  readonly #second: Float64Array[];
  /** Steps taken. */
  step = 0;

  constructor(sizes: readonly number[], options: AdamWOptions) {
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#epsilon = options.epsilon ?? 1e-8;
    this.#weightDecay = options.weightDecay;
    this.#decays = options.decays;
    this.#first = sizes.map((size) => new Float64Array(size));
    this.#second = sizes.map((size) => new Float64Array(size));
  }

  /** The moments themselves, first ones first: what the next update depends on beside `step`. */
  moments(): Float64Array[] {
    return [...this.#first, ...this.#second];
  }

  /** One update, in place.
   *  @param parameters Float32Arrays, overwritten. @param gradients same sizes, read only. */
  update(
    parameters: readonly Float32Array[],
    gradients: readonly Float32Array[],
    learningRate: number,
  ): void {
    this.step++;
    const correction1 = 1 - this.#beta1 ** this.step;
    const correction2 = 1 - this.#beta2 ** this.step;
    for (let p = 0; p < parameters.length; p++) {
      const values = parameters[p] as Float32Array;
      const gradient = gradients[p] as Float32Array;
      const first = this.#first[p] as Float64Array;
      const second = this.#second[p] as Float64Array;
      const shrink = this.#decays[p] ? 1 - learningRate * this.#weightDecay : 1;
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] as number;
        const m = this.#beta1 * (first[i] as number) + (1 - this.#beta1) * g;
        const v = this.#beta2 * (second[i] as number) + (1 - this.#beta2) * g * g;
        first[i] = m;
        second[i] = v;
        const direction = m / correction1 / (Math.sqrt(v / correction2) + this.#epsilon);
        values[i] = (values[i] as number) * shrink - learningRate * direction;
      }
    }
  }
}

/** Scales all gradients together, in place, so that their joint Euclidean norm is at most `maxNorm` (Pascanu et al.
 *  2013); `maxNorm` 0 leaves them alone. @returns the norm before; not finite when any gradient is not. */
export function clipGlobalNorm(gradients: readonly Float32Array[], maxNorm: number): number {
  let sum = 0;
  for (const gradient of gradients) for (const g of gradient) sum += g * g;
  const norm = Math.sqrt(sum);
  if (maxNorm > 0 && norm > maxNorm && Number.isFinite(norm)) {
    const factor = maxNorm / norm;
    for (const gradient of gradients) {
      for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) * factor;
    }
  }
  return norm;
}
