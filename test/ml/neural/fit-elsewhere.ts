/** Started by mlp.test.ts as another process: the same fit, its predictions as base64 on standard output. */
import { mlp } from '../../../src/ml/neural/mlp.ts';
import { exclusiveOr } from './blobs.ts';

const quick = { maxSteps: 12, hiddenUnits: 16, batchSize: 32, learningRate: 0.01 };
const fitted = await mlp.fit(exclusiveOr(150, 1), quick, { seed: 9, validation: exclusiveOr(50, 2) });
process.stdout.write(Buffer.from(fitted.predict(exclusiveOr(40, 3).features).buffer).toString('base64'));
