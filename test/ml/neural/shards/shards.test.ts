/** Training in parts: one part is training in one piece, the mean is what it says, and neither who computes a part nor a kill
 *  changes a bit. */
import { describe, expect, it } from 'vitest';
import type { SerialisedEstimator, ShardWorkers } from '../../../../src/ml/estimator.ts';
import { score } from '../../../../src/ml/metrics/score.ts';
import { KernelTrainer } from '../../../../src/ml/neural/kernel-trainer.ts';
import { rowShape } from '../../../../src/ml/neural/layers/layer.ts';
import { mlp } from '../../../../src/ml/neural/mlp.ts';
import { createNetwork, type NetworkSpec } from '../../../../src/ml/neural/network.ts';
import { TrainingSettings } from '../../../../src/ml/neural/parameters.ts';
import { realmlp } from '../../../../src/ml/neural/realmlp.ts';
import { averageStates } from '../../../../src/ml/neural/shards/average.ts';
import { divideRows, shardCount } from '../../../../src/ml/neural/shards/divide-rows.ts';
import { readRound, readRows, writeOutcome } from '../../../../src/ml/neural/shards/shard-round.ts';
import { ShardTrainer } from '../../../../src/ml/neural/shards/shard-trainer.ts';
import { trainInShards } from '../../../../src/ml/neural/shards/train-in-shards.ts';
import { tabm } from '../../../../src/ml/neural/tabm.ts';
import type { Samples } from '../../../../src/ml/neural/trainer.ts';
import { trainNetwork } from '../../../../src/ml/neural/training-loop.ts';
import { Random } from '../../../../src/ml/random.ts';
import { curvedSurface, exclusiveOr } from '../blobs.ts';

/** As it would come back from a file. */
function throughAFile({ json, arrays }: SerialisedEstimator): SerialisedEstimator {
  return {
    json: JSON.parse(JSON.stringify(json)),
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()])),
  };
}

/** Other hands: each part is computed with a trainer of its own from what went through a file, in any order; some are left to
 *  the fit. */
function strangers(random: Random): ShardWorkers & { readonly computed: number } {
  let parts: readonly SerialisedEstimator[] = [];
  let round: SerialisedEstimator | undefined;
  let left: number[] = [];
  let computed = 0;
  return {
    get computed() {
      return computed;
    },
    async open(rows) {
      parts = rows.map(throughAFile);
    },
    async offer(offered) {
      round = throughAFile(offered);
      left = random.shuffle(parts.map((_, i) => i + 1));
    },
    async next() {
      const shard = left.pop() as number;
      if (random.uniform() < 0.3) return { shard, outcome: null };
      computed++;
      const told = readRound(round as SerialisedEstimator);
      const trainer = new ShardTrainer(told.fit, shard, readRows(parts[shard - 1] as SerialisedEstimator));
      return { shard, outcome: throughAFile(writeOutcome(trainer.train(told, undefined))) };
    },
    async close() {},
  };
}

const busy = {
  maxSteps: 7,
  hiddenUnits: 8,
  batchSize: 16,
  dropout: 0.2,
  averageShare: 0.2,
  mixup: 0.3,
  schedule: 'plateau',
  patience: 4,
};
const FAMILIES = [
  ['mlp', mlp, busy],
  ['mlp with batch normalisation', mlp, { ...busy, normalisation: 'batch', optimizer: 'nesterov' }],
  ['mlp after a range test', mlp, { ...busy, rangeTest: true }],
  ['realmlp', realmlp, { maxSteps: 6, hiddenUnits: 8, batchSize: 16, dropout: 0.1 }],
  ['tabm', tabm, { maxSteps: 6, hiddenUnits: 8, members: 3, batchSize: 16, numericBins: 4 }],
] as const;

