/** Pictures of handwritten digits, and a pretrained network that has seen others of them, as files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { startBackend } from '../../src/ml/neural/backend.ts';
import {
  type Digits,
  PICTURE,
  readDigits,
  saved,
  smallNetwork,
  trainNetwork,
} from '../ml/neural/backbones/digits.ts';

/** Writes a network that was trained on the digits 0 to 4, as TensorFlow.js saves it. */
export async function writeNetwork(folder: string): Promise<void> {
  await startBackend();
  const network = smallNetwork(5, 1);
  trainNetwork(network, readDigits(0, 5, 1), 5);
  const { modelJson, weights } = await saved(network);
  network.dispose();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), modelJson);
  await writeFile(join(folder, 'group1-shard1of1.bin'), weights);
}

/** Writes pictures as PNG files, in a folder per digit.
 *  @param first what the label 0 stands for. */
export async function writeDigits(folder: string, { images, labels }: Digits, first: number): Promise<void> {
  const { height, width } = PICTURE;
  for (const [i, label] of labels.entries()) {
    const path = join(folder, `digit ${first + label}`);
    await mkdir(path, { recursive: true });
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    const image = context.createImageData(width, height);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const value = images.pixels[i * height * width + pixel];
      image.data.set([value, value, value, 255], 4 * pixel);
    }
    context.putImageData(image, 0, 0);
    await writeFile(join(path, `${i}.png`), await canvas.encode('png'));
  }
}
