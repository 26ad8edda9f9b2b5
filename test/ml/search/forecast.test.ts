/** A forecast from series to judged model and back from a file, with the engine alone. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storeTable } from '../../../src/ml/data/stored-table.ts';
import type { DatetimeColumn, NumericColumn, Table } from '../../../src/ml/data/table.ts';
import { findColumn } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import type { Forecast } from '../../../src/ml/forecast.ts';
import { forecastFeatures, ROW } from '../../../src/ml/forecasting/forecast-rows.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { type ForecastPrediction, historyOf } from '../../../src/ml/search/forecast-next.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { learningTable } from '../../../src/ml/search/learning-table.ts';
import { restorePredictor, type SerialisedPredictor } from '../../../src/ml/search/predictor.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { TrialResult, TrialSpec } from '../../../src/ml/tuning/trial.ts';
import { packPredictor, unpackPredictor } from '../../../src/models/pack-predictor.ts';
import { decodeWeights, encodeWeights } from '../../../src/models/weights.ts';
import { countingClock, quickSpec } from './small-experiment.ts';

const DAY = 86_400_000;

function dailyTable(values: readonly number[], startMs = Date.UTC(2022, 0, 3)): Table {
  const valid = new Uint8Array(values.length).fill(1);
  const times = Float64Array.from(values, (_, i) => startMs + i * DAY);
  const day: DatetimeColumn = { type: 'datetime', name: 'day', values: times, valid };
  const y: NumericColumn = { type: 'numeric', name: 'y', values: Float64Array.from(values), valid };
  return { nRows: values.length, columns: [day, y] };
}

function experimentOf(change: Partial<Forecast> = {}): Experiment & { forecast: Forecast } {
  const forecast: Forecast = {
    time: 'day',
    series: null,
    step: { unit: 'millisecond', size: DAY },
    season: 7,
    horizon: 7,
    known: [],
    ...change,
  };
  return {
    target: 'y',
    task: 'regression',
    classes: [],
    positiveClass: null,
    features: forecastFeatures(forecast),
    metric: 'mase',
    split: { kind: 'time', column: 'day' },
    holdoutFraction: 0.2,
    folds: 3,
    finish: 'ensemble',
    members: 8,
    refit: 'all',
    forecast,
    seed: 1,
  };
}

/** Trials, the choice, the judge and the model for use, as a run does them. */
async function runOn(
  raw: Table,
  experiment: Experiment & { forecast: Forecast },
  specs: readonly TrialSpec[],
) {
  const clock = countingClock();
  const table = learningTable(raw, experiment);
  const rows = splitTable(table, experiment);
  const trials: { spec: TrialSpec; predictions: Float32Array[]; result: TrialResult }[] = [];
  for (const spec of specs) {
    const predictions: Float32Array[] = [];
    const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
    trials.push({
      spec,
      predictions,
      result: await evaluateTrial(table, experiment, spec, { clock, rows, onFold }),
    });
  }
  trials.sort((a, b) => (a.result.score ?? 99) - (b.result.score ?? 99));
  const candidates = trials.map(({ spec, predictions }) => ({
    trial: spec.number,
    family: spec.family,
    predictions,
  }));
  const selection = selectEnsemble(experiment, rows, candidates);
  const refitOf = async (trial: number, which: 'training' | 'all') => {
    const found = trials.find(({ spec }) => spec.number === trial);
    if (!found) throw new Error(`no trial ${trial}`);
    const refitted = await refit(table, experiment, found.spec, found.result.folds, which, { clock, rows });
    if (!refitted) throw new Error('stopped');
    return { ...refitted, trial };
  };
  const wanted = [...new Set([...selection.members.map(({ trial }) => trial), selection.best])];
  const judgement = await judge(
    table,
    experiment,
    selection,
    await Promise.all(wanted.map((trial) => refitOf(trial, 'training'))),
    { clock, rows },
  );
  const members = await Promise.all(
    selection.members.map(async ({ trial, weight }) => ({ ...(await refitOf(trial, 'all')).member, weight })),
  );
  if (!judgement || !selection.spread) throw new Error('no forecast was judged');
  const history = storeTable(historyOf(raw, experiment, experiment.forecast));
  const model: SerialisedPredictor = {
    format: 'modelwright-predictor-2',
    experiment,
    members,
    stacker: selection.stacker,
    threshold: null,
    forecast: { spread: selection.spread, history },
  };
  return { table, rows, trials, judgement, model };
}

const SPECS = (['seasonal_naive', 'ets', 'gbdt', 'linear', 'tcn'] as const).map((family, number) =>
  quickSpec(family, { number, seed: 5 + number }),
);

