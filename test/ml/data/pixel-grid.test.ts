import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/datasets/read-dataset.ts';
import { imagesOfGrid, pixelGrid } from '../../../src/ml/data/pixel-grid.ts';
import { type Column, imageOf, type Table } from '../../../src/ml/data/table.ts';
import { Random } from '../../../src/ml/random.ts';

const ROWS = 30;

function numbers(name: string, cell: (row: number) => number): Column {
  const values = Float64Array.from({ length: ROWS }, (_, row) => cell(row));
  return { name, type: 'numeric', valid: Uint8Array.from(values, (v) => (Number.isNaN(v) ? 0 : 1)), values };
}

/** One column per name with whole numbers from 0 to `white`, among two other columns. */
function tableOf(names: readonly string[], white = 255, cell?: (k: number, row: number) => number): Table {
  const random = new Random(3);
  const pixels = names.map((name, k) =>
    numbers(name, (row) => (row === 0 && k === 0 ? white : (cell?.(k, row) ?? random.integer(white + 1)))),
  );
  return {
    nRows: ROWS,
    columns: [numbers('row', (row) => row), ...pixels, numbers('label', (row) => row % 3)],
  };
}

const run = (n: number, name: (i: number) => string) => Array.from({ length: n }, (_, i) => name(i));

describe('columns of pixels', () => {
  it('are found in the digits that come with the program', async () => {
    const { table } = await readDataset('examples/data/digits_8x8.csv', { name: 'digits' });
    const grid = pixelGrid(table);
    expect(grid).toMatchObject({ height: 8, width: 8, channels: 1, low: 0, high: 16 });
    const [header, first] = readFileSync('examples/data/digits_8x8.csv', 'utf8').split('\n') as [
      string,
      string,
    ];
    expect(grid?.columns).toEqual(header.split(',').slice(0, 64));
    const images = imagesOfGrid(table, grid as NonNullable<typeof grid>, 'pixels');
    expect([...imageOf(images, 0)]).toEqual(
      first
        .split(',')
        .slice(0, 64)
        .map((value) => Math.round((255 * Number(value)) / 16)),
    );
  });

  it.each([
    ['counted from 0', run(64, (i) => `px${i}`), 8, 8, 1],
    ['counted from 1', run(49, (i) => `pixel_${i + 1}`), 7, 7, 1],
    ['by row and column', run(48, (i) => `pixel.${Math.floor(i / 8)}.${i % 8}`), 6, 8, 1],
    ['like 28x28', run(64, (i) => `${Math.floor(i / 8) + 1}x${(i % 8) + 1}`), 8, 8, 1],
    [
      'with colours',
      run(48, (i) => `pix_${Math.floor(i / 12)}_${Math.floor(i / 3) % 4}_${'rgb'[i % 3]}`),
      4,
      4,
      3,
    ],
  ])('%s make a picture, in whatever order they stand', (_, names, height, width, channels) => {
    const shuffled = new Random(1).shuffle([...names]);
    const grid = pixelGrid(tableOf(shuffled));
    expect(grid).toMatchObject({ height, width, channels, low: 0, high: 255 });
    expect(grid?.columns).toEqual(names);
  });

  it('three times a square are taken as the colours that neighbours agree in', () => {
    // A slope to the right, brighter from colour to colour: side by side, neighbours of one colour differ little.
    const sideBySide = (k: number) => (Math.floor(k / 3) % 8) * 4 + (k % 3) * 70;
    const planar = (k: number) => ((k % 64) % 8) * 4 + Math.floor(k / 64) * 70;
    const names = run(192, (i) => `px${i}`);
    expect(pixelGrid(tableOf(names, 255, sideBySide))?.columns).toEqual(names);
    const apart = pixelGrid(tableOf(names, 255, planar));
    expect(apart).toMatchObject({ height: 8, width: 8, channels: 3 });
    expect(apart?.columns.slice(0, 4)).toEqual(['px0', 'px64', 'px128', 'px1']);
  });

  it.each([
    ['names of other things', run(64, (i) => `x${i}`)],
    ['no rectangle', run(60, (i) => `px${i}`)],
    ['a gap in the numbers', run(64, (i) => `px${i < 30 ? i : i + 1}`)],
    ['too few', run(9, (i) => `px${i}`)],
  ])('are not seen in %s', (_, names) => {
    expect(pixelGrid(tableOf(names))).toBeNull();
  });

  it('hold brightness, without gaps', () => {
    const names = run(64, (i) => `px${i}`);
    expect(pixelGrid(tableOf(names, 4000))).toBeNull();
    expect(pixelGrid(tableOf(names, 255, (k, row) => (k === 5 && row === 9 ? Number.NaN : 7)))).toBeNull();
    expect(pixelGrid(tableOf(names, 255, () => -3))).toBeNull();
    expect(pixelGrid(tableOf(names, 1, (k) => k / 64))).toMatchObject({ low: 0, high: 1 });
    expect(pixelGrid(tableOf(names, 1, (k) => k / 32 - 1))).toMatchObject({ low: -1, high: 1 });
  });
});
