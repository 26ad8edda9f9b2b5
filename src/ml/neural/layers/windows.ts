/** Where windows stand on an image, and what they read. */
import type { NeuralArena } from '../kernels.ts';
import { padded, positionsOf, type Shape, strideOf } from './layer.ts';

/** @property height, width how many windows there are. @property sizeY, sizeX cells of each.
 *  @property dilation positions between neighbouring cells of a line; its lines are neighbours.
 *  @property step     positions from one window to the next.
 *  @property padY, padX how far the first reaches beyond the edge; below 0 where it begins within. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly sizeY: number;
  readonly sizeX: number;
  readonly dilation: number;
  readonly step: number;
  readonly padY: number;
  readonly padX: number;
}

/** Square ones. @throws RangeError where not even one window lies within the image. */
export function windowsOver(
  { height, width }: Shape,
  size: number,
  step: number,
  before: number,
  padding: 'same' | 'valid',
): Windows {
  const count = (length: number) =>
    padding === 'same' ? Math.ceil(length / step) : Math.floor((length - size) / step) + 1;
  const [down, across] = [count(height), count(width)];
  if (down < 1 || across < 1) {
    throw new RangeError(`an image of ${height} × ${width} has no window of ${size} × ${size}`);
  }
  return {
    ...{ height: down, width: across, sizeY: size, sizeX: size },
    ...{ dilation: 1, step, padY: before, padX: before },
  };
}

/** Along a sequence (a line of positions): the last one ends with it, the others every `step` moments before. Each reads
 *  `size` moments, so far apart. */
export function windowsAlong({ width }: Shape, size: number, dilation: number, step: number): Windows {
  const count = Math.ceil(width / step);
  const firstEnd = width - 1 - (count - 1) * step;
  return {
    ...{ height: 1, width: count, sizeY: 1, sizeX: size },
    ...{ dilation, step, padY: 0, padX: (size - 1) * dilation - firstEnd },
  };
}

/** What a kernel reads as "beyond the edge". */
export const OUTSIDE = 0xffffffff;

/** Of every window and each of its cells: where in an image its position begins. `backwards` it is the other way round: of
 *  every position and each cell, where the window begins that reads it there.
 *  @param stride of one position (or of one window's outputs). @returns Uint32Array (windows × cells), row-major. */
export function placesOfWindows(
  windows: Windows,
  image: Shape,
  stride: number,
  direction: 'forwards' | 'backwards' = 'forwards',
): Uint32Array {
  const { sizeY, sizeX, dilation, step, padY, padX } = windows;
  const nCells = sizeY * sizeX;
  const nRows = direction === 'forwards' ? windows.height * windows.width : positionsOf(image);
  const places = new Uint32Array(nRows * nCells).fill(OUTSIDE);
  for (let i = 0; i < windows.height; i++) {
    for (let j = 0; j < windows.width; j++) {
      for (let cell = 0; cell < nCells; cell++) {
        const y = i * step - padY + Math.floor(cell / sizeX);
        const x = j * step - padX + (cell % sizeX) * dilation;
        if (y < 0 || y >= image.height || x < 0 || x >= image.width) continue;
        const window = i * windows.width + j;
        const position = y * image.width + x;
        if (direction === 'forwards') places[window * nCells + cell] = position * stride;
        else places[position * nCells + cell] = window * stride;
      }
    }
  }
  return places;
}

/** Zeros for the samples that pad a batch: layers that work image by image leave them alone, and what a larger batch left
 *  there is not to be read again. */
export function clearPadding(arena: NeuralArena, values: number, shape: Shape, nRows: number): void {
  const size = positionsOf(shape) * strideOf(shape);
  const missing = padded(nRows) - nRows;
  if (missing > 0) arena.float32(values + nRows * size * 4, missing * size).fill(0);
}
