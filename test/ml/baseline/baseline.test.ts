import { describe, expect, it } from 'vitest';
import { baseline } from '../../../src/ml/baseline/baseline.ts';
import type { CurvePoint, FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import { describeEstimator } from '../../contracts/estimator.ts';
import { describeRowWeights } from '../../contracts/row-weights.ts';

describeEstimator('baseline', baseline, {}, { learns: false });
describeRowWeights('baseline', baseline, {});

const features = (nRows: number): FeatureMatrix => ({
  nRows,
  features: [{ name: 'x', source: 'x', kind: 'numeric' }],
  columns: [new Float64Array(nRows).fill(Number.NaN)],
});

function trainingSet(task: TrainingSet['task'], nClasses: number, target: number[]): TrainingSet {
  return { task, nClasses, features: features(target.length), target: Float64Array.from(target) };
}

describe('baseline', () => {
  it('predicts the class shares for every row', async () => {
    const fitted = await baseline.fit(trainingSet('multiclass', 3, [0, 1, 1, 1]), {}, { seed: 1 });
    expect([...fitted.predict(features(2))]).toEqual([0.25, 0.75, 0, 0.25, 0.75, 0]);
  });

  it('predicts the mean in regression', async () => {
    const fitted = await baseline.fit(trainingSet('regression', 1, [1, 2, 6]), {}, { seed: 1 });
    expect([...fitted.predict(features(2))]).toEqual([3, 3]);
  });

  it('has one point on its curve: its losses', async () => {
    const points: CurvePoint[] = [];
    const fitted = await baseline.fit(
      trainingSet('binary', 2, [0, 0, 0, 1]),
      {},
      {
        seed: 1,
        validation: trainingSet('binary', 2, [1]),
        onStep: (point) => points.push(point),
      },
    );
    expect(fitted.curve).toEqual(points);
    expect(fitted.bestStep).toBe(1);
    expect(points[0].trainLoss).toBeCloseTo(0.75 * Math.log(4 / 3) + 0.25 * Math.log(4), 12);
    expect(points[0].validationLoss).toBeCloseTo(Math.log(4), 12);
    const values = await baseline.fit(trainingSet('regression', 1, [1, 3]), {}, { seed: 1 });
    expect(values.curve).toEqual([{ step: 1, trainLoss: 1 }]);
  });

  it('comes back from its saved form unchanged', async () => {
    const fitted = await baseline.fit(trainingSet('regression', 1, [0.1, 0.2, 0.7]), {}, { seed: 1 });
    const { json, arrays } = fitted.serialise();
    const restored = await baseline.restore({ json: JSON.parse(JSON.stringify(json)), arrays });
    expect(restored.predict(features(3))).toEqual(fitted.predict(features(3)));
    expect(restored.curve).toEqual(fitted.curve);
  });

  it('refuses no rows, and a saved form of something else', async () => {
    await expect(baseline.fit(trainingSet('regression', 1, []), {}, { seed: 1 })).rejects.toThrow(
      /at least one/,
    );
    await expect(baseline.restore({ json: { kind: 'tree' }, arrays: {} })).rejects.toThrow();
  });
});
