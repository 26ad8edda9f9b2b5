/** Started by fit-final.test.ts as another process: a stored model's probabilities as base64 on standard output. */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { restorePredictor } from '../../../src/ml/search/predictor.ts';
import { shopTable } from './small-experiment.ts';

const predictor = await restorePredictor(deserialize(readFileSync(process.argv[2])));
const prediction = predictor.predict(shopTable(30, 7));
if (prediction.kind !== 'classes') throw new Error('expected classes');
process.stdout.write(Buffer.from(prediction.probabilities.buffer).toString('base64'));
