/** Training rows with variants of their pictures: a model that sees what cannot matter change learns what does. */
import { bytesOf, pictureOf } from '../augmentation/picture.ts';
import { augment } from '../augmentation/recipe.ts';
import { suggestAugmentations } from '../augmentation/suggest.ts';
import {
  type Column,
  findImages,
  type ImageColumn,
  imageOf,
  pixelsOf,
  type Table,
  takeRows,
} from '../data/table.ts';
import type { Feature, TrainingSet } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { FittedPipeline } from '../preprocessing/pipeline.ts';
import { Random } from '../random.ts';

/** The set, followed by `copies` more of it in which every picture is varied as suits the classes; all else stays as it is,
 *  what cross-fitting said of each row included. Where there are no pictures, the set as it is.
 *  @param set of `rows` of the table, in their order. @param seed of the variants: those of a row depend on seed and row. */
export function withVariants(
  set: TrainingSet,
  table: Table,
  rows: Uint32Array,
  pipeline: FittedPipeline,
  { classes, features }: Experiment,
  copies: number,
  seed: number,
): TrainingSet {
  const pictures = findImages(table);
  if (!pictures || copies === 0 || !features.includes(pictures.name)) return set;
  const { recipe } = suggestAugmentations(classes, pictures);
  const own = takeRows(table, rows);
  const size = pixelsOf(pictures);
  const random = new Random(seed);
  const variants = Array.from({ length: copies }, (_, copy) => {
    const values = new Uint8Array(rows.length * size);
    for (let i = 0; i < rows.length; i++) {
      const picture = pictureOf(imageOf(pictures, rows[i]), pictures);
      values.set(bytesOf(augment(picture, recipe, random.derive(copy, rows[i]))), i * size);
    }
    const columns = own.columns.map(
      (column): Column => (column.type === 'image' ? varied(column, values) : column),
    );
    return pipeline.transform({ ...own, columns });
  });
  const ofFeature = ({ source }: Feature, j: number) =>
    variants.map(({ columns }) => (source === pictures.name ? columns[j] : set.features.columns[j]));
  return {
    ...set,
    features: {
      ...set.features,
      nRows: rows.length * (1 + copies),
      columns: set.features.columns.map((column, j) =>
        joined([column, ...ofFeature(set.features.features[j], j)]),
      ),
    },
    target: joined(Array.from({ length: 1 + copies }, () => set.target)),
    ...(set.weights && {
      weights: joined(Array.from({ length: 1 + copies }, () => set.weights as Float64Array)),
    }),
  };
}

/** What a network saw in the pictures is not what it would see in their variants. */
function varied({ seen, ...column }: ImageColumn, values: Uint8Array): ImageColumn {
  return { ...column, values };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
