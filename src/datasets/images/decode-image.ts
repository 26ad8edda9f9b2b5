/** A JPEG or PNG file to pixels: the only file that knows the decoder (docs/decisions/0015-image-data-sets.md). It turns
 *  a picture as its EXIF data say and converts every kind of colour, palettes, CMYK and 16 bits included, to 8-bit RGB. */
import { createCanvas, Image } from '@napi-rs/canvas';
import { averageByArea } from '../../ml/data/resample.ts';
import type { ImageShape } from '../../ml/data/table.ts';
import { type ImageHeader, readImageHeader } from './image-header.ts';
import { DamagedFile } from './zip-files.ts';

/** A picture in the size that was asked for. */
export interface DecodedImage {
  readonly format: ImageHeader['format'];
  /** Of the file, once it was turned upright. */
  readonly width: number;
  readonly height: number;
  /** Uint8Array (shape.height × shape.width × 3). */
  readonly pixels: Uint8Array;
}

/** Pictures that are more than so many times larger than asked are first brought to that by the decoder, whose quick
 *  averages (mipmaps, at medium quality) do for a rough start. */
const OVERSIZE = 4;

/** Decodes on another thread. The picture keeps its proportions: it is made to fit, and the rest of the area gets the mean
 *  colour of its edge. What is transparent becomes white.
 *  @throws DamagedFile */
export async function decodeImage(
  bytes: Uint8Array,
  shape: Pick<ImageShape, 'height' | 'width'>,
): Promise<DecodedImage> {
  const { format } = readImageHeader(bytes);
  const image = new Image();
  try {
    image.src = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await image.decode();
  } catch {
    throw new DamagedFile('it cannot be decoded');
  }
  const { width, height } = image;
  const scale = Math.min(1, (OVERSIZE * Math.max(shape.width, shape.height)) / Math.max(width, height));
  const [roughWidth, roughHeight] = [atLeastOne(width * scale), atLeastOne(height * scale)];
  const context = createCanvas(roughWidth, roughHeight).getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, roughWidth, roughHeight);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(image, 0, 0, roughWidth, roughHeight);
  const { data } = context.getImageData(0, 0, roughWidth, roughHeight);
  const pixels = fitInto(withoutAlpha(data), [roughHeight, roughWidth], shape);
  return { format, width, height, pixels };
}

/** Black and white, or in colour? Compression may leave a grey picture with a trace of colour. */
export function isGrey(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    const [red, green, blue] = [pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number];
    if (Math.abs(red - green) > 2 || Math.abs(green - blue) > 2) return false;
  }
  return true;
}

/** Luma of ITU-R BT.601. @returns Uint8Array (pixels.length / 3) */
export function toGrey(pixels: Uint8Array): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let i = 0; i < grey.length; i++) {
    const [red, green, blue] = [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]] as [
      number,
      number,
      number,
    ];
    grey[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return grey;
}

/** @param source RGB of a picture of that height and width. */
export function fitInto(
  source: Uint8Array,
  [height, width]: readonly [number, number],
  shape: Pick<ImageShape, 'height' | 'width'>,
): Uint8Array {
  const scale = Math.min(shape.height / height, shape.width / width);
  const inner = [
    Math.min(shape.height, atLeastOne(height * scale)),
    Math.min(shape.width, atLeastOne(width * scale)),
  ] as const;
  const picture = averageByArea(source, [height, width], inner, 3);
  const out = new Uint8Array(shape.height * shape.width * 3);
  const edge = inner[0] < shape.height || inner[1] < shape.width ? edgeColour(picture, inner) : [0, 0, 0];
  for (let i = 0; i < out.length; i++) out[i] = edge[i % 3] as number;
  const [top, left] = [(shape.height - inner[0]) >> 1, (shape.width - inner[1]) >> 1];
  for (let y = 0; y < inner[0]; y++) {
    for (let k = 0; k < inner[1] * 3; k++) {
      out[((top + y) * shape.width + left) * 3 + k] = Math.round(picture[y * inner[1] * 3 + k] as number);
    }
  }
  return out;
}

function edgeColour(picture: Float32Array, [height, width]: readonly [number, number]): number[] {
  const sums = [0, 0, 0];
  let n = 0;
  for (let y = 0; y < height; y++) {
    const isEnd = y === 0 || y === height - 1;
    for (let x = 0; x < width; x += isEnd ? 1 : Math.max(1, width - 1)) {
      for (let channel = 0; channel < 3; channel++) {
        sums[channel] = (sums[channel] as number) + (picture[(y * width + x) * 3 + channel] as number);
      }
      n++;
    }
  }
  return sums.map((sum) => Math.round(sum / n));
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length));
}
