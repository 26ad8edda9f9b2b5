import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { featuresOf } from '../../../../src/ml/neural/backbones/features.ts';
import { fineTune } from '../../../../src/ml/neural/backbones/fine-tune.ts';
import { openBackbone } from '../../../../src/ml/neural/backbones/open-backbone.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import { relativeError } from '../tensors/backends.ts';
import { features, graphModel, images, layersModel, onnxModel } from './one-convolution.ts';

const SETTINGS = { name: 'small', normalisation: 'imagenet' } as const;
const FORMATS = { layers: layersModel, graph: graphModel, onnx: onnxModel } as const;

beforeAll(async () => {
  await startBackend();
});

describe.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('a backbone of the format %s', (format) => {
  it('gives the features of PyTorch, whatever the size of the batches', async () => {
    const backbone = await openBackbone(FORMATS[format](), SETTINGS);
    expect(backbone).toMatchObject({ format, nFeatures: 5, input: { height: 8, width: 6, channels: 3 } });
    for (const batchSize of [1, 3, 4]) {
      expect(relativeError(await featuresOf(backbone, images, { batchSize }), features)).toBeLessThan(1e-5);
    }
    backbone.dispose();
  });

  it('leaves no tensor behind', async () => {
    const open = async () => {
      const backbone = await openBackbone(FORMATS[format](), SETTINGS);
      await featuresOf(backbone, images);
      backbone.dispose();
    };
    await open();
    const before = tf.memory().numTensors;
    await open();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("leaves the process's handlers of uncaught errors as they were", async () => {
    const before = process.listeners('uncaughtException').length;
    (await openBackbone(FORMATS[format](), SETTINGS)).dispose();
    expect(process.listeners('uncaughtException').length).toBe(before);
  });

  it('says when there is no such output', async () => {
    await expect(openBackbone(FORMATS[format](), { ...SETTINGS, output: 'nowhere' })).rejects.toMatchObject({
      code: 'BACKBONE_UNREADABLE',
    });
  });

  it('says when it is damaged', async () => {
    const files = FORMATS[format]();
    const damaged =
      files.kind === 'onnx'
        ? { ...files, model: files.model.slice(0, 100) }
        : { ...files, weights: files.weights.slice(4) };
    await expect(openBackbone(damaged, SETTINGS)).rejects.toMatchObject({ code: 'BACKBONE_UNREADABLE' });
  });
});

describe('a layers model that classifies', () => {
  it('is cut before its last layer with weights', async () => {
    const backbone = await openBackbone(layersModel(true), SETTINGS);
    expect(backbone.nFeatures).toBe(5);
    expect(relativeError(await featuresOf(backbone, images), features)).toBeLessThan(1e-5);
    backbone.dispose();
  });

  it('gives what it classified by when that is named', async () => {
    const backbone = await openBackbone(layersModel(true), { ...SETTINGS, output: 'classes' });
    expect(await featuresOf(backbone, images)).toEqual(new Float32Array(8));
    backbone.dispose();
  });
});

describe('a frozen format', () => {
  const labels = Float64Array.of(0, 1, 0, 1);
  const shape = { task: 'classification', nOutputs: 2 } as const;

  it.each([graphModel, onnxModel])('refuses to be trained further, but takes a head (%o)', async (files) => {
    const backbone = await openBackbone(files(), SETTINGS);
    await expect(fineTune(backbone, shape, images, labels, { seed: 1 })).rejects.toMatchObject({
      code: 'BACKBONE_FROZEN',
    });
    const tuned = await fineTune(backbone, shape, images, labels, { seed: 1, nBlocks: 0, headEpochs: 2 });
    expect(Object.keys(tuned.blocks)).toEqual([]);
    backbone.dispose();
  });
});
