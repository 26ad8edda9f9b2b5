/** Started by sentences.test.ts as another process: what a stored model says of four texts, as base64. */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { restorePredictor } from '../../../src/ml/search/predictor.ts';
import { loadEncoder } from '../../../src/ml/search/read-sentences.ts';
import { findSentenceModel } from '../../../src/pretrained/sentence-model.ts';
import { numeric, table, text } from '../preprocessing/columns.ts';

const stored = deserialize(readFileSync(process.argv[2]));
const predictor = await restorePredictor(stored, async (id) => loadEncoder(await findSentenceModel(), id));
const texts = text('review', 'A wonderful delight', 'Awful and stale', null, '');
const prediction = predictor.predict(table(texts, numeric('weight', 1, 2, 3, 4)));
if (prediction.kind !== 'classes') throw new Error('expected classes');
process.stdout.write(Buffer.from(prediction.probabilities.buffer).toString('base64'));
