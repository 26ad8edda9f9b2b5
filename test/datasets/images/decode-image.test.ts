import { readFileSync } from 'node:fs';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { decodeImage, fitInto, isGrey, toGrey } from '../../../src/datasets/images/decode-image.ts';
import { readImageHeader } from '../../../src/datasets/images/image-header.ts';

interface Stored {
  readonly bytes: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}
// Written and read by Pillow 13.0.0 (test/oracles/generate/images.py).
const stored: Record<string, Stored> = JSON.parse(
  readFileSync(new URL('../../oracles/images/decoded.json', import.meta.url), 'utf8'),
).files;
const bytesOf = (name: string) => Buffer.from((stored[name] as Stored).bytes, 'base64');

async function drawn(width: number, height: number, format: 'png' | 'jpeg'): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  for (let x = 0; x < width; x++) {
    context.fillStyle = `rgb(${(x * 37) % 256},${(x * 91) % 256},${(x * 13) % 256})`;
    context.fillRect(x, 0, 1, height);
  }
  return format === 'png' ? canvas.encode('png') : canvas.encode('jpeg', 90);
}

describe('a picture', () => {
  it.each(Object.keys(stored))('%s has the pixels that Pillow sees', async (name) => {
    const { width, height, pixels } = stored[name] as Stored;
    const image = await decodeImage(bytesOf(name), { width, height });
    expect(image).toMatchObject({ width, height, format: name.endsWith('png') ? 'PNG' : 'JPEG' });
    const expected = Buffer.from(pixels, 'base64');
    // Lossless files to a rounding; JPEG and CMYK to what decoders may differ by.
    const tolerance = name.endsWith('png') ? 1 : name === 'cmyk.jpg' ? 6 : 4;
    image.pixels.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number)), `${name} at ${i}`).toBeLessThanOrEqual(tolerance);
    });
  });

  it('keeps its proportions, and its edge colours what is left of the area', async () => {
    const canvas = createCanvas(40, 20);
    const context = canvas.getContext('2d');
    context.fillStyle = 'rgb(10,200,30)';
    context.fillRect(0, 0, 40, 20);
    context.fillStyle = 'rgb(250,0,0)';
    context.fillRect(10, 5, 20, 10);
    const { pixels } = await decodeImage(await canvas.encode('png'), { width: 20, height: 20 });
    const at = (x: number, y: number) => [...pixels.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)];
    expect(at(0, 0)).toEqual([10, 200, 30]); // above the picture
    expect(at(0, 6)).toEqual([10, 200, 30]);
    expect(at(10, 10)).toEqual([250, 0, 0]);
    expect(at(10, 19)).toEqual([10, 200, 30]);
  });

  it('that is much larger than asked keeps its mean colour', async () => {
    const large = await drawn(900, 600, 'png');
    const { pixels } = await decodeImage(large, { width: 24, height: 16 });
    const means = [0, 1, 2].map((c) => {
      let sum = 0;
      for (let x = 0; x < 900; x++) sum += [(x * 37) % 256, (x * 91) % 256, (x * 13) % 256][c] as number;
      return sum / 900;
    });
    for (let c = 0; c < 3; c++) {
      const mine = pixels.filter((_, i) => i % 3 === c).reduce((sum, v) => sum + v, 0) / (24 * 16);
      expect(Math.abs(mine - (means[c] as number))).toBeLessThan(2);
    }
  });
});

describe('a file', () => {
  it.each(['png', 'jpeg'] as const)(
    'that was cut off anywhere is told from a whole one (%s)',
    async (format) => {
      const whole = await drawn(64, 48, format);
      expect(readImageHeader(whole)).toEqual({ format: format.toUpperCase(), width: 64, height: 48 });
      for (const share of [0.2, 0.5, 0.9, 0.99]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        expect(() => readImageHeader(cut), `${share}`).toThrow(/cut off/);
      }
    },
  );

  it('with a flipped bit in a PNG is refused by its checksum', async () => {
    const bytes = Buffer.from(await drawn(64, 48, 'png'));
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] as number) ^ 8;
    expect(() => readImageHeader(bytes)).toThrow(/damaged/);
  });

  it('that is something else, or would be enormous, is refused before it is decoded', async () => {
    expect(() => readImageHeader(Buffer.from('GIF89a, not what its name says'))).toThrow(/no JPEG or PNG/);
    const jpeg = Buffer.from(await drawn(64, 48, 'jpeg'));
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    jpeg.writeUInt16BE(60_000, frame + 5);
    jpeg.writeUInt16BE(60_000, frame + 7);
    expect(() => readImageHeader(jpeg)).toThrow(/million pixels/);
  });

  it('may have bytes behind its end', async () => {
    const jpeg = Buffer.concat([await drawn(20, 10, 'jpeg'), Buffer.from('a camera wrote this')]);
    expect(readImageHeader(jpeg)).toMatchObject({ width: 20, height: 10 });
  });
});

describe('grey', () => {
  it('is what hardly differs between the channels', () => {
    expect(isGrey(Uint8Array.of(100, 101, 99, 0, 0, 0))).toBe(true);
    expect(isGrey(Uint8Array.of(100, 100, 100, 50, 50, 90))).toBe(false);
    expect([...toGrey(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9))]).toEqual([76, 150, 29, 9]);
  });

  it('of a picture that fits needs no edge', () => {
    expect([...fitInto(Uint8Array.of(1, 2, 3), [1, 1], { height: 1, width: 1 })]).toEqual([1, 2, 3]);
  });
});
