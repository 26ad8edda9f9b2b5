/** A small set of pictures, drawn here: circles, squares and triangles on a noisy ground, as PNG and JPEG, packed into a
 *  zip. Deterministic, but for the encoder. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createCanvas } from '@napi-rs/canvas';
import { ZipFile } from 'yazl';
import { Random } from '../../src/ml/random.ts';

export const SHAPES = ['circle', 'square', 'triangle'] as const;

export interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** @param seed decides place, size, colours and noise. @param size of the picture in pixels: width, height. */
export async function drawShape(
  shape: (typeof SHAPES)[number],
  seed: number,
  { size = [32, 32], format = 'png', grey = false }: DrawOptions = {},
): Promise<Uint8Array> {
  const random = new Random(seed);
  const [width, height] = size;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const paint = (low: number, high: number) => {
    const [r, g, b] = [0, 1, 2].map(() => Math.round(low + random.uniform() * (high - low)));
    return grey ? `rgb(${r},${r},${r})` : `rgb(${r},${g},${b})`;
  };
  context.fillStyle = paint(0, 60);
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 40; i++) {
    context.fillStyle = paint(0, 110);
    context.fillRect(random.integer(width), random.integer(height), 2, 2);
  }
  const radius = Math.min(width, height) * (0.24 + 0.12 * random.uniform());
  const x = width / 2 + (random.uniform() - 0.5) * 0.15 * width;
  const y = height / 2 + (random.uniform() - 0.5) * 0.15 * height;
  context.fillStyle = paint(150, 255);
  context.beginPath();
  if (shape === 'circle') context.arc(x, y, radius, 0, 2 * Math.PI);
  else if (shape === 'square') context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y + radius);
    context.lineTo(x - radius, y + radius);
    context.closePath();
  }
  context.fill();
  return format === 'png' ? canvas.encode('png') : canvas.encode('jpeg', 92);
}

interface DrawOptions {
  readonly size?: readonly [number, number];
  readonly format?: 'png' | 'jpeg';
  readonly grey?: boolean;
}

/** `perClass` pictures of each shape, in folders `shapes/<shape>/`, every second one a JPEG. */
export async function shapeFiles(
  perClass: number,
  options: Omit<DrawOptions, 'format'> = {},
): Promise<NamedBytes[]> {
  const files: NamedBytes[] = [];
  for (const [k, shape] of SHAPES.entries()) {
    for (let i = 0; i < perClass; i++) {
      const format = i % 2 === 0 ? 'png' : 'jpeg';
      const path = `shapes/${shape}/${String(i).padStart(3, '0')}.${format === 'png' ? 'png' : 'jpg'}`;
      files.push({ path, bytes: await drawShape(shape, 1000 * k + i, { ...options, format }) });
    }
  }
  return files;
}

export async function writeZip(path: string, files: readonly NamedBytes[]): Promise<void> {
  const zip = new ZipFile();
  for (const file of files) zip.addBuffer(Buffer.from(file.bytes), file.path);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