describe('a forecast with the engine', () => {
  const noise = new Random(4);
  const values = Array.from(
    { length: 330 },
    (_, i) => 100 + 0.2 * i + 20 * Math.sin((2 * Math.PI * i) / 7) + 4 * noise.normal(),
  );

  it('beats the seasonal naive forecast, which it is judged beside, on held-out origins', async () => {
    const { judgement, trials, table, rows } = await runOn(dailyTable(values), experimentOf(), SPECS);
    expect(trials.map(({ result }) => result.state)).toEqual(SPECS.map(() => 'complete'));
    expect(judgement.gain.low).toBeGreaterThan(0);
    // The baseline's score is the naive one, computed by hand.
    const numbers = (name: string) => (findColumn(table, name) as NumericColumn).values;
    const [places, scale] = [numbers(ROW.place), numbers(ROW.scale)];
    const errors = [...rows.split.holdout].map(
      (row) => Math.abs(values[places[row]] - values[places[row] - 7]) / scale[row],
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(judgement.baseline.mase?.value).toBeCloseTo(mean, 10);
    expect(judgement.forecast?.bySteps).toHaveLength(7);
    expect(judgement.forecast?.windows).toBe(rows.split.holdout.length / 7);
    for (const { wanted, held } of judgement.forecast?.coverage ?? []) {
      expect(Math.abs(held.value - wanted)).toBeLessThan(0.2);
    }
    const shown = judgement.forecast?.example.windows.flat() ?? [];
    for (const { time, actual, bounds } of shown) {
      expect(actual).toBe(values[(time - Date.UTC(2022, 0, 3)) / DAY]);
      expect([...bounds].sort((a, b) => a - b)).toEqual(bounds);
    }
  });

  it('continues its own history, and forecasts the same from a file', async () => {
    const { model } = await runOn(dailyTable(values), experimentOf(), SPECS);
    const here = await restorePredictor(model);
    const there = await restorePredictor(unpackPredictor(decodeWeights(encodeWeights(packPredictor(model)))));
    if (!here.history || !there.history) throw new Error('a forecast has a history');
    const next = here.predict(here.history) as ForecastPrediction;
    expect(there.predict(there.history)).toEqual(next);
    expect(next.times[0]).toBe(Date.UTC(2022, 0, 3) + 330 * DAY);
    next.values.forEach((value, i) => {
      const truth = 100 + 0.2 * (330 + i) + 20 * Math.sin((2 * Math.PI * (330 + i)) / 7);
      expect(Math.abs(value - truth)).toBeLessThan(12);
    });
  });

  it('moves with the level of a series: the same waves a thousand higher are forecast a thousand higher', async () => {
    const { model } = await runOn(dailyTable(values), experimentOf(), SPECS);
    const predictor = await restorePredictor(model);
    const plain = predictor.predict(dailyTable(values)) as ForecastPrediction;
    const higher = predictor.predict(dailyTable(values.map((value) => value + 1000))) as ForecastPrediction;
    higher.values.forEach((value, i) => {
      expect(Math.abs(value - 1000 - plain.values[i])).toBeLessThan(3);
    });
  });

  it.each([
    [[...values.slice(0, 40)], 'SERIES_TOO_SHORT'],
    [[Number.NaN], 'SERIES_EMPTY'],
  ])('refuses what cannot be forecast, %#', (some, code) => {
    const table = dailyTable(some);
    const [day, y] = table.columns as [DatetimeColumn, NumericColumn];
    const holed = { ...y, valid: Uint8Array.from(y.values, (value) => (Number.isNaN(value) ? 0 : 1)) };
    expect(() => learningTable({ ...table, columns: [day, holed] }, experimentOf())).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('daily ridership in Chicago', () => {
  it('is forecast 14 days ahead with at most seven tenths of the seasonal naive error', async () => {
    const csv = readFileSync(new URL('../../../examples/data/ridership.csv', import.meta.url), 'utf8');
    const lines = csv.trimEnd().split('\n').slice(1).slice(-1500);
    const [firstDay] = lines[0].split(',');
    const table = dailyTable(
      lines.map((line) => Number(line.split(',')[1])),
      Date.parse(firstDay),
    );
    const gbdt = quickSpec('gbdt', {
      number: 1,
      parameters: {
        maxSteps: 120,
        learningRate: 0.1,
        maxLeaves: 12,
        minSamplesLeaf: 8,
        patience: 20,
        loss: 'absolute',
      },
    });
    const { judgement } = await runOn(table, experimentOf({ horizon: 14 }), [SPECS[0], gbdt]);
    const [model, naive] = [judgement.holdout.mase, judgement.baseline.mase];
    expect((model?.value ?? 9) / (naive?.value ?? 1)).toBeLessThan(0.7);
    expect(judgement.gain.low).toBeGreaterThan(0);
  });
});
