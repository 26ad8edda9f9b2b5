/** What the marks and lines of a picture mean, side by side, in as many rows as that takes. */
import { measureText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { moveShape } from './scene.ts';
import { COLOUR, SIZE } from './theme.ts';

/** @property sign    what stands before the words, drawn from x = 0 on around y = 0; nothing where they speak for themselves.
 *  @property indent where the words begin. */
export interface LegendEntry {
  readonly sign: readonly Shape[];
  readonly indent: number;
  readonly text: string;
}

/** @param width of the page between its margins. @param gap between two entries. */
export function legend(
  entries: readonly LegendEntry[],
  width: number,
  { gap, rowHeight }: { readonly gap: number; readonly rowHeight: number },
): Block {
  let [x, row] = [0, 0];
  const shapes = entries.flatMap(({ sign, indent, text }): Shape[] => {
    const length = indent + measureText(text, SIZE.small);
    if (x > 0 && x + length > width) [x, row] = [0, row + 1];
    const words: Shape = { kind: 'text', x: indent, y: 0, text, size: SIZE.small, colour: COLOUR.ink };
    const placed = [...sign, words].map((shape) => moveShape(shape, x, (row + 0.5) * rowHeight));
    x += length + gap;
    return placed;
  });
  return { height: (row + 1) * rowHeight, shapes };
}
