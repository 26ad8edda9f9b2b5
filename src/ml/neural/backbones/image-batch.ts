/** Images as they come: bytes. And as a network wants them: floats of its own size, channels and scale. */
import * as tf from '@tensorflow/tfjs-core';

/** Images of one size, all in one array: as they come in bytes, or as they were varied. */
export interface ImageBatch<Pixels extends Uint8Array | Float32Array = Uint8Array> {
  readonly nImages: number;
  readonly height: number;
  readonly width: number;
  /** 1 (grey), 3 (red, green, blue) or 4 (with opacity, which is left out). */
  readonly channels: number;
  /** (nImages × height × width × channels) from 0 to 255, row by row, channels innermost; read only. */
  readonly pixels: Pixels;
}

/** What the bytes 0 to 255 became before the network was trained on them. */
export const NORMALISATIONS = {
  /** 0 to 1. */
  unit: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  /** -1 to 1: MobileNet, Inception, EfficientNet of Keras. */
  signed: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  /** By the mean and standard deviation of ImageNet's channels: the networks of torchvision. */
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
} as const;
export type Normalisation = keyof typeof NORMALISATIONS;

export interface ImageInput {
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
  readonly normalisation: Normalisation;
}

/** Images `from` to `to` (exclusive) as float32 [n, height, width, channels]: normalised, their channels repeated or
 *  mixed to grey (Rec. 601) where the numbers of them differ, and scaled to the network's size (bilinear, by the centres
 *  of pixels). The caller owns the tensor. */
export function prepareImages(
  images: ImageBatch<Uint8Array | Float32Array>,
  from: number,
  to: number,
  input: ImageInput,
): tf.Tensor4D {
  const { height, width, channels } = images;
  const size = height * width * channels;
  const values = withChannels(images.pixels.subarray(from * size, to * size), channels, input);
  return tf.tidy(() => {
    const batch = tf.tensor4d(values, [to - from, height, width, input.channels]);
    if (height === input.height && width === input.width) return batch;
    return tf.image.resizeBilinear(batch, [input.height, input.width], false, true);
  });
}

const GREY = [0.299, 0.587, 0.114] as const;

function withChannels(
  pixels: Uint8Array | Float32Array,
  channels: number,
  { channels: wanted, normalisation }: ImageInput,
): Float32Array {
  const { mean, deviation } = NORMALISATIONS[normalisation];
  const nPixels = pixels.length / channels;
  const values = new Float32Array(nPixels * wanted);
  for (let i = 0; i < nPixels; i++) {
    const at = i * channels;
    for (let c = 0; c < wanted; c++) {
      const byte =
        channels < 3
          ? (pixels[at] as number)
          : wanted === 1
            ? GREY.reduce((sum, share, k) => sum + share * (pixels[at + k] as number), 0)
            : (pixels[at + c] as number);
      values[i * wanted + c] = (byte / 255 - (mean[c] as number)) / (deviation[c] as number);
    }
  }
  return values;
}
