/** Entry of a thread that helps with fits: for each, computes what its control block asks for, in the fit's memory. */
import { parentPort } from 'node:worker_threads';
import { help } from '../src/ml/trees/team.ts';
import type { HelperTask } from './tree-helpers.ts';

parentPort?.on('message', ({ memory, control }: HelperTask) => {
  help(memory, control);
  parentPort?.postMessage('free');
});
