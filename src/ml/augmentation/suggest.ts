/** Which variations suit a set of pictures: those that cannot change what a picture shows. */
import type { ImageShape } from '../data/table.ts';
import { OPERATION_NAMES, type OperationName } from './rand-augment.ts';
import type { Augmentation } from './recipe.ts';

export interface Suggestion {
  readonly recipe: readonly Augmentation[];
  /** What is done and what is not, each with its reason, in sentences. */
  readonly reasons: readonly string[];
}

/** Digits and letters, alone or spelled out. */
const SIGN =
  /^(\d{1,2}|\p{L}|zero|one|two|three|four|five|six|seven|eight|nine|(digit|letter|class)[\s_-]*(\d{1,2}|\p{L}))$/iu;
const DIRECTION = /(^|[\s_-])(left|right|up|down|clockwise|anticlockwise|north|south|east|west)([\s_-]|$)/i;
const COLOUR_WORD =
  /(^|[\s_-])(red|green|blue|yellow|orange|purple|pink|brown|black|white|gr[ae]y|colou?r|ripe|unripe)([\s_-]|$)/i;

/** Fewer pixels than this would hardly be left beside a hidden square. */
const MIN_CUTOUT_SIDE = 24;
const DEGREES = 10;

const TURNING: readonly OperationName[] = ['rotate', 'shearX', 'shearY'];
const OF_COLOUR: readonly OperationName[] = [
  ...(['autocontrast', 'equalize', 'solarize', 'posterize'] as const),
  ...(['colour', 'contrast', 'brightness'] as const),
];

/** The operations of RandAugment that keep what pictures of these classes show.
 *  @param labels of the classes. */
export function operationsFor(
  labels: readonly string[],
  { channels }: Pick<ImageShape, 'channels'>,
): OperationName[] {
  const isTurned = labels.some((label) => DIRECTION.test(label));
  const isColoured = labels.some((label) => COLOUR_WORD.test(label));
  return OPERATION_NAMES.filter(
    (name) =>
      !(isTurned && TURNING.includes(name)) &&
      !(isColoured && OF_COLOUR.includes(name)) &&
      !(channels === 1 && name === 'colour'),
  );
}

/** @param labels of the classes. */
export function suggestAugmentations(labels: readonly string[], shape: ImageShape): Suggestion {
  const { height, width, channels } = shape;
  const side = Math.min(height, width);
  const padding = Math.max(1, Math.round(side / 10));
  const areSigns = labels.length > 0 && labels.every((label) => SIGN.test(label.trim()));
  const direction = labels.find((label) => DIRECTION.test(label));
  const colour = labels.find((label) => COLOUR_WORD.test(label));
  const recipe: Augmentation[] = [{ kind: 'crop', padding }];
  const reasons = [
    `Moved by up to ${padding} ${padding === 1 ? 'pixel' : 'pixels'}, because things are not always in the middle.`,
  ];

  if (areSigns) reasons.push('Never mirrored: a mirrored digit or letter is another sign, or none.');
  else if (direction)
    reasons.push(`Never mirrored or turned: "${direction}" would become another direction.`);
  else {
    recipe.unshift({ kind: 'flipHorizontal', probability: 0.5 });
    reasons.push('Half of them mirrored from left to right, which most things survive; never upside down.');
  }
  if (!direction) {
    recipe.push({ kind: 'rotate', degrees: DEGREES });
    reasons.push(`Turned by up to ${DEGREES}°, as little as a tilted camera or hand.`);
  }
  if (colour) reasons.push(`Colours and brightness stay: "${colour}" is told by them.`);
  else {
    recipe.push({ kind: 'colour', brightness: 0.2, contrast: 0.2, saturation: channels === 3 ? 0.2 : 0 });
    reasons.push(
      `Brightness${channels === 3 ? ', contrast and saturation' : ' and contrast'} by up to 20%, because light changes.`,
    );
  }
  if (side >= MIN_CUTOUT_SIDE && !areSigns) {
    const size = Math.round(side / 4);
    recipe.push({ kind: 'cutout', size });
    reasons.push(`A square of ${size} pixels hidden, so that no single spot decides.`);
  }
  return { recipe, reasons };
}
