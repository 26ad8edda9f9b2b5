/** Every operation against Pillow's, and what holds for all of them. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autocontrast,
  brightness,
  contrast,
  equalize,
  posterize,
  saturation,
  sharpness,
  solarize,
} from '../../../src/ml/augmentation/colour.ts';
import { cutout } from '../../../src/ml/augmentation/cutout.ts';
import {
  flipHorizontal,
  flipVertical,
  rotate,
  shear,
  shift,
  translate,
} from '../../../src/ml/augmentation/geometry.ts';
import { bytesOf, mapPixels, type Picture, pictureOf } from '../../../src/ml/augmentation/picture.ts';
import {
  OPERATION_NAMES,
  OPERATIONS,
  type OperationName,
  randAugment,
} from '../../../src/ml/augmentation/rand-augment.ts';
import { type Augmentation, augment } from '../../../src/ml/augmentation/recipe.ts';
import { Random } from '../../../src/ml/random.ts';

// Written by Pillow 13.0.0 (test/oracles/generate/augmentation.py).
const stored = JSON.parse(
  readFileSync(new URL('../../oracles/images/augmentation.json', import.meta.url), 'utf8'),
) as { width: number; height: number; picture: string; results: Record<string, string> };
const decoded = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const sample = pictureOf(decoded(stored.picture), {
  height: stored.height,
  width: stored.width,
  channels: 3,
});
const halved = mapPixels(sample, (value) => 60 + Math.floor(value / 2));

/** Pillow rounds in between: a grey that is off by half counts as often as the factor says. */
const ours: Record<string, readonly [picture: Picture, tolerance: number]> = {
  flipHorizontal: [flipHorizontal(sample), 0],
  flipVertical: [flipVertical(sample), 0],
  'shift 3 -2': [shift(sample, 3, -2, 40), 0],
  'rotate 10': [rotate(sample, 10, 40), 1],
  'rotate -25': [rotate(sample, -25, 40), 1],
  'rotate 90': [rotate(sample, 90, 40), 1],
  'shearX 0.3': [shear(sample, 0.3, 0, 40), 1],
  'shearY -0.2': [shear(sample, 0, -0.2, 40), 1],
  'translate 2.5 -1.25': [translate(sample, 2.5, -1.25, 40), 1],
  autocontrast: [autocontrast(halved), 1],
  equalize: [equalize(sample), 0],
  'posterize 3': [posterize(sample, 3), 0],
  'solarize 100': [solarize(sample, 100), 0],
  'brightness 0.4': [brightness(sample, 0.4), 1],
  'brightness 1.7': [brightness(sample, 1.7), 1],
  'contrast 0.3': [contrast(sample, 0.3), 1.5],
  'contrast 1.6': [contrast(sample, 1.6), 1.5],
  'saturation 0': [saturation(sample, 0), 1],
  'saturation 1.8': [saturation(sample, 1.8), 2],
  'sharpness 0': [sharpness(sample, 0), 1],
  'sharpness 1.9': [sharpness(sample, 1.9), 2],
};

describe('an operation', () => {
  it.each(Object.keys(stored.results))('%s does what Pillow does', (name) => {
    const [picture, tolerance] = ours[name] as readonly [Picture, number];
    const expected = decoded(stored.results[name] as string);
    const off = bytesOf(picture).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))),
      0,
    );
    expect(off).toBeLessThanOrEqual(tolerance);
  });
});

const anyPicture = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(1, 3),
    fc.integer(),
  )
  .map(([height, width, channels, seed]) => {
    const random = new Random(seed);
    const pixels = Float32Array.from({ length: height * width * channels }, () => random.integer(256));
    return { height, width, channels, pixels } as Picture;
  });
const anyStep: fc.Arbitrary<Augmentation> = fc.oneof(
  fc.record({
    kind: fc.constant('flipHorizontal' as const),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('flipVertical' as const),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('crop' as const), padding: fc.integer({ min: 0, max: 8 }) }),
  fc.record({ kind: fc.constant('rotate' as const), degrees: fc.double({ min: 0, max: 180, noNaN: true }) }),
  fc.record({
    kind: fc.constant('colour' as const),
    brightness: fc.double({ min: 0, max: 1, noNaN: true }),
    contrast: fc.double({ min: 0, max: 1, noNaN: true }),
    saturation: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('cutout' as const), size: fc.integer({ min: 0, max: 9 }) }),
  fc.record({
    kind: fc.constant('randAugment' as const),
    count: fc.integer({ min: 0, max: 3 }),
    magnitude: fc.double({ min: 0, max: 1, noNaN: true }),
    operations: fc.constant<OperationName[]>([...OPERATION_NAMES]),
  }),
);

