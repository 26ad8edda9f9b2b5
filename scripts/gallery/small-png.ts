/** Pictures for a page that shows forty of them at once. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { encodePng } from '../../src/report/charts/png.ts';

/** Between two shades of a colour; white is one of them. */
const SHADE = 3;

/** The picture half as dense and in a third of the shades, which nobody sees. */
export async function smallPng(png: Buffer): Promise<Buffer> {
  const image = await loadImage(png);
  const [width, height] = [Math.round(image.width / 2), Math.round(image.height / 2)];
  const context = createCanvas(width, height).getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 0; i < data.length; i++) data[i] = SHADE * Math.round((data[i] as number) / SHADE);
  return encodePng(data, width, height, 9);
}
