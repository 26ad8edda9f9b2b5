import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import { columnForecaster } from '../../../src/ml/forecasting/column-forecaster.ts';

function matrix(naive: readonly number[]): FeatureMatrix {
  return {
    nRows: naive.length,
    features: [
      { name: 'other', source: 'other', kind: 'numeric' },
      { name: 'naive', source: 'naive', kind: 'numeric' },
    ],
    columns: [new Float64Array(naive.length).fill(9), Float64Array.from(naive)],
  };
}
const training: TrainingSet = {
  task: 'regression',
  nClasses: 1,
  features: matrix([1, 2, 3]),
  target: Float64Array.of(1, 2, 5),
};

describe('a forecaster that reads a column', () => {
  it('says what the column says, and the level where it says nothing', async () => {
    const fitted = await columnForecaster('naive').fit(training, {}, { seed: 1 });
    expect([...fitted.predict(matrix([4, Number.NaN, -2, Number.POSITIVE_INFINITY]))]).toEqual([4, 0, -2, 0]);
    expect(fitted.curve).toEqual([{ step: 1, trainLoss: 4 / 3 }]);
  });

  it('survives a file', async () => {
    const estimator = columnForecaster('naive');
    const fitted = await estimator.fit(training, {}, { seed: 1, validation: training });
    const restored = await estimator.restore(JSON.parse(JSON.stringify(fitted.serialise())));
    expect(restored.predict(matrix([7]))).toEqual(fitted.predict(matrix([7])));
    expect(restored.curve).toEqual(fitted.curve);
  });

  it('refuses rows without the column', async () => {
    await expect(columnForecaster('ets').fit(training, {}, { seed: 1 })).rejects.toThrow(RangeError);
  });
});
