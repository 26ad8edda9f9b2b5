/** Those who are compared, each with one network and one set of rows at a time. */
import { fileURLToPath } from 'node:url';
import { startBackend } from '../../src/ml/neural/backend.ts';
import { KernelTrainer } from '../../src/ml/neural/kernel-trainer.ts';
import { createNetwork } from '../../src/ml/neural/network.ts';
import { TrainingSettings } from '../../src/ml/neural/parameters.ts';
import { TensorTrainer } from '../../src/ml/neural/tensor-trainer.ts';
import type { Samples, Trainer, TrainerTask } from '../../src/ml/neural/trainer.ts';
import { Random } from '../../src/ml/random.ts';
import { JsonProcess } from '../json-process.ts';
import { findPythons, pythonEnvironment } from '../python.ts';
import type { Workload } from './workloads.ts';

/** On the clock, and of the processor: the latter hardly minds what else runs. */
export interface EpochTime {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** @property way chosen among several that lead to the same. */
export interface Contender {
  readonly name: string;
  /** @throws Error where it cannot train this. */
  load(workload: Workload): Promise<{ readonly way: string }>;
  epoch(): Promise<EpochTime>;
  close(): void;
}

export async function findContenders(): Promise<{ contenders: Contender[]; skipped: string[] }> {
  await startBackend();
  const ours = [
    trainerContender('kernels', (task) => new KernelTrainer(task)),
    trainerContender('tensors (tfjs)', (task) => new TensorTrainer(task)),
  ];
  const pythons = await findPythons(['torch']);
  const python = pythons.find(({ packages: { torch } }) => torch && 'version' in torch);
  const { torch } = python?.packages ?? {};
  if (!python || !torch || !('version' in torch)) {
    return { contenders: ours, skipped: ['PyTorch: no python3 here has torch'] };
  }
  const script = fileURLToPath(new URL('../peers/neural_peer.py', import.meta.url));
  const peer = new JsonProcess('PyTorch', python.command, [script], pythonEnvironment(1));
  const pytorch: Contender = {
    name: `PyTorch ${torch.version}`,
    load: ({ name: _, ...request }) => peer.ask('load', request),
    epoch: () => peer.ask('epoch', {}),
    close: () => peer.close(),
  };
  return { contenders: [...ours, pytorch], skipped: [] };
}

const WARM_MS = 1000;

function trainerContender(name: string, open: (task: TrainerTask) => Trainer): Contender {
  let trainer: Trainer;
  let loaded: Workload;
  let epoch = 0;
  return {
    name,
    async load(workload) {
      const random = new Random(1);
      const settings = { weightDecay: 0, clipNorm: 0, learningRate: 1e-3 };
      loaded = workload;
      trainer = open({
        network: createNetwork(workload.network, random),
        training: samplesOf(workload, random),
        loss: { name: workload.loss },
        settings: TrainingSettings.parse(settings),
        mostRows: workload.batch,
        random: random.derive('dropout'),
      });
      // Engines compile what they meet for the first time, and better what they meet often.
      const end = performance.now() + WARM_MS;
      do await this.epoch();
      while (performance.now() < end);
      return { way: '' };
    },
    async epoch() {
      const { rows, batch } = loaded;
      const [start, used] = [performance.now(), process.cpuUsage()];
      const order = new Random(epoch++).permutation(rows);
      for (let at = 0; at < rows; at += batch) trainer.step(order.subarray(at, at + batch), 1e-3);
      const { user, system } = process.cpuUsage(used);
      return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
    },
    close() {},
  };
}

function samplesOf({ network, loss, rows, outputs }: Workload, random: Random): Samples {
  const { height, width, channels } = network.input;
  const inputs = Float32Array.from({ length: rows * height * width * channels }, () => random.normal());
  const targets = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    if (loss === 'crossEntropy') targets[row * outputs + random.integer(outputs)] = 1;
    else for (let k = 0; k < outputs; k++) targets[row * outputs + k] = random.normal();
  }
  return { nRows: rows, inputs, targets };
}
