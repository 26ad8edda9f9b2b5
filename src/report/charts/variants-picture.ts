/** Pictures of the data, each beside variants of itself: what models learn from as well. */
import { bytesOf, pictureOf } from '../../ml/augmentation/picture.ts';
import { randAugment } from '../../ml/augmentation/rand-augment.ts';
import { augment } from '../../ml/augmentation/recipe.ts';
import { operationsFor, suggestAugmentations } from '../../ml/augmentation/suggest.ts';
import { Random } from '../../ml/random.ts';
import type { ImageProfile } from '../../profile/profile.ts';
import { stampOf } from './contact-sheet.ts';
import type { PictureSpec } from './picture.ts';
import type { Block, Shape } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const ROWS = 5;
const VARIANTS = 4;
/** Of RandAugment, at the strength of the strongest setting that plans try. */
const STRONG = 2;
const STRENGTH = 0.2;
const OPERATIONS = 2;
const LABEL_WIDTH = 132;
const GAP = 8;
/** Between a picture and its variants. */
const WIDE_GAP = 20;
const HEAD = 30;
/** The picture shows what may be drawn, not what a run will draw. */
const SEED = 1;

/** @param labels of the classes, by which the suggestion goes. */
export function variantsPicture(images: ImageProfile, labels: readonly string[]): PictureSpec {
  // What is shown may be smaller than what is learned from: the words speak of the latter.
  const { recipe } = suggestAugmentations(labels, images.samples);
  const { reasons } = suggestAugmentations(labels, images);
  const title = 'Variants that keep what a picture shows';
  const sentences = reasons.join(' ');
  return {
    fileName: 'variants.png',
    title,
    altText: `${title}, for some pictures of the data. ${sentences}`,
    scene: layoutSheet({
      title,
      subtitle:
        'Beside every picture, trees and networks learn from some variants of it, drawn anew for each fit; some settings of networks for images vary it more strongly. They are judged on pictures as they are.',
      blocks: [variantRows(images, recipe, operationsFor(labels, images))],
      footnote: sentences,
    }),
  };
}

function variantRows(
  { samples }: ImageProfile,
  recipe: Parameters<typeof augment>[1],
  operations: Parameters<typeof randAugment>[3],
): Block {
  const random = new Random(SEED);
  const shownVariants = VARIANTS + STRONG;
  const stamp = (INNER - LABEL_WIDTH - 2 * WIDE_GAP - GAP * (shownVariants - 2)) / (shownVariants + 1);
  const height = (stamp * samples.height) / samples.width;
  const firstVariant = LABEL_WIDTH + stamp + WIDE_GAP;
  const firstStrong = firstVariant + VARIANTS * (stamp + GAP) - GAP + WIDE_GAP;
  const head = { kind: 'text', y: 10, size: SIZE.tiny, colour: COLOUR.muted } as const;
  const shapes: Shape[] = [
    { ...head, x: LABEL_WIDTH, text: 'As it is' },
    { ...head, x: firstVariant, text: 'Varied' },
    { ...head, x: firstStrong, text: 'More strongly' },
  ];
  const shown = oneOfEach(samples.pictures);
  shown.forEach(({ label, pixels }, row) => {
    const y = HEAD + row * (height + GAP);
    const original = Uint8Array.from(Buffer.from(pixels, 'base64'));
    if (label !== null) {
      const middle = y + height / 2;
      const words = { text: label, maxWidth: LABEL_WIDTH - 16 };
      shapes.push({
        kind: 'text',
        x: 0,
        y: middle,
        size: SIZE.small,
        weight: 600,
        colour: COLOUR.ink,
        ...words,
      });
    }
    shapes.push(stampOf(original, samples, LABEL_WIDTH, y, stamp));
    for (let k = 0; k < VARIANTS; k++) {
      const varied = bytesOf(augment(pictureOf(original, samples), recipe, random.derive(row, k)));
      shapes.push(stampOf(varied, samples, firstVariant + k * (stamp + GAP), y, stamp));
    }
    for (let k = 0; k < STRONG; k++) {
      const draws = random.derive('strong', row, k);
      const picture = pictureOf(original, samples);
      const varied = bytesOf(randAugment(picture, OPERATIONS, STRENGTH, operations, draws));
      shapes.push(stampOf(varied, samples, firstStrong + k * (stamp + GAP), y, stamp));
    }
  });
  return { height: HEAD + shown.length * (height + GAP) - GAP, shapes };
}

/** The first of each class, and more of them where there are few classes; those of one class side by side. */
function oneOfEach(pictures: ImageProfile['samples']['pictures']): ImageProfile['samples']['pictures'] {
  const seen = new Map<string | null, number>();
  const ranked = pictures.map((picture) => {
    const rank = seen.get(picture.label) ?? 0;
    seen.set(picture.label, rank + 1);
    return { picture, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, ROWS)
    .map(({ picture }) => picture)
    .sort((a, b) => pictures.indexOf(a) - pictures.indexOf(b));
}
