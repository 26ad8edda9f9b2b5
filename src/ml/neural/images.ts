/** What networks for images share: how a row of features is one, and how training moves it. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Random } from '../random.ts';
import type { NetworkSpec } from './network.ts';
import type { ImageSettings } from './parameters.ts';
import { shiftImages } from './random-shift.ts';
import type { Batch } from './trainer.ts';

/** @throws IMAGE_SIZE_WRONG where the features are not as many as the image has pixels times channels. */
export function imageInput(
  { height, width, channels }: ImageSettings,
  nFeatures: number,
): NetworkSpec['input'] {
  if (nFeatures !== height * width * channels) {
    throw new ModelwrightError('IMAGE_SIZE_WRONG', { found: nFeatures, height, width, channels });
  }
  return { height, width, channels, groups: 1 };
}

export function imageAugmentation(
  settings: ImageSettings,
): ((batch: Batch, random: Random) => void) | undefined {
  if (settings.shift === 0) return undefined;
  return ({ inputs, nRows }, random) => shiftImages(inputs, nRows, settings, settings.shift, random);
}
