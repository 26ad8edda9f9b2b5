/** How pictures are varied while a model trains: plain data, applied in order, every draw from a seeded generator. */
import { z } from 'zod';
import type { Random } from '../random.ts';
import { brightness, contrast, saturation } from './colour.ts';
import { cutout } from './cutout.ts';
import { flipHorizontal, flipVertical, rotate, shift } from './geometry.ts';
import type { Picture } from './picture.ts';
import { OPERATION_NAMES, randAugment } from './rand-augment.ts';

const share = z.number().min(0).max(1);

export const Augmentation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flipHorizontal'), probability: share }),
  z.object({ kind: z.literal('flipVertical'), probability: share }),
  /** Moved by up to so many pixels each way: a random crop of the padded picture. */
  z.object({ kind: z.literal('crop'), padding: z.number().int().min(0).max(64) }),
  /** Turned by up to so much either way. */
  z.object({ kind: z.literal('rotate'), degrees: z.number().min(0).max(180) }),
  /** Each a factor between 1 - x and 1 + x. */
  z.object({ kind: z.literal('colour'), brightness: share, contrast: share, saturation: share }),
  z.object({ kind: z.literal('cutout'), size: z.number().int().min(0).max(256) }),
  z.object({
    kind: z.literal('randAugment'),
    count: z.number().int().min(0).max(8),
    magnitude: share,
    operations: z.array(z.enum(OPERATION_NAMES)),
  }),
]);
export type Augmentation = z.infer<typeof Augmentation>;

/** One variant of the picture. The edge's own pixels stand for what lies beyond it. */
export function augment(picture: Picture, recipe: readonly Augmentation[], random: Random): Picture {
  return recipe.reduce((varied, step) => applyOne(varied, step, random), picture);
}

function applyOne(picture: Picture, step: Augmentation, random: Random): Picture {
  const around = (reach: number) => (2 * random.uniform() - 1) * reach;
  switch (step.kind) {
    case 'flipHorizontal':
      return random.uniform() < step.probability ? flipHorizontal(picture) : picture;
    case 'flipVertical':
      return random.uniform() < step.probability ? flipVertical(picture) : picture;
    case 'crop': {
      const move = () => random.integer(2 * step.padding + 1) - step.padding;
      return shift(picture, move(), move(), 'edge');
    }
    case 'rotate':
      return rotate(picture, around(step.degrees), 'edge');
    case 'colour': {
      const light = brightness(picture, 1 + around(step.brightness));
      return saturation(contrast(light, 1 + around(step.contrast)), 1 + around(step.saturation));
    }
    case 'cutout':
      return cutout(picture, step.size, random);
    case 'randAugment':
      return randAugment(picture, step.count, step.magnitude, step.operations, random);
  }
}
