import { describe, expect, it } from 'vitest';
import { Augmentation } from '../../../src/ml/augmentation/recipe.ts';
import { suggestAugmentations } from '../../../src/ml/augmentation/suggest.ts';

const COLOUR = { height: 32, width: 32, channels: 3 } as const;
const kinds = (labels: readonly string[], shape: Parameters<typeof suggestAugmentations>[1] = COLOUR) =>
  suggestAugmentations(labels, shape).recipe.map(({ kind }) => kind);

describe('what is suggested', () => {
  it('mirrors, moves, turns, recolours and hides for things', () => {
    expect(kinds(['cat', 'dog'])).toEqual(['flipHorizontal', 'crop', 'rotate', 'colour', 'cutout']);
  });

  it.each([
    ['digits', ['0', '1', '9']],
    ['letters', ['a', 'B', 'ß']],
    ['spelled digits', ['zero', 'seven']],
    ['numbered letters', ['letter_a', 'letter_b']],
  ])('never mirrors %s, and says why', (_, labels) => {
    const { recipe, reasons } = suggestAugmentations(labels, COLOUR);
    expect(recipe.map(({ kind }) => kind)).toEqual(['crop', 'rotate', 'colour']);
    expect(reasons.join(' ')).toContain('a mirrored digit or letter is another sign');
  });

  it('never mirrors or turns directions, never recolours colours', () => {
    expect(kinds(['turn left', 'turn right'])).toEqual(['crop', 'colour', 'cutout']);
    expect(kinds(['upright', 'lefty'])).toContain('flipHorizontal'); // whole words count
    expect(kinds(['ripe', 'unripe'])).toEqual(['flipHorizontal', 'crop', 'rotate', 'cutout']);
    expect(suggestAugmentations(['red', 'blue'], COLOUR).reasons.join(' ')).toContain(
      '"red" is told by them',
    );
  });

  it('hides nothing of small pictures and leaves grey ones grey', () => {
    const { recipe } = suggestAugmentations(['cat', 'dog'], { height: 12, width: 12, channels: 1 });
    expect(recipe.map(({ kind }) => kind)).not.toContain('cutout');
    expect(recipe).toContainEqual({ kind: 'colour', brightness: 0.2, contrast: 0.2, saturation: 0 });
  });

  it('is a recipe as a plan could hold it', () => {
    for (const step of suggestAugmentations(['cat'], COLOUR).recipe) {
      expect(Augmentation.parse(step)).toEqual(step);
    }
  });
});