describe('a fit in parts', () => {
  it.each(FAMILIES)('of %s comes to the same bits whoever computes them', async (_, family, parameters) => {
    const training = exclusiveOr(700, 1);
    const options = { seed: 3, validation: exclusiveOr(60, 2) };
    const inParts = { ...parameters, shards: 4 };
    const alone = await family.fit(training, inParts, options);
    for (const seed of [1, 2]) {
      const shards = strangers(new Random(seed));
      const together = await family.fit(training, inParts, { ...options, shards });
      expect(together.serialise()).toEqual(alone.serialise());
      expect(shards.computed).toBeGreaterThan(0);
    }
    const plain = await family.fit(training, parameters, options);
    expect(alone.serialise().arrays).not.toEqual(plain.serialise().arrays);
  });

  it.each(FAMILIES)('of %s goes on after any epoch to the same bits', async (_, family, parameters) => {
    const training = exclusiveOr(500, 1);
    const options = { seed: 3, validation: exclusiveOr(60, 2) };
    const inParts = { ...parameters, shards: 3 };
    const states: SerialisedEstimator[] = [];
    const save = (state: SerialisedEstimator) => {
      states.push(throughAFile(state));
    };
    const checkpoint = { isDue: () => true, save };
    const whole = await family.fit(training, inParts, { ...options, checkpoint });
    expect(states.length).toBeGreaterThan(2);
    for (const resumeFrom of states) {
      const shards = strangers(new Random(4));
      const resumed = await family.fit(training, inParts, { ...options, shards, resumeFrom });
      expect(resumed.serialise()).toEqual(whole.serialise());
    }
  });

  it('learns what a fit in one piece learns', async () => {
    const training = curvedSurface(2400, 1);
    const judged = curvedSurface(600, 3);
    const parameters = { maxSteps: 30, hiddenUnits: 32, batchSize: 32, learningRate: 0.01, dropout: 0 };
    const errors = [];
    for (const shards of [1, 2, 4]) {
      const fitted = await mlp.fit(training, { ...parameters, shards }, { seed: 2 });
      errors.push(score('rmse', 'regression', judged.target, fitted.predict(judged.features), 1));
    }
    const [plain, ...inParts] = errors as [number, number, number];
    for (const error of inParts) expect(error).toBeLessThan(1.5 * plain);
  });

  it('of few rows is one in fewer parts, or in one piece', async () => {
    expect([159, 160, 319, 320, 640, 1e6].map((nRows) => shardCount(nRows, 16, 4))).toEqual([
      1, 1, 1, 2, 4, 4,
    ]);
    const few = exclusiveOr(150, 1);
    const inParts = await mlp.fit(few, { ...busy, shards: 4 }, { seed: 3 });
    const plain = await mlp.fit(few, busy, { seed: 3 });
    expect(inParts.serialise()).toEqual(plain.serialise());
  });

  it('ends when it is asked to, with what it has', async () => {
    let asked = 0;
    const shouldStop = () => ++asked > 200;
    const fitted = await mlp.fit(
      exclusiveOr(700, 1),
      { ...busy, patience: 0, shards: 4 },
      { seed: 3, shouldStop },
    );
    expect(fitted.curve.length).toBeLessThan(busy.maxSteps);
    expect(fitted.predict(exclusiveOr(5, 9).features).every(Number.isFinite)).toBe(true);
  });

  it('comes back from a divergence once, as one in one piece does', async () => {
    const tooFast = {
      ...busy,
      optimizer: 'nesterov',
      learningRate: 0.6,
      clipNorm: 0,
      averageShare: 0,
      mixup: 0,
    };
    const fitted = await mlp.fit(curvedSurface(700, 1), { ...tooFast, shards: 4 }, { seed: 3 });
    expect(fitted.chosen?.learningRate).toBeCloseTo(0.12, 12);
  });
});

const spec: NetworkSpec = {
  input: rowShape(3),
  layers: [
    { kind: 'dense', units: 8, initial: 'he' },
    { kind: 'batchNorm', momentum: 0.1 },
    { kind: 'activation', name: 'relu', dropout: 0.1 },
    { kind: 'dense', units: 1, initial: 'he' },
  ],
};

