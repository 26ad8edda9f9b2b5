/** One size for all pictures of a data set. */
import type { ImageShape } from '../../ml/data/table.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Longest side, with few pictures and with many: what is learned from a picture costs as much as it has pixels. */
const MAX_SIDE = { few: 64, many: 32 } as const;
const FEW_PICTURES = 2000;
const MIN_SIDE = 8;
/** Proportions that are this close to a square are one. */
const NEARLY = 1.1;

/** The middle one of the pictures' own sizes, made smaller where it is larger than can be learned from in time.
 *  @param sizes of some or all of the pictures. @param nPictures of all. */
export function chooseShape(sizes: readonly Size[], nPictures: number): Pick<ImageShape, 'height' | 'width'> {
  let height = middle(sizes.map((size) => size.height));
  let width = middle(sizes.map((size) => size.width));
  const longest = Math.max(height, width);
  if (longest <= NEARLY * Math.min(height, width)) {
    height = longest;
    width = longest;
  }
  const scale = Math.min(1, MAX_SIDE[nPictures <= FEW_PICTURES ? 'few' : 'many'] / longest);
  const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
  return { height: side(height), width: side(width) };
}

function middle(lengths: readonly number[]): number {
  return [...lengths].sort((a, b) => a - b)[lengths.length >> 1] as number;
}
