import { expect, it } from 'vitest';
import { type CategoricalColumn, type ImageColumn, shared, type Table } from '../../../src/ml/data/table.ts';
import { Experiment } from '../../../src/ml/experiment.ts';
import { Random } from '../../../src/ml/random.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';

const N = 120;

/** Every picture is there three times under different names, some of them under another label. */
function tripled(): Table {
  const values = shared.uint8(N * 16);
  for (let row = 0; row < N; row++) {
    const random = new Random(row % (N / 3));
    for (let k = 0; k < 16; k++) values[row * 16 + k] = random.integer(256);
  }
  const valid = new Uint8Array(N).fill(1);
  const picture: ImageColumn = {
    name: 'picture',
    type: 'image',
    valid,
    height: 4,
    width: 4,
    channels: 1,
    values,
  };
  const names = Array.from({ length: N }, (_, row) => `file ${String(row).padStart(3, '0')}`);
  const file: CategoricalColumn = {
    name: 'file',
    type: 'id',
    valid,
    codes: Int32Array.from(names.keys()),
    categories: names,
  };
  const codes = Int32Array.from({ length: N }, (_, row) => (row % 10 === 0 ? 1 : (row % (N / 3)) % 2));
  return {
    nRows: N,
    columns: [file, picture, { name: 'label', type: 'categorical', valid, codes, categories: ['a', 'b'] }],
  };
}

it('equal pictures lie on one side of every split, whatever their names and labels', () => {
  const experiment = Experiment.parse({
    ...{ target: 'label', task: 'binary', classes: ['a', 'b'], positiveClass: 'b', features: ['picture'] },
    ...{ metric: 'roc_auc', split: { kind: 'stratified' }, holdoutFraction: 0.2, folds: 4, seed: 3 },
  });
  const { split } = splitTable(tripled(), experiment);
  const looks = (rows: Uint32Array) => new Set([...rows].map((row) => row % (N / 3)));
  const parts: [Uint32Array, Uint32Array][] = [
    [split.holdout, split.training],
    ...split.folds.map(({ training, validation }): [Uint32Array, Uint32Array] => [training, validation]),
  ];
  for (const [one, other] of parts) {
    expect(one.length * other.length).toBeGreaterThan(0);
    const seen = looks(one);
    expect([...looks(other)].filter((look) => seen.has(look))).toEqual([]);
  }
  expect(split.holdout.length + split.training.length).toBe(N);
});
