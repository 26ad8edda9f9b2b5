import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ImageBatch,
  type ImageInput,
  prepareImages,
} from '../../../../src/ml/neural/backbones/image-batch.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';

beforeAll(async () => {
  await startBackend();
});

function prepared(images: ImageBatch, input: ImageInput, from = 0, to = images.nImages): number[] {
  return tf.tidy(() => Array.from(prepareImages(images, from, to, input).dataSync()));
}

const close = (actual: number[], expected: number[]) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 5);
  });
};

const grey: ImageBatch = {
  nImages: 2,
  height: 1,
  width: 2,
  channels: 1,
  pixels: Uint8Array.of(0, 255, 51, 102),
};
const colour: ImageBatch = {
  nImages: 1,
  height: 1,
  width: 1,
  channels: 3,
  pixels: Uint8Array.of(255, 0, 51),
};

describe('prepareImages', () => {
  it('brings bytes to what the network was trained on', () => {
    const input = { height: 1, width: 2, channels: 1 };
    close(prepared(grey, { ...input, normalisation: 'unit' }), [0, 1, 0.2, 0.4]);
    close(prepared(grey, { ...input, normalisation: 'signed' }), [-1, 1, -0.6, -0.2]);
    const [red, green, blue] = [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225];
    close(prepared(colour, { height: 1, width: 1, channels: 3, normalisation: 'imagenet' }), [
      red,
      green,
      blue,
    ]);
  });

  it('takes the images that were asked for', () => {
    const input = { height: 1, width: 2, channels: 1, normalisation: 'unit' } as const;
    close(prepared(grey, input, 1, 2), [0.2, 0.4]);
  });

  it('repeats grey for each colour, mixes colours to grey, and leaves opacity out', () => {
    const one = { height: 1, width: 1, normalisation: 'unit' } as const;
    close(prepared({ ...grey, nImages: 1, width: 1 }, { ...one, channels: 3 }, 0, 1), [0, 0, 0]);
    close(prepared(colour, { ...one, channels: 1 }), [0.299 + 0.114 * 0.2]);
    const veiled = { ...colour, channels: 4, pixels: Uint8Array.of(255, 0, 51, 7) };
    close(prepared(veiled, { ...one, channels: 3 }), [1, 0, 0.2]);
  });

  it('scales to the size of the network, without shifting the picture', () => {
    const ramp: ImageBatch = {
      nImages: 1,
      height: 1,
      width: 4,
      channels: 1,
      pixels: Uint8Array.of(0, 85, 170, 255),
    };
    const input = { height: 1, width: 2, channels: 1, normalisation: 'unit' } as const;
    close(prepared(ramp, input), [1 / 6, 5 / 6]);
  });
});
