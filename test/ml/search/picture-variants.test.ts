/** What models learn from beside the pictures themselves. */
import { describe, expect, it } from 'vitest';
import { bytesOf, pictureOf } from '../../../src/ml/augmentation/picture.ts';
import { augment } from '../../../src/ml/augmentation/recipe.ts';
import { suggestAugmentations } from '../../../src/ml/augmentation/suggest.ts';
import { type Column, type ImageColumn, imageOf, type Table } from '../../../src/ml/data/table.ts';
import { Experiment } from '../../../src/ml/experiment.ts';
import { PreprocessingParameters } from '../../../src/ml/preprocessing/parameters.ts';
import { fitPipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { encodeTarget } from '../../../src/ml/preprocessing/target.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { withVariants } from '../../../src/ml/search/picture-variants.ts';
import { trainingSet } from '../../../src/ml/search/training-set.ts';

const N = 60;
const SHAPE = { height: 6, width: 6, channels: 1 } as const;
const experiment = Experiment.parse({
  ...{
    target: 'label',
    task: 'binary',
    classes: ['bar', 'dot'],
    positiveClass: 'dot',
    features: ['picture', 'town'],
  },
  ...{ metric: 'roc_auc', split: { kind: 'stratified' }, holdoutFraction: 0.2, folds: 2, seed: 1 },
});

/** A bar across or a dot, anywhere; beside it a category whose mean outcome is learned by cross-fitting. */
function tableOf(): Table {
  const random = new Random(2);
  const values = Uint8Array.from({ length: N * 36 }, () => random.integer(60));
  for (let row = 0; row < N; row++) {
    const at = row * 36 + random.integer(6) * 6;
    if (row % 2 === 0) values.fill(230, at, at + 6);
    else values[at + random.integer(6)] = 230;
  }
  const valid = new Uint8Array(N).fill(1);
  const picture: ImageColumn = { name: 'picture', type: 'image', valid, ...SHAPE, values };
  const towns = Array.from({ length: 6 }, (_, i) => `town ${i}`);
  const codes = Int32Array.from({ length: N }, () => random.integer(6));
  const columns: Column[] = [
    picture,
    { name: 'town', type: 'categorical', valid, codes, categories: towns },
    {
      name: 'label',
      type: 'categorical',
      valid,
      codes: Int32Array.from({ length: N }, (_, row) => row % 2),
      categories: ['bar', 'dot'],
    },
  ];
  return { nRows: N, columns };
}

describe('a training set with variants', () => {
  const table = tableOf();
  const pictures = table.columns[0] as ImageColumn;
  const target = encodeTarget(table, experiment);
  const rows = Uint32Array.from({ length: 40 }, (_, i) => (i * 7) % N).sort();
  const parameters = PreprocessingParameters.parse({ targetEncoding: 'all' });
  const pipeline = fitPipeline(table, rows, experiment, { view: 'dense', parameters }, { target, seed: 1 });
  const plain = trainingSet(pipeline.transformTraining(table, rows), rows, target, experiment);
  const varied = withVariants(plain, table, rows, pipeline, experiment, 2, 9);

  it('begins with the rows as they are and goes on with two of each', () => {
    expect(varied.features.nRows).toBe(120);
    expect(varied.target).toEqual(Float64Array.of(...plain.target, ...plain.target, ...plain.target));
    varied.features.columns.forEach((column, j) => {
      expect(column.subarray(0, 40)).toEqual(plain.features.columns[j]);
    });
  });

  it('varies the pictures as was suggested, each by itself', () => {
    const { recipe } = suggestAugmentations(['bar', 'dot'], SHAPE);
    const random = new Random(9).derive(1, rows[3] as number);
    const variant = bytesOf(augment(pictureOf(imageOf(pictures, rows[3] as number), SHAPE), recipe, random));
    const values = new Uint8Array(36 * N);
    values.set(variant);
    const changed = { ...table, columns: [{ ...pictures, values }, ...table.columns.slice(1)] };
    const expected = pipeline.transform(changed, Uint32Array.of(0));
    for (let j = 0; j < 36; j++) {
      expect(varied.features.columns[j]?.[80 + 3]).toBe(expected.columns[j]?.[0]);
    }
  });

  it('keeps what cross-fitting said of every row, which holds none of its own outcome', () => {
    const town = varied.features.features.findIndex(({ source }) => source === 'town');
    const column = varied.features.columns[town] as Float64Array;
    expect(column.subarray(40, 80)).toEqual(column.subarray(0, 40));
    expect(column.subarray(80)).toEqual(column.subarray(0, 40));
    expect(column.subarray(0, 40)).not.toEqual(pipeline.transform(table, rows).columns[town]);
  });

  it('is left as it is where there is nothing to vary', () => {
    expect(withVariants(plain, table, rows, pipeline, experiment, 0, 9)).toBe(plain);
    const elsewhere = { ...experiment, features: ['town'] };
    expect(withVariants(plain, table, rows, pipeline, elsewhere, 2, 9)).toBe(plain);
  });

  it('repeats weights with the rows', () => {
    const weights = Float64Array.from(plain.target, (_, i) => 1 + i);
    const weighted = withVariants({ ...plain, weights }, table, rows, pipeline, experiment, 1, 9);
    expect(weighted.weights).toEqual(Float64Array.of(...weights, ...weights));
  });
});

it('a trial that learns from variants is judged on pictures as they are, and is repeated to the last bit', async () => {
  const clock = { now: () => 0, cpuSeconds: () => 0 };
  const spec = { number: 0, family: 'extra_trees', origin: 'default', seed: 4 } as const;
  const base = { maxSteps: 30, minSamplesLeaf: 1 };
  const run = (variants: number) =>
    evaluateTrial(tableOf(), experiment, { ...spec, parameters: { ...base, variants } }, { clock });
  const [one, again, plain] = [await run(3), await run(3), await run(0)];
  expect(one.state, one.reason).toBe('complete');
  expect(again).toEqual(one);
  expect(one.score).not.toBe(plain.score);
  expect(one.folds.map(({ rowsJudged }) => rowsJudged)).toEqual(
    plain.folds.map(({ rowsJudged }) => rowsJudged),
  );
});
