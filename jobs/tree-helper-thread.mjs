/** Entry of a thread that helps with fits, one after the other. Plain JavaScript, see `src/ml/kernel-helper.mjs`. Says after
 *  each how many CPU seconds it has used for it. */
import { parentPort } from 'node:worker_threads';
import { help } from '../src/ml/kernel-helper.mjs';
import { threadCpuSeconds } from './thread-cpu.mjs';

parentPort?.on('message', (task) => {
  const before = threadCpuSeconds();
  help(task);
  parentPort?.postMessage(threadCpuSeconds() - before);
});
