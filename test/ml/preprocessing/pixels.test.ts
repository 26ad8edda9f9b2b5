import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../../src/errors/errors.ts';
import { averageByArea } from '../../../src/ml/data/resample.ts';
import { type ImageColumn, type ImageShape, imageOf, type Table } from '../../../src/ml/data/table.ts';
import { Experiment } from '../../../src/ml/experiment.ts';
import { PreprocessingParameters } from '../../../src/ml/preprocessing/parameters.ts';
import { fitPipeline, restorePipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { encodeTarget } from '../../../src/ml/preprocessing/target.ts';
import { Random } from '../../../src/ml/random.ts';

const N = 40;
const parameters = PreprocessingParameters.parse({});
const experiment = Experiment.parse({
  ...{ target: 'label', task: 'binary', classes: ['a', 'b'], positiveClass: 'b', features: ['picture'] },
  ...{ metric: 'roc_auc', split: { kind: 'stratified' }, holdoutFraction: 0.2, folds: 5, seed: 1 },
});

function tableOf(shape: ImageShape, seed = 1): Table & { readonly picture: ImageColumn } {
  const random = new Random(seed);
  const values = Uint8Array.from({ length: N * shape.height * shape.width * shape.channels }, () =>
    random.integer(256),
  );
  const valid = new Uint8Array(N).fill(1);
  const picture: ImageColumn = { name: 'picture', type: 'image', valid, ...shape, values };
  const codes = Int32Array.from({ length: N }, (_, row) => row % 2);
  return {
    nRows: N,
    picture,
    columns: [picture, { name: 'label', type: 'categorical', valid, codes, categories: ['a', 'b'] }],
  };
}

const rows = Uint32Array.from({ length: 30 }, (_, i) => i);
const fittedOn = (table: Table, view: 'dense' | 'tree') =>
  fitPipeline(
    table,
    rows,
    experiment,
    { view, parameters },
    { target: encodeTarget(table, experiment), seed: 1 },
  );

describe('pictures as numbers', () => {
  it('are every pixel, in deviations from the mean of its channel over the training pictures', () => {
    const table = tableOf({ height: 5, width: 4, channels: 3 });
    const pipeline = fittedOn(table, 'dense');
    expect(pipeline.features).toHaveLength(60);
    expect(pipeline.features[5]).toMatchObject({ name: 'picture: row 1, column 2, blue', source: 'picture' });
    const { columns } = pipeline.transform(table);
    for (let channel = 0; channel < 3; channel++) {
      const training = [...rows].flatMap((row) =>
        [...imageOf(table.picture, row)].filter((_, k) => k % 3 === channel),
      );
      const mean = training.reduce((sum, v) => sum + v, 0) / training.length;
      const sd = Math.sqrt(training.reduce((sum, v) => sum + (v - mean) ** 2, 0) / training.length);
      for (const row of [0, 35]) {
        const pixel = imageOf(table.picture, row)[12 + channel] as number;
        expect((columns[12 + channel] as Float64Array)[row]).toBeCloseTo((pixel - mean) / sd, 10);
      }
    }
  });

  it('are the means of a coarser grid where there are many, coarser still for trees', () => {
    const table = tableOf({ height: 48, width: 64, channels: 1 });
    const [dense, tree] = [fittedOn(table, 'dense'), fittedOn(table, 'tree')];
    expect(dense.features).toHaveLength(27 * 36);
    expect(tree.features).toHaveLength(13 * 18);
    const cells = averageByArea(imageOf(table.picture, 7), [48, 64], [13, 18], 1);
    const found = tree.transform(table, Uint32Array.of(7, 8)).columns.map((column) => column[0] as number);
    const [a, b] = [0, 100].map((k) => [cells[k] as number, found[k] as number]) as [number[], number[]];
    const slope = ((b[1] as number) - (a[1] as number)) / ((b[0] as number) - (a[0] as number));
    cells.forEach((cell, k) => {
      expect(found[k]).toBeCloseTo((a[1] as number) + slope * (cell - (a[0] as number)), 6);
    });
  });

  it('without a picture are missing to trees and average to others', () => {
    const table = tableOf({ height: 4, width: 4, channels: 1 });
    const valid = table.picture.valid.slice();
    valid[3] = 0;
    const gappy: Table = { ...table, columns: [{ ...table.picture, valid }, ...table.columns.slice(1)] };
    const row = Uint32Array.of(3);
    expect(fittedOn(gappy, 'tree').transform(gappy, row).columns[0]?.[0]).toBeNaN();
    expect(
      fittedOn(gappy, 'dense')
        .transform(gappy, row)
        .columns.map((column) => column[0]),
    ).toEqual(Array(16).fill(0));
  });

  it('are the same after a trip through a file', () => {
    const table = tableOf({ height: 6, width: 6, channels: 3 });
    const pipeline = fittedOn(table, 'dense');
    const restored = restorePipeline(JSON.parse(JSON.stringify(pipeline.serialise())));
    expect(restored.transform(table)).toEqual(pipeline.transform(table));
  });

  it.each([
    ['another size', { height: 6, width: 8, channels: 3 } as const],
    ['other colours', { height: 6, width: 6, channels: 1 } as const],
  ])('of %s than in training are refused', (_, shape) => {
    const pipeline = fittedOn(tableOf({ height: 6, width: 6, channels: 3 }), 'dense');
    expect(() => pipeline.transform(tableOf(shape))).toThrow(ModelwrightError);
    expect(() => pipeline.transform(tableOf(shape))).toThrow(/was 6 × 6 colour picture in training/);
  });
});
