/** Entry of a thread that helps with fits, one after the other. Plain JavaScript, see `src/ml/kernel-helper.mjs`. */
import { parentPort } from 'node:worker_threads';
import { help } from '../src/ml/kernel-helper.mjs';

parentPort?.on('message', (task) => {
  help(task);
  parentPort?.postMessage('free');
});
