/** Trains one part of the rows for one epoch, from the weights that all parts begin with. */
import { Random } from '../../random.ts';
import { KernelTrainer } from '../kernel-trainer.ts';
import { createNetwork } from '../network.ts';
import type { Samples, Trainer, TrainerState } from '../trainer.ts';
import { preparation, runEpoch } from '../training-loop.ts';
import type { ShardFit, ShardOutcome, ShardRound } from './shard-round.ts';

/** What it comes to depends on the round, the part's number and its rows alone: any thread of any machine may compute it, and
 *  more than one. */
export class ShardTrainer {
  readonly #fit: ShardFit;
  readonly #shard: number;
  readonly #samples: Samples;
  readonly #random: Random;
  readonly #trainer: Trainer;

  /** @param shard counts from 0; the first draws the random numbers of a training in one piece. */
  constructor(fit: ShardFit, shard: number, samples: Samples) {
    const { network, loss, settings, seed, nBatches } = fit;
    this.#fit = fit;
    this.#shard = shard;
    this.#samples = samples;
    const random = new Random(seed);
    this.#random = shard === 0 ? random : random.derive('shard', shard);
    this.#trainer = new KernelTrainer({
      ...{ network: createNetwork(network, this.#random), training: samples, loss, settings },
      mostRows: Math.ceil(samples.nRows / nBatches),
      random: this.#random.derive('dropout'),
      prepare: preparation(settings, {}),
    });
  }

  /** @param shouldStop asked between steps; once true, the epoch ends as it is. */
  train(round: ShardRound, shouldStop: (() => boolean) | undefined): ShardOutcome {
    const { settings, nBatches, rateTimes } = this.#fit;
    const { nRows } = this.#samples;
    this.#trainer.restore(this.#ownState(round));
    const faster = { ...round, learningRate: round.learningRate * rateTimes };
    const epoch = runEpoch(this.#trainer, faster, nRows, nBatches, settings, this.#random, shouldStop);
    return { epoch, trainer: this.#trainer.state() };
  }

  /** The first part goes on with the generators of the round before; the others take new ones, which they need not be told. */
  #ownState({ trainer, epoch }: ShardRound): TrainerState {
    if (this.#shard === 0) return trainer;
    const random = this.#random.derive('round', epoch);
    const generators = Uint32Array.from({ length: 4 }, () => random.uint32() | 1);
    return { step: trainer.step, arrays: { ...trainer.arrays, random: generators } };
  }
}
