/** What networks for images share: how a row of features is one, and how training moves it. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { FitOptions } from '../estimator.ts';
import type { Random } from '../random.ts';
import { cutMix } from './cutmix.ts';
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

/** What training does to the pictures of a batch: it moves them, varies each (RandAugment) and mixes them in pairs (CutMix). */
export function imageAugmentation(
  settings: ImageSettings,
  varyPicture: FitOptions['varyPicture'],
): ((batch: Batch, random: Random) => void) | undefined {
  const { shift, randAugment, cutmix } = settings;
  const vary = randAugment > 0 ? varyPicture : undefined;
  if (shift === 0 && !vary && cutmix === 0) return undefined;
  return (batch, random) => {
    const { inputs, nRows } = batch;
    if (shift > 0) shiftImages(inputs, nRows, settings, shift, random);
    const size = inputs.length / nRows;
    for (let row = 0; vary && row < nRows; row++) {
      vary(inputs.subarray(row * size, (row + 1) * size), randAugment, random.derive('picture', row));
    }
    if (cutmix > 0) cutMix(batch, settings, cutmix, random);
  };
}
