/** RandAugment for networks that train on pictures: between the numbers that they read and the brightness that is varied
 *  lies what the pipeline made of one. */
import { randAugment } from '../augmentation/rand-augment.ts';
import { operationsFor } from '../augmentation/suggest.ts';
import { pixelGrid } from '../data/pixel-grid.ts';
import type { ImageShape, Table } from '../data/table.ts';
import type { FitOptions } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { FittedPipeline } from '../preprocessing/pipeline.ts';

/** Operations one after another, as in the paper. */
const OPERATIONS = 2;

/** How pixels stand among the features: brightness from 0 to 255 is `centre + scale × number`, per channel. */
interface PixelScale extends ImageShape {
  readonly centres: readonly number[];
  readonly scales: readonly number[];
}

/** @returns varies a picture among the pipeline's features by operations that keep what the classes stand for; undefined
 *  where the features are anything else than the pixels of one picture. */
export function variationOf(
  pipeline: FittedPipeline,
  table: Table,
  { classes, features }: Pick<Experiment, 'classes' | 'features'>,
): FitOptions['varyPicture'] {
  const scale = pixelScale(pipeline, table, features);
  if (!scale) return undefined;
  const { centres, scales, channels } = scale;
  const names = operationsFor(classes, scale);
  return (pixels, magnitude, random) => {
    const bright = pixels.map((value, i) => {
      const byte = (centres[i % channels] as number) + (scales[i % channels] as number) * value;
      return Math.min(255, Math.max(0, byte));
    });
    const { height, width } = scale;
    const picture = { height, width, channels, pixels: bright };
    const varied = randAugment(picture, OPERATIONS, magnitude, names, random);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] =
        ((varied.pixels[i] as number) - (centres[i % channels] as number)) / (scales[i % channels] as number);
    }
  };
}

function pixelScale(
  { steps }: FittedPipeline,
  table: Table,
  features: readonly string[],
): PixelScale | undefined {
  const [first] = steps;
  if (steps.length === 1 && first?.encoder.kind === 'pixels') {
    const { height, width, channels, means, deviations } = first.encoder;
    return { height, width, channels, centres: means, scales: deviations };
  }
  const grid = pixelGrid(table);
  if (!grid || grid.columns.some((name, i) => name !== features[i])) return undefined;
  // All columns on one scale, as networks for images ask for it.
  const transforms = steps.map(({ dense }) => dense?.[0]?.transform);
  const [common] = transforms;
  if (common?.kind !== 'robust' || common.scale === 0) return undefined;
  const isCommon = (other: (typeof transforms)[number]) =>
    other?.kind === 'robust' && other.centre === common.centre && other.scale === common.scale;
  if (!transforms.every(isCommon)) return undefined;
  const { height, width, channels, low, high } = grid;
  const perUnit = 255 / (high - low);
  return {
    ...{ height, width, channels },
    centres: Array(channels).fill((common.centre - low) * perUnit),
    scales: Array(channels).fill(common.scale * perUnit),
  };
}
