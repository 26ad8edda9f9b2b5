/** Recordings from rows to a judged model and back from a file, with the engine alone. */
import { describe, expect, it } from 'vitest';
import type { CategoricalColumn, Column, NumericColumn, Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { learningTable } from '../../../src/ml/search/learning-table.ts';
import { restorePredictor, type SerialisedPredictor } from '../../../src/ml/search/predictor.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import { portfolioFor } from '../../../src/ml/tuning/portfolio.ts';
import type { Family, TrialSpec } from '../../../src/ml/tuning/trial.ts';
import { planWindows } from '../../../src/ml/windowing/plan-windows.ts';
import { RECORDING } from '../../../src/ml/windows.ts';
import { inputColumns } from '../../../src/models/input-columns.ts';
import { packPredictor, unpackPredictor } from '../../../src/models/pack-predictor.ts';
import { decodeWeights, encodeWeights } from '../../../src/models/weights.ts';
import { type RecordingRow, waveRows } from '../../support/recordings.ts';
import { countingClock } from './small-experiment.ts';

function tableOf(rows: readonly RecordingRow[], labelled = true): Table {
  const valid = new Uint8Array(rows.length).fill(1);
  const words = (name: 'id' | 'kind'): CategoricalColumn => {
    const categories = [...new Set(rows.map((row) => row[name]))].sort();
    const codes = Int32Array.from(rows, (row) => categories.indexOf(row[name]));
    return { type: 'categorical', name, valid, codes, categories };
  };
  const numbers = (name: 't' | 'x' | 'y'): NumericColumn => ({
    ...{ type: 'numeric', name, valid },
    values: Float64Array.from(rows, (row) => row[name]),
  });
  const columns: Column[] = [words('id'), numbers('t'), numbers('x'), numbers('y')];
  return { nRows: rows.length, columns: labelled ? [...columns, words('kind')] : columns };
}

const raw = tableOf(waveRows(240));
const windows = planWindows(raw, { id: 'id', order: null }, 'kind');
const experiment: Experiment = {
  target: 'kind',
  task: 'multiclass',
  classes: ['falling', 'rising', 'steady'],
  positiveClass: null,
  features: [RECORDING.rows, RECORDING.signals],
  metric: 'accuracy',
  split: { kind: 'stratified' },
  holdoutFraction: 0.2,
  folds: 2,
  finish: 'single',
  members: 1,
  refit: 'all',
  windows,
  seed: 1,
};
const table = learningTable(raw, experiment);

function specOf(family: Family): TrialSpec {
  const { defaults } = portfolioFor(family, {
    ...{ hasText: false, hasSentences: false, hasPictures: false, isForecast: false, image: null },
    ...{ nClasses: 3, nRows: table.nRows },
    sequence: { length: windows.length, signals: [...windows.signals, 'is known'] },
  });
  const parameters = { ...defaults[0], ...(family === 'tcn' && { maxSteps: 25, batchSize: 16 }) };
  return { number: 0, family, parameters, origin: 'default', seed: 5 };
}

describe('recordings that only the order of their moments tells apart', () => {
  it('are told apart by the sequence network, and hardly by what they are as a whole', async () => {
    const clock = countingClock();
    const accuracy = async (family: Family) =>
      (await evaluateTrial(table, experiment, specOf(family), { clock })).score;
    const [network, trees] = [await accuracy('tcn'), await accuracy('extra_trees')];
    expect(network).toBeGreaterThan(0.85);
    expect(trees).toBeLessThan(0.6);
    expect(trees).toBeGreaterThan(0.2);
  });

  it('are predicted one by one from rows of new ones, the same from a file', async () => {
    const clock = countingClock();
    const rows = splitTable(table, experiment);
    const spec = specOf('tcn');
    const trial = await evaluateTrial(table, experiment, spec, { clock, rows });
    const refitted = await refit(table, experiment, spec, trial.folds, 'all', { clock, rows });
    if (!refitted) throw new Error('stopped');
    const model: SerialisedPredictor = {
      format: 'modelwright-predictor-2',
      experiment,
      members: [{ ...refitted.member, weight: 1 }],
      stacker: null,
      threshold: null,
    };
    expect(inputColumns(model).map(({ name }) => name)).toEqual(['id', 't', 'x', 'y']);
    const fresh = waveRows(60, 2, 1000);
    const shuffled = fresh.toSorted((a, b) => a.y - b.y);
    const here = (await restorePredictor(model)).predict(tableOf(fresh, false));
    if (here.kind !== 'classes') throw new Error('classes were learned');
    expect(here.names).toEqual([...new Set(fresh.map(({ id }) => id))]);
    const kindOf = new Map(fresh.map(({ id, kind }) => [id, kind]));
    const right = here.labels.filter((label, i) => label === kindOf.get(here.names?.[i] ?? ''));
    expect(right.length).toBeGreaterThan(48);

    const stored = unpackPredictor(decodeWeights(encodeWeights(packPredictor(model))));
    const there = (await restorePredictor(stored)).predict(tableOf(shuffled, false));
    if (there.kind !== 'classes') throw new Error('classes were learned');
    // The order of the file does not matter where a column orders the rows.
    const labelOf = new Map(there.names?.map((name, i) => [name, there.labels[i]]));
    expect(here.names?.map((name) => labelOf.get(name))).toEqual(here.labels);
  });

  it('need the columns that they were learned from', async () => {
    const { columns, nRows } = tableOf(waveRows(5), false);
    expect(() => learningTable({ nRows, columns: columns.slice(0, 3) }, experiment)).toThrow(
      expect.objectContaining({ code: 'COLUMN_MISSING' }),
    );
  });
});
