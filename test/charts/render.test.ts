import { createRequire } from 'node:module';
import type * as Rasteriser from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../src/report/charts/picture.ts';
import { measureText, renderScene } from '../../src/report/charts/render.ts';
import type { Shape } from '../../src/report/charts/scene.ts';
import { textOn } from '../../src/report/charts/theme.ts';
import { logTicks, wholeTicks } from '../../src/report/charts/ticks.ts';
import { trainingCurves } from '../../src/report/charts/training-curves.ts';
import { trialHistory } from '../../src/report/charts/trial-history.ts';
import { telcoReport } from '../report/sample-runs.ts';

const { createCanvas, loadImage } = createRequire(import.meta.url)('@napi-rs/canvas') as typeof Rasteriser;

async function pixels(png: Buffer): Promise<{ width: number; height: number; ink: number }> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let ink = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 600) ink++;
  return { width: image.width, height: image.height, ink };
}

const text = (words: string, rest: Partial<Shape & { kind: 'text' }> = {}): Shape => ({
  kind: 'text',
  x: 10,
  y: 20,
  text: words,
  size: 20,
  colour: '#000000',
  ...rest,
});

describe('renderScene', () => {
  it('draws at twice the density on white', async () => {
    const { width, height, ink } = await pixels(await renderScene({ width: 120, height: 40, shapes: [] }));
    expect([width, height, ink]).toEqual([240, 80, 0]);
  });

  it.each(['Latin', 'Žluťoučký', 'Ελληνικά', 'Кириллица', 'Việt', '≤ − … ↑↓'])(
    'has glyphs for %s',
    async (words) => {
      const { ink } = await pixels(await renderScene({ width: 160, height: 40, shapes: [text(words)] }));
      expect(ink).toBeGreaterThan(100);
    },
  );

  it('cuts text that is too long with an ellipsis', async () => {
    const words = 'far too long for the place it was given';
    const draw = (shape: Shape) => renderScene({ width: 400, height: 40, shapes: [shape] });
    const cut = await pixels(await draw(text(words, { maxWidth: 100 })));
    const whole = await pixels(await draw(text(words)));
    expect(cut.ink).toBeGreaterThan(50);
    expect(cut.ink).toBeLessThan(whole.ink * 0.6);
  });

  it('draws the same bytes for the same scene', async () => {
    const spec = trainingCurves(telcoReport());
    if (!spec) throw new Error('the sample has curves');
    const [first, second] = [await drawPicture(spec), await drawPicture(spec)];
    expect(first.png.equals(second.png)).toBe(true);
  });

  it('draws the curves of a chart, marks included', async () => {
    const spec = trainingCurves(telcoReport());
    const { width, ink } = await pixels((await drawPicture(spec as NonNullable<typeof spec>)).png);
    expect(width).toBe(1600);
    expect(ink).toBeGreaterThan(20_000);
  });

  it('does not keep the memory of pictures that were drawn', async () => {
    const spec = trialHistory(telcoReport());
    if (!spec) throw new Error('the sample has trials');
    for (let i = 0; i < 10; i++) await drawPicture(spec);
    // A leak grows in every round, while pools, compilers and the collector do so in some: the least of five tells.
    const grownMb: number[] = [];
    for (let round = 0; round < 5; round++) {
      const before = process.memoryUsage.rss();
      for (let i = 0; i < 15; i++) await drawPicture(spec);
      grownMb.push((process.memoryUsage.rss() - before) / 2 ** 20);
    }
    expect(Math.min(...grownMb)).toBeLessThan(20); // fifteen kept pictures, two canvases of 7 MB each, are over 200
  });
});

describe('measuring and colours', () => {
  it('measures in logical pixels, wider when bolder', () => {
    expect(measureText('', 20)).toBe(0);
    expect(measureText('abc', 40)).toBeCloseTo(2 * measureText('abc', 20), 0);
    expect(measureText('abc', 20, 700)).toBeGreaterThan(measureText('abc', 20));
  });

  it('puts dark text on light and light text on dark', () => {
    expect(textOn('#ffffff')).toBe('#111827');
    expect(textOn('#0072b2')).toBe('#ffffff');
  });
});

describe('ticks', () => {
  it('count from 1 in round steps', () => {
    expect(wholeTicks(1, 7)).toEqual([1]);
    expect(wholeTicks(7, 7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(wholeTicks(25, 7)).toEqual([1, 5, 10, 15, 20, 25]);
    expect(wholeTicks(259, 7)).toEqual([1, 50, 100, 150, 200, 250]);
  });

  it('are powers of ten where a range is long', () => {
    expect(logTicks(0.09, 3).map((tick) => Number(tick.toPrecision(1)))).toEqual([0.1, 0.2, 0.5, 1, 2]);
    expect(logTicks(5, 50_000)).toEqual([10, 100, 1000, 10_000]);
  });
});
