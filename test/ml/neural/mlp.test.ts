import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../src/ml/estimator.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { mlp } from '../../../src/ml/neural/mlp.ts';
import { describeEstimator } from '../../contracts/estimator.ts';
import { curvedSurface, exclusiveOr, threeBlobs } from './blobs.ts';

const quick = { maxSteps: 12, hiddenUnits: 16, batchSize: 32, learningRate: 0.01 };

describeEstimator('mlp', mlp, { ...quick, maxSteps: 20 });
describeEstimator('mlp on tensors', mlp, { ...quick, maxSteps: 20, engine: 'tensors' });

describe('mlp', () => {
  it('learns a binary rule that no linear model can', async () => {
    const judged = exclusiveOr(400, 2);
    const fitted = await mlp.fit(exclusiveOr(600, 1), { ...quick, maxSteps: 30 }, { seed: 1 });
    const prediction = fitted.predict(judged.features);
    expect(score('roc_auc', 'binary', judged.target, prediction, 2)).toBeGreaterThan(0.98);
  });

  it('learns several classes; the probabilities of each row sum to 1', async () => {
    const judged = threeBlobs(300, 2);
    const fitted = await mlp.fit(threeBlobs(300, 1), quick, { seed: 1 });
    const prediction = fitted.predict(judged.features);
    expect(score('accuracy', 'multiclass', judged.target, prediction, 3)).toBeGreaterThan(0.95);
    for (let i = 0; i < prediction.length; i += 3) {
      expect(prediction[i] + prediction[i + 1] + prediction[i + 2]).toBeCloseTo(1, 12);
    }
  });

  it("learns a curved surface in the target's own units and never leaves the range of the training targets", async () => {
    const training = curvedSurface(800, 1);
    const judged = curvedSurface(300, 2);
    const fitted = await mlp.fit(training, { ...quick, maxSteps: 40, dropout: 0 }, { seed: 1 });
    expect(score('r2', 'regression', judged.target, fitted.predict(judged.features), 1)).toBeGreaterThan(
      0.95,
    );
    const far = { ...judged.features, columns: judged.features.columns.map((c) => c.map((x) => x * 1e9)) };
    const extremes = fitted.predict(far);
    expect(Math.max(...extremes)).toBeLessThanOrEqual(Math.max(...training.target));
    expect(Math.min(...extremes)).toBeGreaterThanOrEqual(Math.min(...training.target));
  });

  it('keeps the weights of the best validation epoch and stops when patience is over', async () => {
    // Few rows and many units: it must overfit.
    const training = exclusiveOr(60, 1);
    const noisy = { ...training, target: training.target.map((y, i) => (i % 4 === 0 ? 1 - y : y)) };
    const validation = exclusiveOr(200, 2);
    const points: CurvePoint[] = [];
    const fitted = await mlp.fit(
      noisy,
      {
        ...quick,
        maxSteps: 300,
        hiddenUnits: 64,
        dropout: 0,
        weightDecay: 0,
        patience: 10,
        schedule: 'constant',
      },
      { seed: 1, validation, onStep: (point) => points.push(point) },
    );
    const losses = fitted.curve.map((point) => point.validationLoss as number);
    expect(fitted.curve.length).toBe(fitted.bestStep + 10);
    expect(losses[fitted.bestStep - 1]).toBe(Math.min(...losses));
    expect(points).toEqual(fitted.curve);
    const judged = score('log_loss', 'binary', validation.target, fitted.predict(validation.features), 2);
    expect(judged).toBeCloseTo(Math.min(...losses), 5);
  });

  it('starts from the class shares: the first loss is that of the baseline, not of a random guess', async () => {
    const blobs = threeBlobs(300, 1);
    const lopsided = {
      ...blobs,
      task: 'binary' as const,
      nClasses: 2,
      target: blobs.target.map((_, i) => (i < 15 ? 1 : 0)),
    };
    const fitted = await mlp.fit(lopsided, { ...quick, maxSteps: 1, learningRate: 1e-9 }, { seed: 1 });
    const share = 15 / 300;
    const entropy = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    expect(fitted.curve[0].trainLoss).toBeCloseTo(entropy, 2);
  });

  it('predicts the same after serialise and restore, and for a row alone as among others', async () => {
    const set = threeBlobs(200, 1);
    const fitted = await mlp.fit(set, quick, { seed: 5 });
    const { json, arrays } = fitted.serialise();
    const restored = await mlp.restore({ json: JSON.parse(JSON.stringify(json)), arrays });
    const prediction = fitted.predict(set.features);
    expect(restored.predict(set.features)).toEqual(prediction);
    expect(restored.curve).toEqual(fitted.curve);
    const alone = { ...set.features, nRows: 1, columns: set.features.columns.map((c) => c.subarray(7, 8)) };
    expect(restored.predict(alone)).toEqual(prediction.slice(21, 24));
  });

  it('refuses a stored form that it does not know', async () => {
    await expect(mlp.restore({ json: { format: 'other' }, arrays: {} })).rejects.toMatchObject({
      code: 'MODEL_FORMAT_UNKNOWN',
    });
    const { json } = (await mlp.fit(threeBlobs(30, 1), { ...quick, maxSteps: 1 }, { seed: 1 })).serialise();
    await expect(mlp.restore({ json, arrays: {} })).rejects.toMatchObject({ code: 'MODEL_FORMAT_UNKNOWN' });
  });

  it('fails with a clear code when the loss explodes', async () => {
    const set = curvedSurface(100, 1);
    const exploding = {
      ...set,
      features: { ...set.features, columns: set.features.columns.map((c) => c.map((x) => x * 1e4)) },
    };
    const options = {
      ...quick,
      learningRate: 1,
      clipNorm: 0,
      maxSteps: 200,
      hiddenLayers: 8,
      hiddenUnits: 64,
      warmUpSteps: 0,
    };
    await expect(mlp.fit(exploding, options, { seed: 1 })).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    });
  });

  it('ends early when asked to, with what it has', async () => {
    let asked = 0;
    const fitted = await mlp.fit(
      exclusiveOr(400, 1),
      { ...quick, maxSteps: 500 },
      { seed: 1, shouldStop: () => ++asked > 30 },
    );
    expect(fitted.curve.length).toBeLessThan(5);
    expect(fitted.curve.length).toBeGreaterThan(0);
    expect(fitted.predict(exclusiveOr(5, 2).features).every(Number.isFinite)).toBe(true);
  });

  it('holds no more tensors and buffers after an epoch than before', async () => {
    const counts: string[] = [];
    const set = exclusiveOr(200, 1);
    await mlp.fit(
      set,
      { ...quick, engine: 'tensors' },
      {
        seed: 1,
        validation: set,
        onStep: () => counts.push(JSON.stringify([tf.memory().numTensors, tf.memory().numDataBuffers])),
      },
    );
    expect(counts.length).toBeGreaterThan(5);
    expect(new Set(counts).size).toBe(1);
  });

  it('never predicts NaN, whatever the features hold', async () => {
    const set = threeBlobs(60, 1);
    const fitted = await mlp.fit(set, { ...quick, maxSteps: 2 }, { seed: 1 });
    const wild = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 0];
    const columns = [Float64Array.from(wild), Float64Array.from([...wild].reverse())];
    const prediction = fitted.predict({ ...set.features, nRows: wild.length, columns });
    expect(prediction.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('trains on a table without a single feature', async () => {
    const set = { ...threeBlobs(30, 1), features: { nRows: 30, features: [], columns: [] } };
    const fitted = await mlp.fit(set, { ...quick, maxSteps: 2 }, { seed: 1 });
    expect(fitted.predict(set.features)[0]).toBeCloseTo(1 / 3, 1);
  });

  it('gives the same network to the last bit in another process', async () => {
    const fitted = await mlp.fit(exclusiveOr(150, 1), quick, { seed: 9, validation: exclusiveOr(50, 2) });
    const here = Buffer.from(fitted.predict(exclusiveOr(40, 3).features).buffer).toString('base64');
    const there = execFileSync(process.execPath, ['--import', 'tsx', 'test/ml/neural/fit-elsewhere.ts'], {
      encoding: 'utf8',
    });
    expect(there).toBe(here);
  });
});