function samples(nRows: number, seed = 2): Samples {
  const random = new Random(seed);
  const inputs = Float32Array.from({ length: nRows * 3 }, () => random.normal());
  const targets = Float32Array.from({ length: nRows }, (_, i) => inputs[3 * i] - inputs[3 * i + 1] ** 2);
  const weights = Float32Array.from({ length: nRows }, () => random.uniform() + 0.5);
  return { nRows, inputs, targets, weights };
}

const squared = { name: 'squaredError' } as const;
const settings = TrainingSettings.parse({ batchSize: 8, maxSteps: 5, averageShare: 0.3, mixup: 0.4 });

describe('one part', () => {
  it('is training in one piece, to the last bit', async () => {
    const all = [samples(96), samples(40, 5)] as const;
    const train = <T>(how: (random: Random) => T) => how(new Random(1));
    const plain = train((random) =>
      trainNetwork(createNetwork(spec, random.derive('weights')), all[0], squared, settings, random, {
        open: (task) => new KernelTrainer(task),
        validation: all[1],
      }),
    );
    const inOnePart = await train((random) =>
      trainInShards(createNetwork(spec, random.derive('weights')), all[0], squared, settings, random, {
        nShards: 1,
        validation: all[1],
      }),
    );
    expect(inOnePart).toEqual(plain);
  });
});

describe('the parts of rows', () => {
  it('hold every row once, with its target and weight, on shared memory', () => {
    const whole = samples(101);
    const parts = divideRows(whole, 4, new Random(6));
    expect(parts.map(({ nRows }) => nRows)).toEqual([25, 25, 25, 26]);
    const rowsOf = ({ nRows, inputs, targets, weights = inputs }: Samples) =>
      Array.from({ length: nRows }, (_, i) =>
        [...inputs.subarray(3 * i, 3 * i + 3), targets[i], weights[i]].join(),
      );
    expect(parts.flatMap(rowsOf).sort()).toEqual(rowsOf(whole).sort());
    expect(parts.flatMap(rowsOf)).not.toEqual(rowsOf(whole));
    for (const { inputs } of parts) expect(inputs.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('the mean of states', () => {
  const stateOf = (seed: number) => {
    const trainer = new KernelTrainer({
      ...{
        network: createNetwork(spec, new Random(1)),
        training: samples(64, seed),
        loss: squared,
        settings,
      },
      ...{ mostRows: 8, random: new Random(seed) },
    });
    for (let step = 0; step < 8; step++)
      trainer.step(
        Uint32Array.from({ length: 8 }, (_, i) => 8 * step + i),
        0.01,
      );
    return trainer.state();
  };

  it('weighs every number of each by its rows', () => {
    const states = [1, 2, 3].map(stateOf);
    const rows = [10, 20, 31];
    const mean = averageStates(states, rows);
    expect(mean.step).toBe(8);
    expect(Object.keys(mean.arrays).sort()).toEqual([
      'average',
      'kept',
      'moment0',
      'moment1',
      'random',
      'values',
    ]);
    for (const [name, numbers] of Object.entries(mean.arrays)) {
      if (name === 'random') continue;
      numbers.forEach((value, i) => {
        const naive = states.reduce((sum, { arrays }, s) => sum + (rows[s] / 61) * arrays[name][i], 0);
        expect(value).toBeCloseTo(naive, 6);
      });
    }
    expect(mean.arrays.random).toEqual(states[0].arrays.random);
  });

  it('of one state is that state to the last bit, negative zeros as well', () => {
    const state = { step: 3, arrays: { values: Float32Array.of(-0, 0.1, -7, 1e-42) } };
    const mean = averageStates([state], [17]);
    expect(new Uint32Array(mean.arrays.values.buffer)).toEqual(new Uint32Array(state.arrays.values.buffer));
    expect(mean.arrays.values).not.toBe(state.arrays.values);
  });
});
