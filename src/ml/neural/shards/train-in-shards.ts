/** Local SGD (Stich 2019): the rows are divided into parts, every part trains its own copy of the network for an epoch, and the
 *  copies are averaged; then the next epoch begins with the mean. Parts are computed by whoever is free, and here where
 *  nobody is. */
import type { ShardWorkers } from '../../estimator.ts';
import type { Random } from '../../random.ts';
import { KernelTrainer } from '../kernel-trainer.ts';
import type { Loss } from '../loss.ts';
import type { Network } from '../network.ts';
import type { OptimizerName, TrainingSettings } from '../parameters.ts';
import type { Samples } from '../trainer.ts';
import {
  batchCount,
  beginTraining,
  type Epoch,
  type Trained,
  type TrainingOptions,
  type TrainingState,
} from '../training-loop.ts';
import { averageStates } from './average.ts';
import { divideRows } from './divide-rows.ts';
import { readOutcome, type ShardFit, type ShardOutcome, writeRound, writeRows } from './shard-round.ts';
import { ShardTrainer } from './shard-trainer.ts';

export interface ShardedOptions extends Omit<TrainingOptions, 'open' | 'augment'> {
  readonly nShards: number;
  /** Without them every part is computed here, one after the other, to the same numbers. */
  readonly workers?: ShardWorkers | undefined;
}

/** An epoch has as many steps in each part as the whole would have in one, each on so much smaller a batch: the mean of the
 *  copies then moves about as one network does, on the same schedule (decision 30). In one part it is `trainNetwork`, to the last bit.
 *  @throws TRAINING_DIVERGED as `trainNetwork` does. */
export async function trainInShards(
  network: Network,
  training: Samples,
  loss: Loss,
  settings: TrainingSettings,
  random: Random,
  { nShards, workers, ...rest }: ShardedOptions,
): Promise<Trained> {
  const options: TrainingOptions = { ...rest, open: (task) => new KernelTrainer(task) };
  const nBatches = batchCount(training.nRows, settings.batchSize);
  const parts = divideRows(training, nShards, random.derive('shards'));
  const [first] = parts as [Samples];
  const { trainer, epochs } = beginTraining(network, first, loss, settings, random, nBatches, options);
  const fit: ShardFit = {
    ...{ network: network.spec, loss, settings, seed: random.seed, nBatches },
    rateTimes: rateTimes(settings.optimizer, nShards),
  };
  const rounds = new ShardRounds(fit, parts, nShards > 1 ? workers : undefined, options.shouldStop);
  try {
    let next = epochs.next();
    while (!next.done) {
      const outcome = await rounds.run(next.value);
      trainer.restore(outcome.trainer);
      next = epochs.next(outcome.epoch);
    }
    return next.value;
  } finally {
    await rounds.close();
  }
}

/** Smaller batches have noisier gradients. An optimizer that divides by how large they usually are takes shorter steps for it,
 *  by the root of that, although the mean of the copies is as steady as one network is; it gets those steps back. */
function rateTimes(optimizer: OptimizerName, nShards: number): number {
  return optimizer === 'nesterov' ? 1 : Math.sqrt(nShards);
}

class ShardRounds {
  readonly #fit: ShardFit;
  readonly #parts: readonly Samples[];
  readonly #workers: ShardWorkers | undefined;
  readonly #shouldStop: (() => boolean) | undefined;
  /** Of the parts that were computed here: they are made once, since their memory is given back late. */
  readonly #trainers = new Map<number, ShardTrainer>();
  #isOpen = false;

  constructor(
    fit: ShardFit,
    parts: readonly Samples[],
    workers: ShardWorkers | undefined,
    shouldStop: (() => boolean) | undefined,
  ) {
    this.#fit = fit;
    this.#parts = parts;
    this.#workers = workers;
    this.#shouldStop = shouldStop;
  }

  async run({ epoch, learningRate, lowered, firstLoss, trainer }: TrainingState): Promise<ShardOutcome> {
    const round = { fit: this.#fit, epoch, learningRate, lowered, firstLoss, trainer };
    const train = (shard: number) => this.#trainerOf(shard).train(round, this.#shouldStop);
    const outcomes = new Map<number, ShardOutcome>();
    if (this.#workers) {
      if (!this.#isOpen) await this.#workers.open(this.#parts.slice(1).map(writeRows));
      this.#isOpen = true;
      await this.#workers.offer(writeRound(round));
      outcomes.set(0, train(0));
      while (outcomes.size < this.#parts.length) {
        const { shard, outcome } = await this.#workers.next();
        outcomes.set(shard, outcome ? readOutcome(outcome) : train(shard));
      }
    } else for (let shard = 0; shard < this.#parts.length; shard++) outcomes.set(shard, train(shard));
    return merged(
      this.#parts.map((_, shard) => outcomes.get(shard) as ShardOutcome),
      this.#parts.map(({ nRows }) => nRows),
    );
  }

  #trainerOf(shard: number): ShardTrainer {
    const made =
      this.#trainers.get(shard) ?? new ShardTrainer(this.#fit, shard, this.#parts[shard] as Samples);
    this.#trainers.set(shard, made);
    return made;
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#workers?.close();
  }
}

/** An epoch that was stopped or has diverged somewhere comes to nothing: there is nothing to average. */
function merged(outcomes: readonly ShardOutcome[], rows: readonly number[]): ShardOutcome {
  const [first] = outcomes as [ShardOutcome];
  const epochs = outcomes.map(({ epoch }) => epoch);
  const total = rows.reduce((sum, count) => sum + count, 0);
  const mean = (of: (epoch: Epoch) => number) =>
    epochs.reduce((sum, epoch, s) => sum + ((rows[s] as number) / total) * of(epoch), 0);
  const epoch = {
    ...first.epoch,
    loss: mean(({ loss }) => loss),
    gradientNorm: mean(({ gradientNorm }) => gradientNorm),
    hasDiverged: epochs.some(({ hasDiverged }) => hasDiverged),
    stopped: epochs.some(({ stopped }) => stopped),
  };
  const isWhole = !epoch.hasDiverged && !epoch.stopped;
  const states = outcomes.map(({ trainer }) => trainer);
  return { epoch, trainer: isWhole ? averageStates(states, rows) : first.trainer };
}
