import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES } from '../../../src/ml/augmentation/rand-augment.ts';
import { operationsFor } from '../../../src/ml/augmentation/suggest.ts';
import type { ImageColumn, Table } from '../../../src/ml/data/table.ts';
import { PreprocessingParameters } from '../../../src/ml/preprocessing/parameters.ts';
import { type FittedPipeline, fitPipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import type { Checkpoint } from '../../../src/ml/search/fit-checkpoint.ts';
import { variationOf } from '../../../src/ml/search/vary-picture.ts';
import { categorical, numeric } from '../preprocessing/columns.ts';
import { countingClock, quickSpec, shopExperiment } from './small-experiment.ts';

const N = 60;
const SIDE = 6;
const random = new Random(4);
const values = Uint8Array.from({ length: N * SIDE * SIDE }, () => random.integer(256));
const labels = categorical('shape', ...Array.from({ length: N }, (_, i) => (i % 2 ? 'a' : 'b')));
const picture: ImageColumn = {
  ...{ name: 'picture', type: 'image', height: SIDE, width: SIDE, channels: 1 },
  valid: new Uint8Array(N).fill(1),
  values,
};
const pictures: Table = { nRows: N, columns: [picture, labels] };
const names = Array.from({ length: SIDE * SIDE }, (_, k) => `pixel${k}`);
const pixels: Table = {
  nRows: N,
  columns: [
    ...names.map((name, k) =>
      numeric(name, ...Array.from({ length: N }, (_, i) => values[i * SIDE * SIDE + k])),
    ),
    labels,
  ],
};
const experimentOf = (features: string[]) =>
  shopExperiment('binary', { target: 'shape', classes: ['a', 'b'], positiveClass: 'b', features, folds: 2 });

function pipelineOf(table: Table, features: string[], numericTransform: 'common' | 'robust'): FittedPipeline {
  const parameters = PreprocessingParameters.parse({ numericTransform });
  const target = { values: Float64Array.from({ length: N }, (_, i) => (i % 2 ? 0 : 1)), nClasses: 2 };
  const rows = Uint32Array.from({ length: N }, (_, i) => i);
  return fitPipeline(
    table,
    rows,
    experimentOf(features),
    { view: 'dense', parameters },
    { target: { ...target, knownRows: rows }, seed: 1 },
  );
}

describe.each([
  ['pictures', pictures, ['picture']],
  ['columns of pixels', pixels, names],
] as const)('%s are varied as they stand among the features', (_, table, features) => {
  const pipeline = pipelineOf(table, [...features], 'common');
  const vary = variationOf(pipeline, table, experimentOf([...features]));
  const { columns } = pipeline.transform(table);
  const rowOf = (row: number) => Float32Array.from(columns, (column) => column[row] as number);
  const varied = (row: number, magnitude: number, seed: number) => {
    const numbers = rowOf(row);
    vary?.(numbers, magnitude, new Random(seed));
    return numbers;
  };

  it('not at all without strength', () => {
    for (let row = 0; row < 5; row++) {
      varied(row, 0, row).forEach((value, k) => {
        expect(value).toBeCloseTo(rowOf(row)[k] as number, 4);
      });
    }
  });

  it('within what they can be, the same for one seed', () => {
    const [low, high] = [
      Math.min(...columns.flatMap((c) => [...c])),
      Math.max(...columns.flatMap((c) => [...c])),
    ];
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const all = () => seeds.map((seed) => varied(0, 0.5, seed));
    expect(all()).toEqual(all());
    expect(new Set(all().map((row) => row.join())).size).toBeGreaterThan(4);
    for (const row of all()) {
      for (const value of row) {
        expect(value).toBeGreaterThan(low - 0.1);
        expect(value).toBeLessThan(high + 0.1);
      }
    }
  });
});

it('what is no picture is not varied', () => {
  expect(variationOf(pipelineOf(pixels, names, 'robust'), pixels, experimentOf(names))).toBeUndefined();
  const few = names.slice(0, 4);
  expect(variationOf(pipelineOf(pixels, few, 'common'), pixels, experimentOf(few))).toBeUndefined();
});

it('only by operations that keep what the classes stand for', () => {
  expect(operationsFor(['cat', 'dog'], { channels: 3 })).toEqual(OPERATION_NAMES);
  expect(operationsFor(['cat', 'dog'], { channels: 1 })).not.toContain('colour');
  expect(operationsFor(['turn left', 'turn right'], { channels: 3 })).not.toContain('rotate');
  const byColour = operationsFor(['red', 'green'], { channels: 3 });
  expect(byColour).toContain('rotate');
  expect(byColour).not.toContain('solarize');
});

it('a trial with RandAugment and CutMix that is killed goes on to the same numbers', async () => {
  const parameters = { ...quickSpec('cnn').parameters, height: SIDE, width: SIDE, maxSteps: 6, patience: 0 };
  const spec = quickSpec('cnn', { parameters: { ...parameters, randAugment: 0.3, cutmix: 1 } });
  const experiment = experimentOf(['picture']);
  let ms = 0;
  const states: Checkpoint[] = [];
  const whole = await evaluateTrial(pictures, experiment, spec, {
    clock: { now: () => (ms += 4000), cpuSeconds: () => 0 },
    onCheckpoint: (state) => states.push(structuredClone(state)),
  });
  const [resumeFrom] = states.filter(({ fold }) => fold === 0);
  const resumed = await evaluateTrial(pictures, experiment, spec, {
    clock: countingClock(),
    ...(resumeFrom && { resumeFrom }),
  });
  const numbers = ({ folds, state }: typeof whole) => [
    state,
    folds.map(({ scores, curve }) => ({ scores, losses: curve.map(({ trainLoss }) => trainLoss) })),
  ];
  expect(numbers(resumed)).toEqual(numbers(whole));
  const plain = await evaluateTrial(pictures, experiment, quickSpec('cnn', { parameters }), {
    clock: countingClock(),
  });
  expect(whole.state).toBe('complete');
  expect(numbers(plain)).not.toEqual(numbers(whole));
});
