import { createRequire } from 'node:module';
import type * as Rasteriser from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { encodePng } from '../../src/report/charts/png.ts';

const { createCanvas, loadImage } = createRequire(import.meta.url)('@napi-rs/canvas') as typeof Rasteriser;

/** As another decoder reads it. */
async function decode(png: Buffer): Promise<{ width: number; height: number; rgba: Uint8ClampedArray }> {
  const { width, height } = await loadImage(png);
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(await loadImage(png), 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** Opaque pixels of any colour, of which each row equals the one above as often as not. */
function pixels(width: number, height: number, random: Random): Uint8Array {
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = 4 * width * y;
    if (y > 0 && random.uniform() < 0.5) rgba.copyWithin(row, row - 4 * width, row);
    else for (let i = 0; i < 4 * width; i++) rgba[row + i] = i % 4 === 3 ? 255 : random.integer(256);
  }
  return rgba;
}

describe('encodePng', () => {
  it.each([
    [1, 1],
    [7, 1],
    [1, 9],
    [33, 20],
    [400, 300],
  ])('keeps every pixel of %i × %i', async (width, height) => {
    const rgba = pixels(width, height, new Random(width));
    const back = await decode(await encodePng(rgba, width, height));
    expect([back.width, back.height]).toEqual([width, height]);
    expect(Buffer.from(back.rgba).equals(Buffer.from(rgba))).toBe(true);
  });

  it('keeps pixels that compress to more than one piece', async () => {
    const rgba = pixels(700, 700, new Random(3));
    const png = await encodePng(rgba, 700, 700);
    expect(png.length).toBeGreaterThan(2 ** 19);
    expect(Buffer.from((await decode(png)).rgba).equals(Buffer.from(rgba))).toBe(true);
  });

  it('compresses more at a higher level, and keeps the same pixels', async () => {
    const rgba = pixels(40, 200, new Random(4)).map((value, i) => (i % 4 === 3 ? 255 : value & 0xc0));
    const [usual, most] = [await encodePng(rgba, 40, 200), await encodePng(rgba, 40, 200, 9)];
    expect(most.length).toBeLessThan(usual.length);
    expect(Buffer.from((await decode(most)).rgba).equals(Buffer.from(rgba))).toBe(true);
  });

  it('reads pixels that lie within a larger buffer', async () => {
    const rgba = pixels(5, 4, new Random(5));
    const larger = new Uint8Array(rgba.length + 20).fill(99);
    larger.set(rgba, 13);
    const png = await encodePng(larger.subarray(13, 13 + rgba.length), 5, 4);
    expect(png.equals(await encodePng(rgba, 5, 4))).toBe(true);
  });

  it('has taken the pixels when it returns, so that the caller may draw on', async () => {
    const rgba = pixels(20, 20, new Random(7));
    const kept = Buffer.from(rgba);
    const encoding = encodePng(rgba, 20, 20);
    rgba.fill(0);
    expect(Buffer.from((await decode(await encoding)).rgba).equals(kept)).toBe(true);
  });

  it('needs less than a thirtieth of what a page with little on it holds', async () => {
    const canvas = createCanvas(800, 600);
    const context = canvas.getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 800, 600);
    context.fillStyle = 'black';
    context.arc(400, 300, 200, 0, 2 * Math.PI);
    context.fill();
    const { data } = context.getImageData(0, 0, 800, 600);
    const png = await encodePng(data, 800, 600);
    expect(png.length).toBeLessThan((3 * 800 * 600) / 30);
    expect(Buffer.from((await decode(png)).rgba).equals(Buffer.from(data))).toBe(true);
  });
});