describe('a recipe', () => {
  it('keeps shape and range, leaves its picture alone, and depends on the seed alone', () => {
    fc.assert(
      fc.property(anyPicture, fc.array(anyStep, { maxLength: 4 }), fc.integer(), (picture, recipe, seed) => {
        const before = picture.pixels.slice();
        const one = augment(picture, recipe, new Random(seed));
        const again = augment(picture, recipe, new Random(seed));
        expect(one).toMatchObject({
          height: picture.height,
          width: picture.width,
          channels: picture.channels,
        });
        expect(one.pixels).toHaveLength(picture.pixels.length);
        expect(one.pixels.every((value) => value >= -1e-3 && value <= 255.001)).toBe(true);
        expect(again.pixels).toEqual(one.pixels);
        expect(picture.pixels).toEqual(before);
      }),
    );
  });

  it('of magnitude 0 changes nothing', () => {
    const nothing: Augmentation[] = [
      { kind: 'flipHorizontal', probability: 0 },
      { kind: 'flipVertical', probability: 0 },
      { kind: 'crop', padding: 0 },
      { kind: 'rotate', degrees: 0 },
      { kind: 'colour', brightness: 0, contrast: 0, saturation: 0 },
      { kind: 'cutout', size: 0 },
      { kind: 'randAugment', count: 3, magnitude: 0, operations: [...OPERATION_NAMES] },
    ];
    fc.assert(
      fc.property(anyPicture, fc.integer(), (picture, seed) => {
        const same = augment(picture, nothing, new Random(seed));
        expect(bytesOf(same)).toEqual(Uint8Array.from(picture.pixels));
      }),
    );
  });

  it('of other seeds gives other variants', () => {
    const recipe: Augmentation[] = [{ kind: 'crop', padding: 3 }];
    const variants = Array.from({ length: 60 }, (_, seed) =>
      bytesOf(augment(sample, recipe, new Random(seed))).join(),
    );
    expect(new Set(variants).size).toBeGreaterThan(20);
    expect(new Set(variants).size).toBeLessThanOrEqual(49);
  });
});

describe('RandAugment', () => {
  it('draws all fourteen operations of the paper, and only those that it may', () => {
    expect(OPERATION_NAMES).toHaveLength(14);
    const single = new Set(
      Array.from({ length: 300 }, (_, seed) =>
        bytesOf(randAugment(halved, 1, 0.5, OPERATION_NAMES, new Random(seed))).join(),
      ),
    );
    // Identity, equalize, autocontrast, solarize and posterize one way each; the other nine both ways.
    expect(single.size).toBe(5 + 9 * 2);
    const rotated = randAugment(sample, 1, 0.5, ['rotate'], new Random(4));
    const ways = [1, -1].map((sign) => bytesOf(OPERATIONS.rotate(sample, 0.5, sign, 'edge')).join());
    expect(ways).toContain(bytesOf(rotated).join());
  });
});

describe('cutout', () => {
  it('hides one square, cut off at the edge, in the mean colour, and nothing else', () => {
    fc.assert(
      fc.property(anyPicture, fc.integer({ min: 1, max: 6 }), fc.integer(), (picture, size, seed) => {
        const { height, width, channels, pixels } = picture;
        const hidden = cutout(picture, size, new Random(seed));
        const random = new Random(seed); // the naive twin draws the same middle
        const [row, column] = [random.integer(height), random.integer(width)];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const [dy, dx] = [y - row + Math.floor(size / 2), x - column + Math.floor(size / 2)];
            const isHidden = dy >= 0 && dy < size && dx >= 0 && dx < size;
            for (let c = 0; c < channels; c++) {
              const mean =
                pixels.filter((_, i) => i % channels === c).reduce((sum, v) => sum + v, 0) / (height * width);
              const at = (y * width + x) * channels + c;
              expect(hidden.pixels[at]).toBeCloseTo(isHidden ? mean : (pixels[at] as number), 3);
            }
          }
        }
      }),
    );
  });
});
