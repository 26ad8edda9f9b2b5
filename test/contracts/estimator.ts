/** What every estimator must do, run for each of them. */
import { describe, expect, it } from 'vitest';
import type {
  CurvePoint,
  Estimator,
  FeatureMatrix,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../../src/ml/estimator.ts';
import type { Task } from '../../src/ml/experiment.ts';
import { Random } from '../../src/ml/random.ts';
import type { Parameters } from '../../src/ml/tuning/distributions.ts';

export interface EstimatorTraits {
  /** Whether it can beat the best constant prediction; true unless said otherwise. */
  readonly learns?: boolean;
  /** What it supports; all three unless said otherwise. */
  readonly tasks?: readonly Task[];
  /** Whether it takes amounts only, such as counts of words; false unless said otherwise. */
  readonly nonNegative?: boolean;
}

export const ALL_TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];

/** Registers the suite.
 *  @param parameters must let it learn a linear relation from 300 rows within a few seconds, in more than 3 steps. */
export function describeEstimator(
  name: string,
  estimator: Estimator,
  parameters: Parameters,
  { learns = true, tasks = ALL_TASKS, nonNegative = false }: EstimatorTraits = {},
): void {
  describe.each([...tasks])(`${name} as an estimator, %s`, (task) => {
    const training = toyProblem(task, 300, 1, nonNegative);
    const unseen = toyProblem(task, 200, 2, nonNegative);

    it('gives the same model for the same seed, to the last bit', async () => {
      const first = await estimator.fit(training, parameters, { seed: 7 });
      const second = await estimator.fit(
        toyProblem(task, 300, 1, nonNegative),
        { ...parameters },
        { seed: 7 },
      );
      expect(second.predict(unseen.features)).toEqual(first.predict(unseen.features));
      expect(second.curve).toEqual(first.curve);
      expect(second.bestStep).toBe(first.bestStep);
    });

    it('predicts one value per row in regression, else probabilities that sum to 1', async () => {
      const fitted = await estimator.fit(training, parameters, { seed: 7 });
      expectLegalPredictions(fitted.predict(unseen.features), unseen);
      expect(fitted.predict(emptyMatrix(unseen.features))).toHaveLength(0);
    });

    it('predicts each row alike whatever rows come with it', async () => {
      const fitted = await estimator.fit(training, parameters, { seed: 7 });
      const together = fitted.predict(unseen.features);
      const alone = fitted.predict(firstRows(unseen.features, 1));
      for (let k = 0; k < alone.length; k++) expect(alone[k]).toBeCloseTo(together[k], 5);
    });

    it('never predicts NaN, whatever the features hold', async () => {
      const fitted = await estimator.fit(training, parameters, { seed: 7 });
      const wild = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 1e9, -0];
      const columns = unseen.features.columns.map((column, j) =>
        column.map((x, i) => ((i >> j) % 3 === 0 ? x : wild[(i * (j + 1)) % wild.length])),
      );
      expectLegalPredictions(fitted.predict({ ...unseen.features, columns }), unseen);
    });

    it('survives a file: restored from JSON and bytes it predicts identically', async () => {
      const fitted = await estimator.fit(training, parameters, { seed: 7, validation: unseen });
      const restored = await estimator.restore(throughFile(fitted.serialise()));
      expect(restored.predict(unseen.features)).toEqual(fitted.predict(unseen.features));
      expect(restored.curve).toEqual(fitted.curve);
      expect(restored.bestStep).toBe(fitted.bestStep);
      const again = await estimator.restore(throughFile(restored.serialise()));
      expect(again.predict(unseen.features)).toEqual(fitted.predict(unseen.features));
    });

    it('refuses a stored form that it does not know', async () => {
      await expect(estimator.restore({ json: { format: 'unknown' }, arrays: {} })).rejects.toThrow();
    });

    it('reports every step once, in order, as in its curve', async () => {
      const points: CurvePoint[] = [];
      const onStep = (point: CurvePoint) => points.push({ ...point });
      const fitted = await estimator.fit(training, parameters, { seed: 7, validation: unseen, onStep });
      expect(points).toEqual(fitted.curve);
      expect(points.map(({ step }) => step)).toEqual(points.map((_, i) => i + 1));
      for (const { trainLoss, validationLoss } of points) {
        expect(trainLoss).toBeGreaterThanOrEqual(0);
        expect(validationLoss).toBeGreaterThanOrEqual(0);
      }
      expect(fitted.bestStep).toBeLessThanOrEqual(points.length);
    });

    it('ends early when asked to, with a model that predicts', async () => {
      let steps = 0;
      const fitted = await estimator.fit(training, parameters, {
        seed: 7,
        onStep: () => steps++,
        shouldStop: () => steps >= 2,
      });
      expect(fitted.curve.length).toBeLessThanOrEqual(2);
      expectLegalPredictions(fitted.predict(unseen.features), unseen);
      const stoppedAtOnce = await estimator.fit(training, parameters, { seed: 7, shouldStop: () => true });
      expect(stoppedAtOnce.curve.length).toBeLessThanOrEqual(1);
      expectLegalPredictions(stoppedAtOnce.predict(unseen.features), unseen);
    });

    it('leaves its inputs as they were', async () => {
      const before = structuredClone({ training, unseen });
      const fitted = await estimator.fit(training, parameters, { seed: 7, validation: unseen });
      fitted.predict(unseen.features);
      expect({ training, unseen }).toEqual(before);
    });

    it.runIf(learns)('beats the best constant on rows it has not seen', async () => {
      const fitted = await estimator.fit(training, parameters, { seed: 7 });
      expect(loss(fitted, unseen)).toBeLessThan(0.8 * constantLoss(training, unseen));
    });
  });
}

