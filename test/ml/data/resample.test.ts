import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageByArea } from '../../../src/ml/data/resample.ts';

const side = fc.integer({ min: 1, max: 12 });
const channelCount = fc.constantFrom(1, 3);

/** The slow twin: each old pixel is cut into `toHeight × toWidth` equal parts, and whole parts are averaged. */
function naive(
  source: readonly number[],
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
  channels: number,
): number[] {
  const out: number[] = [];
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let v = y * height; v < (y + 1) * height; v++) {
          for (let u = x * width; u < (x + 1) * width; u++) {
            sum += source[
              (Math.floor(v / toHeight) * width + Math.floor(u / toWidth)) * channels + c
            ] as number;
          }
        }
        out.push(sum / (height * width));
      }
    }
  }
  return out;
}

describe('averageByArea', () => {
  it('is the mean of what every new pixel covers', () => {
    fc.assert(
      fc.property(side, side, side, side, channelCount, fc.integer(), (h, w, toH, toW, channels, seed) => {
        const source = Array.from({ length: h * w * channels }, (_, i) => Math.abs((i * 7919 + seed) % 256));
        const expected = naive(source, [h, w], [toH, toW], channels);
        const found = averageByArea(source, [h, w], [toH, toW], channels);
        expect(found).toHaveLength(expected.length);
        found.forEach((value, i) => {
          expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-3);
        });
      }),
    );
  });

  it('leaves a picture of the same size as it is', () => {
    const source = Array.from({ length: 5 * 7 * 3 }, (_, i) => i);
    expect([...averageByArea(source, [5, 7], [5, 7], 3)]).toEqual(source);
  });
});
