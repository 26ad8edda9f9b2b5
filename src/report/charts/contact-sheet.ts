/** Pictures of a data set, some of every class, as small as stamps. */
import type { ImageProfile, TargetProfile } from '../../profile/profile.ts';
import { formatCount } from '../format.ts';
import { type Block, type PixelShape, type Shape, stack } from './scene.ts';
import { COLOUR, SIZE } from './theme.ts';

const GAP = 6;
const HEAD = 30;

type Samples = ImageProfile['samples'];

/** A panel for every class: its name, how many pictures it has, and some of them side by side.
 *  @param width of a panel. @param target whose classes are counted, if they are those of the samples. */
export function classPanels({ samples }: ImageProfile, target: TargetProfile | null, width: number): Block[] {
  const labels = [...new Set(samples.pictures.map(({ label }) => label))];
  const rows = labels.map((label) => samples.pictures.filter((picture) => picture.label === label));
  const most = Math.max(1, ...rows.map((row) => row.length));
  return rows.map((row, i): Block => {
    const label = labels[i] ?? '';
    const count = target?.classes.find((one) => one.label === label)?.count;
    const head = { kind: 'text', y: 11 } as const;
    const words: Shape[] = [
      { ...head, x: 0, text: label, size: SIZE.body, weight: 600, colour: COLOUR.ink, maxWidth: width - 90 },
      ...(count === undefined
        ? []
        : ([
            {
              ...head,
              x: width,
              align: 'right',
              text: formatCount(count),
              size: SIZE.tiny,
              colour: COLOUR.muted,
            },
          ] as const)),
    ];
    return stack([{ height: HEAD - GAP, shapes: words }, strip(row, samples, most, width)], GAP);
  });
}

/** Pictures without classes, in lines. */
export function stamps({ samples }: ImageProfile, width: number): Block {
  const { pictures } = samples;
  const perLine = Math.min(pictures.length, samples.width > 2 * samples.height ? 4 : 8);
  const lines = Array.from({ length: Math.ceil(pictures.length / perLine) }, (_, line) =>
    strip(pictures.slice(line * perLine, (line + 1) * perLine), samples, perLine, width),
  );
  return stack(lines, GAP);
}

/** One line of pictures, `places` of which would fill it. */
function strip(pictures: Samples['pictures'], samples: Samples, places: number, width: number): Block {
  const stamp = (width - GAP * (places - 1)) / places;
  const height = (stamp * samples.height) / samples.width;
  const shapes = pictures.map(
    ({ pixels }, i): Shape => stampOf(Buffer.from(pixels, 'base64'), samples, i * (stamp + GAP), 0, stamp),
  );
  return { height, shapes };
}

/** A picture of few pixels, drawn `width` wide.
 *  @param pixels as in an image column. */
export function stampOf(
  pixels: Uint8Array,
  { height, width: columns, channels }: Pick<Samples, 'height' | 'width' | 'channels'>,
  x: number,
  y: number,
  width: number,
): PixelShape {
  return {
    ...{ kind: 'pixels', x, y, width, height: (width * height) / columns },
    ...{ pixels, rows: height, columns, channels },
  };
}
