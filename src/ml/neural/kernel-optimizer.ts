/** One step of an optimizer over all numbers of a network, in the arena. */
import type { NeuralArena } from './kernels.ts';
import type { ParameterMemory } from './parameter-memory.ts';
import type { OptimizerName } from './parameters.ts';
import { EPSILON, type TrainerTask } from './trainer.ts';

/** What one stretch of numbers is updated with; pointers and counts as in `NeuralKernels`.
 *  @property moments pointers, as many as the optimizer keeps. @property decay weight decay, 0 for what does not decay. */
interface Update {
  readonly values: number;
  readonly gradients: number;
  readonly moments: readonly number[];
  readonly count: number;
  readonly factor: number;
  readonly rate: number;
  readonly decay: number;
  readonly step: number;
}

interface Method {
  readonly nMoments: 1 | 2;
  update(
    kernels: NeuralArena['kernels'],
    settings: Pick<TrainerTask['settings'], 'momentum' | 'secondMomentum'>,
    update: Update,
  ): void;
}

/** AdamW (Loshchilov and Hutter 2019), SGD with Nesterov's momentum and RMSProp as PyTorch's; Lion as in Chen et al. 2023. */
const METHODS: Readonly<Record<OptimizerName, Method>> = {
  adamw: {
    nMoments: 2,
    update(
      kernels,
      { momentum, secondMomentum },
      { values, gradients, moments, count, factor, rate, decay, step },
    ) {
      const [first, second] = moments as [number, number];
      kernels.updateAdamW(
        ...([values, gradients, first, second, count, factor] as const),
        ...([rate / (1 - momentum ** step), 1 - rate * decay] as const),
        ...([1 / Math.sqrt(1 - secondMomentum ** step), momentum, secondMomentum, EPSILON] as const),
      );
    },
  },
  nesterov: {
    nMoments: 1,
    update(kernels, { momentum }, { values, gradients, moments: [velocity], count, factor, rate, decay }) {
      kernels.updateNesterov(values, gradients, velocity as number, count, factor, rate, decay, momentum);
    },
  },
  lion: {
    nMoments: 1,
    update(
      kernels,
      { momentum, secondMomentum },
      { values, gradients, moments: [first], count, factor, rate, decay },
    ) {
      kernels.updateLion(
        ...([values, gradients, first as number, count, factor, rate, 1 - rate * decay] as const),
        ...([momentum, secondMomentum] as const),
      );
    },
  },
  rmsprop: {
    nMoments: 1,
    update(
      kernels,
      { secondMomentum },
      { values, gradients, moments: [squares], count, factor, rate, decay },
    ) {
      kernels.updateRmsProp(
        ...([values, gradients, squares as number, count, factor, rate, 1 - rate * decay] as const),
        ...([secondMomentum, EPSILON] as const),
      );
    },
  },
};

export class KernelOptimizer {
  readonly #arena: NeuralArena;
  readonly #memory: ParameterMemory;
  readonly #settings: TrainerTask['settings'];
  /** Pointers to blocks in the order of the network's numbers. */
  readonly moments: readonly number[];
  step = 0;

  constructor(arena: NeuralArena, memory: ParameterMemory, settings: TrainerTask['settings']) {
    this.#arena = arena;
    this.#memory = memory;
    this.#settings = settings;
    this.moments = Array.from({ length: METHODS[settings.optimizer].nMoments }, () => memory.block());
  }

  /** Clips and steps. @param gradients pointer to a block, clipped in place by value where that is asked for.
   *  @returns their joint norm before clipping by norm; where it is not finite nothing has changed. */
  update(gradients: number, learningRate: number): number {
    const { kernels } = this.#arena;
    const { count, values, stretches } = this.#memory;
    const { optimizer, clipNorm, clipValue, weightDecay } = this.#settings;
    const norm = Math.sqrt(kernels.sumOfSquares(gradients, count));
    if (!Number.isFinite(norm)) return norm;
    if (clipValue > 0) kernels.clipValues(gradients, count, clipValue);
    const clipped = clipValue > 0 ? Math.sqrt(kernels.sumOfSquares(gradients, count)) : norm;
    const factor = clipNorm > 0 && clipped > clipNorm ? clipNorm / clipped : 1;
    this.step++;
    for (const { at, count: length, decays, rate } of stretches) {
      METHODS[optimizer].update(kernels, this.#settings, {
        values: values + at * 4,
        gradients: gradients + at * 4,
        moments: this.moments.map((block) => block + at * 4),
        count: length,
        factor,
        rate: learningRate * rate,
        decay: decays ? weightDecay : 0,
        step: this.step,
      });
    }
    return norm;
  }
}
