/** Parts of a whole as one bar, named below it. */
import { formatCount, formatShare } from '../format.ts';
import { measureText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { COLOUR, SERIES, SIZE } from './theme.ts';

export interface Part {
  readonly name: string;
  readonly count: number;
}

const BAR_HEIGHT = 26;
const LINE = 28;
const LONGEST_NAME = 260;
/** Parts beyond this many are drawn together, in grey. */
const MAX_PARTS = SERIES.length;

/** Each part is as long as its share; counts and shares stand beside the names. */
export function shareBar(parts: readonly Part[], width: number): Block {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const shown = collect(parts.filter((part) => part.count > 0));
  const shapes: Shape[] = [];
  let x = 0;
  shown.forEach(({ count, colour }, i) => {
    const gap = i < shown.length - 1 ? 3 : 0;
    const own = (count / total) * width;
    shapes.push({
      kind: 'rect',
      x,
      y: 0,
      width: Math.max(2, own - gap),
      height: BAR_HEIGHT,
      fill: colour,
      radius: 4,
    });
    x += own;
  });
  let left = 0;
  let y = BAR_HEIGHT + 20;
  for (const { name, count, colour } of shown) {
    const words = `${formatCount(count)} (${formatShare(count / total)})`;
    const nameWidth = Math.min(LONGEST_NAME, measureText(name, SIZE.small, 600) + 1);
    const entry = 24 + nameWidth + 8 + measureText(words, SIZE.small);
    if (left > 0 && left + entry > width) {
      left = 0;
      y += LINE;
    }
    const text = { kind: 'text', y, size: SIZE.small } as const;
    shapes.push(
      { kind: 'mark', x: left + 8, y, radius: 8, style: 'rect', fill: colour },
      { ...text, x: left + 24, text: name, weight: 600, colour: COLOUR.ink, maxWidth: nameWidth },
      { ...text, x: left + 24 + nameWidth + 8, text: words, colour: COLOUR.muted },
    );
    left += entry + 26;
  }
  return { height: y + LINE / 2, shapes };
}

function collect(parts: readonly Part[]): (Part & { colour: string })[] {
  const fits = parts.length <= MAX_PARTS;
  const own = fits ? parts : parts.slice(0, MAX_PARTS - 1);
  const coloured: (Part & { colour: string })[] = own.map((part, i) => ({ ...part, colour: SERIES[i] }));
  if (fits) return coloured;
  const rest = parts.slice(own.length);
  const count = rest.reduce((sum, part) => sum + part.count, 0);
  return [...coloured, { name: `${formatCount(rest.length)} others`, count, colour: COLOUR.faint }];
}
