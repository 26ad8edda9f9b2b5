/** Started by sentences.test.ts as another process: vectors of the texts in its arguments as base64 on standard output. */
import { createSentenceEncoder } from '../../../src/ml/neural/sentences/encoder.ts';
import { findSentenceModel } from '../../../src/pretrained/sentence-model.ts';

const model = await findSentenceModel();
if (!model) throw new Error('the encoder is not installed');
const vectors = createSentenceEncoder(model).encode(process.argv.slice(2));
process.stdout.write(Buffer.from(vectors.buffer).toString('base64'));
