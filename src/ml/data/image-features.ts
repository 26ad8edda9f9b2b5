/** Features that are the pixels of one image, as networks for images read them. */
import { pixelGrid } from './pixel-grid.ts';
import { findImages, type ImageShape, pixelsOf, type Table } from './table.ts';

/** The pictures of a data set. @property columns the one that holds them, or those of their pixels in order. */
export interface Pictures extends ImageShape {
  readonly source: 'files' | 'columns';
  readonly columns: readonly string[];
}

/** Null for a table without any. O(cells) where columns are named like pixels. */
export function picturesIn(table: Table): Pictures | null {
  const images = findImages(table);
  if (images) {
    const { name, height, width, channels } = images;
    return { source: 'files', columns: [name], height, width, channels };
  }
  const grid = pixelGrid(table);
  return grid && { ...grid, source: 'columns' };
}

/** The size of the image that the dense view makes of the features.
 *  @returns null where they are anything else than its pixels in order, and where there are so many pictures that their
 *  grid depends on how many are trained on: it must be the same in every fold. */
export function imageOfFeatures(
  pictures: Pictures | null,
  features: readonly string[],
  nRows: number,
): ImageShape | null {
  if (!pictures) return null;
  const { source, columns, height, width, channels } = pictures;
  if (columns.length !== features.length || columns.some((name, i) => name !== features[i])) return null;
  if (source === 'columns') return { height, width, channels };
  const [few, many] = [gridFor(pictures, 1, NETWORK_CELLS), gridFor(pictures, nRows, NETWORK_CELLS)];
  return few.height === many.height && few.width === many.width ? { ...few, channels } : null;
}

/** The size of the pictures where their column is the only feature; else null. */
export function wholePicture(pictures: Pictures | null, features: readonly string[]): ImageShape | null {
  if (pictures?.source !== 'files' || features.length !== 1 || pictures.columns[0] !== features[0])
    return null;
  const { height, width, channels } = pictures;
  return { height, width, channels };
}

/** Numbers per picture that networks read at most. */
export const NETWORK_CELLS = 1024;
const MIN_CELLS = 48;
/** Of all training rows together: 256 MB. */
const MAX_CELLS = 32_000_000;

/** The grid that pictures are read by: their own size where that is few enough numbers, else a coarser one of the same
 *  proportions. @param most numbers per picture. */
export function gridFor(shape: ImageShape, nRows: number, most: number): { height: number; width: number } {
  const limit = Math.max(MIN_CELLS, Math.min(most, Math.floor(MAX_CELLS / Math.max(1, nRows))));
  const scale = Math.min(1, Math.sqrt(limit / pixelsOf(shape)));
  const side = (length: number) => Math.max(1, Math.floor(length * scale + 1e-9));
  return { height: side(shape.height), width: side(shape.width) };
}
