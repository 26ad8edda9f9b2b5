/** Small scanned digits, and a small convolutional network that tells some of them apart. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import type { TrainingSet } from '../../../../src/ml/estimator.ts';
import type { BackboneFiles } from '../../../../src/ml/neural/backbones/backbone-files.ts';
import { type ImageBatch, prepareImages } from '../../../../src/ml/neural/backbones/image-batch.ts';
import { GradientStep } from '../../../../src/ml/neural/tensors/gradient-step.ts';
import { Random } from '../../../../src/ml/random.ts';

export interface Digits {
  readonly images: ImageBatch;
  /** The digit less `first`. */
  readonly labels: Float64Array;
}

/** Pixels of a side: a digit of 8 by 8 somewhere on black. */
const SIDE = 12;
const SIZE = SIDE * SIDE;

/** The digits from `first` up to, not including, `last`, in a random order and at random places, the same for the same
 *  seed. What a network has to learn is to find them. */
export function readDigits(first: number, last: number, seed: number): Digits {
  const [, ...lines] = readFileSync('examples/data/digits_8x8.csv', 'utf8').trim().split('\n');
  const rows = lines
    .map((line) => line.split(',').map(Number))
    .filter((row) => row[64] >= first && row[64] < last);
  const random = new Random(seed);
  random.shuffle(rows);
  const images = rows.map((row) => {
    const image = new Uint8Array(SIZE);
    const corner = random.integer(SIDE - 7) * SIDE + random.integer(SIDE - 7);
    for (let i = 0; i < 64; i++)
      image[corner + Math.floor(i / 8) * SIDE + (i % 8)] = Math.round(row[i] * 15.9375);
    return image;
  });
  return { images: imagesOf(images), labels: Float64Array.from(rows, (row) => row[64] - first) };
}

function imagesOf(images: Uint8Array[]): ImageBatch {
  const pixels = new Uint8Array(images.length * SIZE);
  images.forEach((image, i) => {
    pixels.set(image, i * SIZE);
  });
  return { nImages: images.length, height: SIDE, width: SIDE, channels: 1, pixels };
}

/** The first `each` of every class, and the others, at most so many. */
export function fewOfEach(
  { images, labels }: Digits,
  each: number,
  mostOthers = 1000,
): { few: Digits; others: Digits } {
  const seen: number[] = [];
  const isFew = Array.from(labels, (label) => {
    seen[label] = (seen[label] ?? 0) + 1;
    return seen[label] <= each;
  });
  const chosen = (wanted: boolean): Digits => {
    const at = isFew.flatMap((few, i) => (few === wanted ? [i] : [])).slice(0, mostOthers);
    return {
      images: imagesOf(at.map((i) => images.pixels.slice(i * SIZE, (i + 1) * SIZE))),
      labels: Float64Array.from(at, (i) => labels[i]),
    };
  };
  return { few: chosen(true), others: chosen(false) };
}

/** Random start. Three blocks with convolutions, and one that classifies. */
export function smallNetwork(nClasses: number, seed: number): LayersModel {
  const kernel = (offset: number) => ({ className: 'HeNormal', config: { seed: seed + offset } }) as never;
  const convolution = (filters: number, offset: number) =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', kernelInitializer: kernel(offset) });
  return sequential({
    layers: [
      layers.inputLayer({ inputShape: [SIDE, SIDE, 1] }),
      convolution(16, 0),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      convolution(32, 1),
      layers.activation({ activation: 'relu' }),
      convolution(64, 2),
      layers.activation({ activation: 'relu' }),
      layers.globalMaxPooling2d({}),
      layers.dense({ units: nClasses, activation: 'softmax', kernelInitializer: kernel(3) }),
    ],
  });
}

const INPUT = { height: SIDE, width: SIDE, channels: 1, normalisation: 'unit' } as const;

export function trainNetwork(network: LayersModel, { images, labels }: Digits, epochs: number): void {
  const step = new GradientStep(
    [{ variables: network.trainableWeights.map((weight) => weight.read() as tf.Variable), rateShare: 1 }],
    { weightDecay: 0.01, clipNorm: 1 },
  );
  const nClasses = network.outputs[0].shape[1] as number;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let from = 0; from < images.nImages; from += 64) {
      const to = Math.min(images.nImages, from + 64);
      step.step(() => {
        const x = prepareImages(images, from, to, INPUT);
        const shares = tf.oneHot(tf.tensor1d(Int32Array.from(labels.slice(from, to)), 'int32'), nClasses);
        const output = network.apply(x, { training: true }) as tf.Tensor2D;
        return tf.neg(tf.mean(tf.sum(tf.mul(shares, tf.log(tf.add(output, 1e-7))), 1))) as tf.Scalar;
      }, 0.01);
    }
  }
}

/** As `model.save` writes it. */
export async function saved(network: LayersModel): Promise<BackboneFiles & { kind: 'tensorflow' }> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await network.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  const { modelTopology, weightSpecs, weightData, format } = artifacts as tf.io.ModelArtifacts;
  const weightsManifest = [{ paths: ['group1-shard1of1.bin'], weights: weightSpecs }];
  return {
    kind: 'tensorflow',
    modelJson: JSON.stringify({ format, modelTopology, weightsManifest }),
    weights: new Uint8Array(weightData as ArrayBuffer),
  };
}

/** As an estimator gets them: every pixel a feature. */
export function trainingSet({ images, labels }: Digits, nClasses: number): TrainingSet {
  const columns = Array.from({ length: SIZE }, (_, pixel) =>
    Float64Array.from(labels, (_, i) => images.pixels[i * SIZE + pixel]),
  );
  const features = columns.map((_, pixel) => ({
    name: `pixel ${pixel}`,
    source: 'picture',
    kind: 'numeric' as const,
  }));
  return {
    task: nClasses === 1 ? 'regression' : 'multiclass',
    nClasses,
    features: { nRows: labels.length, features, columns },
    target: labels,
  };
}

/** The settings that say how the pixels lie. */
export const PICTURE = { height: SIDE, width: SIDE, channels: 1 } as const;

/** The share of rows whose most probable class is right. */
export function accuracy(probabilities: Float64Array, labels: Float64Array): number {
  const nClasses = probabilities.length / labels.length;
  let right = 0;
  labels.forEach((label, i) => {
    const row = probabilities.subarray(i * nClasses, (i + 1) * nClasses);
    if (row.indexOf(Math.max(...row)) === label) right++;
  });
  return right / labels.length;
}
