/** Convolutional networks on tensors against PyTorch: seconds of an epoch, the same layers, batches of 32, AdamW with
 *  clipping, one thread each, in turn.
 *
 *  `npm run bench -- tensors [--networks wide,narrow] [--images 1000] [--repeats 3]`
 *
 *  wide: conv32-conv64-pool-dense128 on 28 by 28 grey pixels (1.2 million weights); narrow: conv16-pool-conv32-pool-dense64.
 *  Medians of epochs; the first of each, which allocates, is left out. Needs PyTorch (`BENCH_PYTHON`, or Debian's
 *  python3-torch) for the comparison; the engine is the one that Modelwright finds (see src/ml/neural/backend.ts). */
import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { type Backend, startBackend } from '../src/ml/neural/backend.ts';
import { GradientStep } from '../src/ml/neural/tensors/gradient-step.ts';
import { Random } from '../src/ml/random.ts';
import type { Bench } from './index.ts';
import { findPythons, pythonEnvironment } from './python.ts';
import { median } from './tabular/rows.ts';
import { usage } from './usage.ts';

const BATCH = 32;
const PIXELS = 28 * 28;
const N_CLASSES = 10;

const convolution = (filters: number) => layers.conv2d({ filters, kernelSize: 3, activation: 'relu' });
const pool = () => layers.maxPooling2d({ poolSize: 2 });
const network = (middle: ReturnType<typeof pool>[], units: number) =>
  sequential({
    layers: [
      layers.inputLayer({ inputShape: [28, 28, 1] }),
      ...middle,
      layers.flatten(),
      layers.dense({ units, activation: 'relu' }),
      layers.dense({ units: N_CLASSES }),
    ],
  });

const NETWORKS: Readonly<Record<string, () => LayersModel>> = {
  wide: () => network([convolution(32), convolution(64), pool()] as ReturnType<typeof pool>[], 128),
  narrow: () => network([convolution(16), pool(), convolution(32), pool()] as ReturnType<typeof pool>[], 64),
};

interface Row {
  readonly network: string;
  readonly engine: string;
  readonly secondsPerEpoch: number;
}

export const bench: Bench = async (args) => {
  const { networks, nImages, repeats } = readOptions(args);
  const backend = await startBackend();
  const python = (await findPythons(['torch'])).find(({ packages }) => 'version' in (packages.torch ?? {}));
  process.stdout.write(`${cpus()[0]?.model}, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`);
  if (!python) process.stdout.write('PyTorch is not installed: only our own times\n');
  const rows: Row[] = [];
  for (const name of networks) {
    const ours = median(trainOurs(name, nImages, repeats));
    rows.push({ network: name, engine: engineOf(backend), secondsPerEpoch: ours });
    if (python) rows.push(await trainTorch(python.command, name, nImages, repeats));
    for (const row of rows.filter((candidate) => candidate.network === name)) {
      const ratio = (ours / row.secondsPerEpoch).toFixed(1);
      const note = row.engine === 'torch' ? `  (ours takes ${ratio} times as long)` : '';
      process.stdout.write(
        `${name.padEnd(8)} ${row.engine.padEnd(22)} ${row.secondsPerEpoch.toFixed(2)} s${note}\n`,
      );
    }
  }
  return { nImages, batch: BATCH, rows };
};

function engineOf({ name, version }: Backend): string {
  return `tfjs ${version} ${name}`;
}

/** @returns seconds of each epoch. */
function trainOurs(name: string, nImages: number, repeats: number): number[] {
  const model = (NETWORKS[name] as () => LayersModel)();
  const random = new Random(1);
  const pixels = Float32Array.from({ length: nImages * PIXELS }, () => random.uniform());
  const step = new GradientStep(
    [{ variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable), rateShare: 1 }],
    { weightDecay: 0.01, clipNorm: 1 },
  );
  const seconds: number[] = [];
  for (let epoch = 0; epoch <= repeats; epoch++) {
    const startedAt = performance.now();
    for (let from = 0; from < nImages; from += BATCH) {
      const n = Math.min(BATCH, nImages - from);
      step.step(() => {
        const images = tf.tensor4d(pixels.slice(from * PIXELS, (from + n) * PIXELS), [n, 28, 28, 1]);
        const labels = tf.tensor1d(
          Int32Array.from({ length: n }, (_, i) => (from + i) % N_CLASSES),
          'int32',
        );
        const outputs = model.apply(images, { training: true }) as tf.Tensor;
        return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, N_CLASSES), outputs) as tf.Scalar;
      }, 0.001);
    }
    seconds.push((performance.now() - startedAt) / 1000);
  }
  model.dispose();
  return seconds.slice(1);
}

async function trainTorch(python: string, name: string, nImages: number, repeats: number): Promise<Row> {
  const script = fileURLToPath(new URL('peers/tensors_peer.py', import.meta.url));
  const args = [script, name, String(nImages), String(repeats)];
  const { stdout } = await promisify(execFile)(python, args, { env: pythonEnvironment(1) });
  return { network: name, engine: 'torch', secondsPerEpoch: median(JSON.parse(stdout).seconds) };
}

function readOptions(args: readonly string[]): { networks: string[]; nImages: number; repeats: number } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { networks: text, images: text, repeats: text } });
  const networks = (values.networks ?? 'wide,narrow').split(',');
  const unknown = networks.find((name) => !NETWORKS[name]);
  if (unknown !== undefined)
    throw usage(`there is no network "${unknown}", only ${Object.keys(NETWORKS).join(', ')}`);
  const [nImages, repeats] = [Number(values.images ?? 1000), Number(values.repeats ?? 3)];
  if (!(Number.isInteger(nImages) && nImages > 0 && Number.isInteger(repeats) && repeats > 0)) {
    throw usage('--images and --repeats take whole numbers from 1');
  }
  return { networks, nImages, repeats };
}
