/** RandAugment (Cubuk et al. 2020): a few operations drawn anew for every picture, all at one magnitude. */
import type { Random } from '../random.ts';
import {
  autocontrast,
  brightness,
  contrast,
  equalize,
  posterize,
  saturation,
  sharpness,
  solarize,
} from './colour.ts';
import { type Fill, rotate, shear, translate } from './geometry.ts';
import type { Picture } from './picture.ts';

/** @param magnitude 0 to 1. @param sign 1 or -1, for those that go both ways. */
type Operation = (picture: Picture, magnitude: number, sign: number, fill: Fill) => Picture;

/** At full strength: the ranges of the paper, with moves of 45% of the side as for its pictures of 331 pixels. */
const MAX_DEGREES = 30;
const MAX_SHEAR = 0.3;
const MAX_MOVE = 0.45;
const MAX_FACTOR = 0.9;
const POSTERIZED_BITS = 4;

export const OPERATIONS = {
  identity: (picture) => picture,
  autocontrast: (picture) => autocontrast(picture),
  equalize: (picture) => equalize(picture),
  rotate: (picture, magnitude, sign, fill) => rotate(picture, sign * magnitude * MAX_DEGREES, fill),
  solarize: (picture, magnitude) => solarize(picture, 256 * (1 - magnitude)),
  colour: (picture, magnitude, sign) => saturation(picture, 1 + sign * magnitude * MAX_FACTOR),
  posterize: (picture, magnitude) => posterize(picture, 8 - Math.round(magnitude * POSTERIZED_BITS)),
  contrast: (picture, magnitude, sign) => contrast(picture, 1 + sign * magnitude * MAX_FACTOR),
  brightness: (picture, magnitude, sign) => brightness(picture, 1 + sign * magnitude * MAX_FACTOR),
  sharpness: (picture, magnitude, sign) => sharpness(picture, 1 + sign * magnitude * MAX_FACTOR),
  shearX: (picture, magnitude, sign, fill) => shear(picture, sign * magnitude * MAX_SHEAR, 0, fill),
  shearY: (picture, magnitude, sign, fill) => shear(picture, 0, sign * magnitude * MAX_SHEAR, fill),
  translateX: (picture, magnitude, sign, fill) =>
    translate(picture, sign * magnitude * MAX_MOVE * picture.width, 0, fill),
  translateY: (picture, magnitude, sign, fill) =>
    translate(picture, 0, sign * magnitude * MAX_MOVE * picture.height, fill),
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];

/** These know no magnitude; at magnitude 0, where nothing is to change, they are not drawn. */
const ALL_OR_NOTHING: ReadonlySet<OperationName> = new Set(['autocontrast', 'equalize']);

/** @param count of operations, one after another. @param magnitude 0 (nothing changes) to 1.
 *  @param names that are drawn from. */
export function randAugment(
  picture: Picture,
  count: number,
  magnitude: number,
  names: readonly OperationName[],
  random: Random,
  fill: Fill = 'edge',
): Picture {
  const drawable = magnitude > 0 ? names : names.filter((name) => !ALL_OR_NOTHING.has(name));
  if (drawable.length === 0) return picture;
  let varied = picture;
  for (let i = 0; i < count; i++) {
    const operation: Operation = OPERATIONS[drawable[random.integer(drawable.length)] as OperationName];
    const sign = random.uniform() < 0.5 ? -1 : 1;
    varied = operation(varied, magnitude, sign, fill);
  }
  return varied;
}
