/** Models of others against what scikit-learn itself says of the same rows (test/oracles/generate/foreign.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { predictForeign } from '../../../src/ml/search/foreign-predictions.ts';

type Asked = Pick<Experiment, 'task' | 'target' | 'classes'>;

const FOLDER = new URL('../../oracles/foreign/', import.meta.url);
const modelOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.onnx`, FOLDER)));
const expected = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8'));

const ROWS = 240;
const rows = Array.from({ length: ROWS }, (_, i) => i);
const present = () => new Uint8Array(ROWS).fill(1);
const sizes = rows.map((i) => (i * 37) % 101);
const noises = rows.map((i) => (i * 53) % 97);
const COLOURS = ['blue', 'green', 'red'];
const colourOf = (i: number) => ['red', 'green', 'blue'][(i * 7) % 3] as string;

const numbers = (name: string, values: readonly number[]): Column => ({
  type: 'numeric',
  name,
  valid: Uint8Array.from(values, (value) => Number(!Number.isNaN(value))),
  values: Float64Array.from(values),
});
const words = (name: string, categories: readonly string[], wordOf: (i: number) => string): Column => ({
  type: 'categorical',
  name,
  valid: present(),
  categories,
  codes: Int32Array.from(rows, (i) => categories.indexOf(wordOf(i))),
});
const size = numbers('size', sizes);
const noise = numbers('noise', noises);
const colour = words('colour', COLOURS, colourOf);
const label = words('label', ['no', 'yes'], (i) =>
  (sizes[i] as number) + (colourOf(i) === 'red' ? 30 : 0) + ((noises[i] as number) % 23) > 70 ? 'yes' : 'no',
);
const tableOf = (...columns: Column[]): Table => ({ nRows: ROWS, columns });
const BINARY = { task: 'binary', target: 'label', classes: ['no', 'yes'] } satisfies Asked;

describe('a model of somebody else', () => {
  it('reads the columns that its inputs name, in whatever order the data has them', async () => {
    const table = tableOf(label, noise, colour, size);
    const found = await predictForeign(modelOf('named'), 'theirs.onnx', table, BINARY);
    expect(found?.isGraded).toBe(true);
    expect(found?.unmatched).toBe(0);
    expected.named.forEach((p: number, i: number) => {
      expect(found?.prediction[2 * i + 1]).toBeCloseTo(p, 5);
      expect(found?.prediction[2 * i]).toBeCloseTo(1 - p, 5);
    });
  });

  it('gives probabilities to the classes in the order of the plan', async () => {
    const table = tableOf(label, noise, colour, size);
    const turned = { ...BINARY, classes: ['yes', 'no'] };
    const found = await predictForeign(modelOf('named'), 'theirs.onnx', table, turned);
    expect(found?.prediction[0]).toBeCloseTo(expected.named[0], 5);
  });

  it('reads one matrix from the columns of numbers, and labels that count the classes', async () => {
    const table = tableOf(size, colour, noise, label);
    const found = await predictForeign(modelOf('maps'), 'theirs.onnx', table, BINARY);
    expect(found?.isGraded).toBe(false);
    expected.maps.forEach((k: number, i: number) => {
      expect([...(found?.prediction.subarray(2 * i, 2 * i + 2) ?? [])]).toEqual(k === 1 ? [0, 1] : [1, 0]);
    });
  });

  it('tells which probability belongs to which of several classes by its labels', async () => {
    const classes = ['green', 'red', 'blue'];
    const experiment = { task: 'multiclass', target: 'colour', classes } satisfies Asked;
    const found = await predictForeign(
      modelOf('several'),
      'theirs.onnx',
      tableOf(size, noise, colour),
      experiment,
    );
    expect(found?.isGraded).toBe(true);
    expected.several.forEach((word: string, i: number) => {
      const outputs = found?.prediction.subarray(3 * i, 3 * i + 3) ?? new Float64Array(3);
      expect(classes[outputs.indexOf(Math.max(...outputs))]).toBe(word);
    });
  });

  it('gives numbers where a number is predicted', async () => {
    const target = numbers(
      'price',
      sizes.map((value, i) => value * 2 + (noises[i] as number)),
    );
    const experiment = { task: 'regression', target: 'price', classes: [] } satisfies Asked;
    const found = await predictForeign(
      modelOf('number'),
      'theirs.onnx',
      tableOf(size, noise, target),
      experiment,
    );
    expected.number.forEach((value: number, i: number) => {
      expect(found?.prediction[i]).toBeCloseTo(value, 3);
    });
  });

  it('leaves out rows that lack a whole number, and counts them', async () => {
    const holes = numbers(
      'noise',
      noises.map((value, i) => (i % 10 === 0 ? Number.NaN : value)),
    );
    const found = await predictForeign(
      modelOf('named'),
      'theirs.onnx',
      tableOf(size, colour, holes, label),
      BINARY,
    );
    expect(found?.unmatched).toBe(24);
    expect(found?.rows[0]).toBe(1);
    expect(found?.prediction[1]).toBeCloseTo(expected.named[1], 5);
  });

  it('stops when it is asked to', async () => {
    const table = tableOf(label, noise, colour, size);
    expect(await predictForeign(modelOf('named'), 'theirs.onnx', table, BINARY, () => true)).toBeNull();
  });

  const REFUSED: [why: string, bytes: Uint8Array, table: Table, code: string, target?: string][] = [
    [
      'no model at all',
      new TextEncoder().encode('size,label\n1,yes\n'),
      tableOf(size, label),
      'MODEL_UNREADABLE',
    ],
    ['a column that is not there', modelOf('named'), tableOf(size, noise, label), 'MODEL_COLUMNS'],
    [
      'words where it reads numbers',
      modelOf('named'),
      tableOf(words('size', COLOURS, colourOf), colour, noise, label),
      'MODEL_COLUMNS',
    ],
    [
      'more columns of numbers than it reads',
      modelOf('maps'),
      tableOf(size, noise, numbers('age', sizes), label),
      'MODEL_COLUMNS',
    ],
    [
      'the target among its inputs',
      modelOf('named'),
      tableOf(size, noise, colour),
      'MODEL_COLUMNS',
      'colour',
    ],
    ['labels of something else', modelOf('several'), tableOf(size, noise, label), 'MODEL_LABELS'],
  ];
  it.each(REFUSED)('is refused with a sentence: %s', async (_, bytes, table, code, target = 'label') => {
    const experiment = { ...BINARY, target };
    const refusal = await predictForeign(bytes, 'theirs.onnx', table, experiment).then(
      () => expect.fail('it was taken'),
      (error) => error,
    );
    expect(refusal).toMatchObject({ code, person: expect.stringContaining('theirs.onnx') });
    expect(refusal.person).not.toMatch(/\{\w+\}/);
  });
});
