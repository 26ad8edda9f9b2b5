/** Entry of a thread that helps with a fit: computes what its control block asks for, in the fit's memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { help } from '../src/ml/trees/team.ts';

parentPort?.postMessage('ready');
help(workerData.memory, workerData.control);
