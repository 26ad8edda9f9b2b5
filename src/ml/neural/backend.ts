/** The one place that decides what computes tensors: TensorFlow's native library where a user installed it,
 *  else WebAssembly, else plain JavaScript. */
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients.ts';
import { withoutNewProcessListeners } from './process-listeners.ts';
import { registerKernelPack } from './tensors/kernel-pack/register.ts';

export interface Backend {
  readonly name: 'tensorflow' | 'wasm' | 'cpu';
  readonly version: string;
  /** What it means for the person who runs this. */
  readonly sentence: string;
}

const TABLES = 'Networks for tables train on WebAssembly kernels of our own.';
const TENSORS = 'Tensors, for pretrained networks and where a setting asks for them, are computed';

/** Ratios as measured by `npm run bench -- tensors`, on one thread. */
const SENTENCES: Record<Backend['name'], string> = {
  tensorflow: `${TABLES} ${TENSORS} by the native TensorFlow library (@tensorflow/tfjs-node): about as fast as PyTorch, at some seconds and 350 MB of memory to load.`,
  wasm: `${TABLES} ${TENSORS} by @tensorflow/tfjs-backend-wasm with additions of ours, on one core: convolutions take two to four times as long as in PyTorch. Installing @tensorflow/tfjs-node would make them faster.`,
  cpu: `${TABLES} ${TENSORS} in plain JavaScript, which is many times slower.`,
};

/** Not in package.json: its install downloads outside npm, so it is used only where somebody has added it, also with
 *  scripts/build-tfjs-node.sh. */
const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node';

let chosen: Promise<Backend> | undefined;

/** Starts the backend on the first call (a fraction of a second; the native library takes seconds) and says which it is; every later call is the same answer.
 *  Everything else in this room relies on it having been awaited. */
export function startBackend(): Promise<Backend> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<Backend> {
  // Without this, tfjs prints advice about tfjs-node on the console.
  tf.enableProdMode();
  for (const [name, load] of LOADERS) {
    if (await starts(name, load)) return { name, version: tf.version_core, sentence: SENTENCES[name] };
  }
  throw new Error('no tensor backend starts, not even plain JavaScript');
}

const LOADERS: readonly [Backend['name'], () => Promise<unknown>][] = [
  ['tensorflow', () => import(NATIVE_PACKAGE)],
  ['wasm', () => import('@tensorflow/tfjs-backend-wasm')],
  ['cpu', () => import('@tensorflow/tfjs-backend-cpu')],
];

/** Whether the backend could be loaded and made the current one. A failure is an answer here, not an error: the
 *  next one is tried. */
async function starts(name: Backend['name'], load: () => Promise<unknown>): Promise<boolean> {
  try {
    await withoutNewProcessListeners(async () => {
      await load();
      if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} does not start`);
      await tf.ready();
    });
    await registerGradients();
    if (name === 'wasm') registerKernelPack();
    return true;
  } catch {
    return false;
  }
}