/** Numeric features, standardised or, where they must not be negative, whole numbers around 4: two carry the signal,
 *  one is noise, one is constant. */
export function toyProblem(task: Task, nRows: number, seed: number, nonNegative: boolean): TrainingSet {
  const random = new Random(seed);
  const names = ['first', 'second', 'noise', 'constant'];
  const columns = names.map((name) =>
    Float64Array.from({ length: nRows }, () => (name === 'constant' ? 0 : random.normal())),
  );
  const target = Float64Array.from({ length: nRows }, (_, i) => {
    const score = 2 * columns[0][i] - columns[1][i] + 0.5 * random.normal();
    if (task === 'regression') return 10 + 3 * score;
    if (task === 'binary') return score > 0.5 ? 1 : 0;
    return score > 1 ? 2 : score > -1 ? 1 : 0;
  });
  return {
    task,
    nClasses: { binary: 2, multiclass: 3, regression: 1 }[task],
    features: {
      nRows,
      columns: nonNegative
        ? columns.map((column) => column.map((x) => Math.max(0, Math.round(4 + 2 * x))))
        : columns,
      features: names.map((name) => ({ name, source: name, kind: 'numeric' })),
    },
    target,
  };
}

function firstRows(matrix: FeatureMatrix, nRows: number): FeatureMatrix {
  return { ...matrix, nRows, columns: matrix.columns.map((column) => column.slice(0, nRows)) };
}

const emptyMatrix = (matrix: FeatureMatrix) => firstRows(matrix, 0);

function expectLegalPredictions(predictions: Float64Array, { target, nClasses }: TrainingSet): void {
  expect(predictions).toBeInstanceOf(Float64Array);
  expect(predictions).toHaveLength(target.length * nClasses);
  expect(predictions.some(Number.isNaN)).toBe(false);
  if (nClasses === 1) return;
  for (let i = 0; i < target.length; i++) {
    const row = predictions.subarray(i * nClasses, (i + 1) * nClasses);
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  }
}

/** What a model file does to a stored form. */
export function throughFile({ json, arrays }: SerialisedEstimator): SerialisedEstimator {
  return { json: JSON.parse(JSON.stringify(json)), arrays: structuredClone(arrays) };
}

function loss(fitted: FittedEstimator, { features, target, nClasses }: TrainingSet): number {
  const predictions = fitted.predict(features);
  const losses = target.map((y, i) =>
    nClasses === 1 ? (predictions[i] - y) ** 2 : -Math.log(Math.max(1e-15, predictions[i * nClasses + y])),
  );
  return losses.reduce((sum, value) => sum + value, 0) / target.length;
}

/** The loss of the training mean, or of the training class shares. */
function constantLoss(training: TrainingSet, { target, nClasses }: TrainingSet): number {
  const share = (k: number) => training.target.filter((y) => y === k).length / training.target.length;
  const mean = training.target.reduce((sum, y) => sum + y, 0) / training.target.length;
  const losses = target.map((y) => (nClasses === 1 ? (y - mean) ** 2 : -Math.log(share(y))));
  return losses.reduce((sum, value) => sum + value, 0) / target.length;
}
