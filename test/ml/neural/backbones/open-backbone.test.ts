import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { featuresOf } from '../../../../src/ml/neural/backbones/features.ts';
import { openBackbone } from '../../../../src/ml/neural/backbones/open-backbone.ts';
import { tunedEstimator } from '../../../../src/ml/neural/backbones/tuned-estimator.ts';
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
  it.each([graphModel, onnxModel])('refuses to be trained further (%o)', async (files) => {
    const estimator = tunedEstimator({ id: 'frozen', files: files(), settings: SETTINGS });
    const column = new Float64Array(2);
    const features = Array.from({ length: 8 * 6 * 3 }, (_, i) => ({
      name: `pixel ${i}`,
      source: 'picture',
      kind: 'numeric' as const,
    }));
    const training = {
      task: 'binary' as const,
      nClasses: 2,
      features: { nRows: 2, features, columns: features.map(() => column) },
      target: Float64Array.of(0, 1),
    };
    await expect(
      estimator.fit(training, { height: 8, width: 6, channels: 3 }, { seed: 1 }),
    ).rejects.toMatchObject({ code: 'BACKBONE_FROZEN' });
  });
});
