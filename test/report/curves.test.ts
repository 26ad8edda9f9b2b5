import { describe, expect, it } from 'vitest';
import type { FoldResult } from '../../src/ml/tuning/trial.ts';
import { readCurve } from '../../src/report/convergence.ts';
import { averageCurves } from '../../src/report/curves.ts';

const fold = (curve: FoldResult['curve']): FoldResult => ({
  fold: 0,
  scores: {},
  bestStep: 1,
  curve,
  fitSeconds: 0,
  rowsTrained: 80,
  rowsJudged: 20,
});

const curveFrom = (steps: number, loss: (step: number) => number, train = loss): FoldResult['curve'] =>
  Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    trainLoss: train(i + 1),
    validationLoss: loss(i + 1),
  }));

const read = (points: FoldResult['curve']) => readCurve({ family: 'gbdt', trial: 0, bestStep: 1, points });

describe('averageCurves', () => {
  it('is the plain mean where all folds have the same steps', () => {
    const mean = averageCurves([fold(curveFrom(3, (s) => s)), fold(curveFrom(3, (s) => 3 * s))]);
    expect(mean.map((point) => point.validationLoss)).toEqual([2, 4, 6]);
  });

  it('interpolates the steps that a fold was thinned of', () => {
    const thinned = [
      { step: 1, trainLoss: 10, validationLoss: 10 },
      { step: 5, trainLoss: 2, validationLoss: 2 },
    ];
    const mean = averageCurves([fold(thinned), fold(curveFrom(5, () => 0))]);
    expect(mean.map((point) => point.trainLoss)).toEqual([5, 4, 3, 2, 1]);
  });

  it('holds a fold that ended at its last loss, so that the mean does not jump', () => {
    const mean = averageCurves([fold(curveFrom(2, () => 1)), fold(curveFrom(4, () => 3))]);
    expect(mean.map((point) => point.trainLoss)).toEqual([2, 2, 2, 2]);
  });

  it('ends where fewer than half of the folds are left', () => {
    const mean = averageCurves([10, 4, 3].map((steps) => fold(curveFrom(steps, () => 1))));
    expect(mean.at(-1)?.step).toBe(4);
  });

  it('has at most 200 points and both ends', () => {
    const mean = averageCurves([fold(curveFrom(1000, (s) => s))]);
    expect(mean).toHaveLength(200);
    expect([mean[0].step, mean.at(-1)?.step]).toEqual([1, 1000]);
  });

  it('averages learning rates and gradient norms where every fold tells them', () => {
    const told = (learningRate: number, gradientNorm: number) =>
      fold([1, 2].map((step) => ({ step, trainLoss: 1, learningRate, gradientNorm: gradientNorm * step })));
    expect(averageCurves([told(0.1, 1), told(0.3, 3)])).toEqual([
      { step: 1, trainLoss: 1, gradientNorm: 2, learningRate: 0.2 },
      { step: 2, trainLoss: 1, gradientNorm: 4, learningRate: 0.2 },
    ]);
    const [point] = averageCurves([told(0.1, 1), fold([{ step: 1, trainLoss: 1 }])]);
    expect(point).toEqual({ step: 1, trainLoss: 1 });
  });

  it('leaves the validation loss out where a fold has none, and is empty without curves', () => {
    expect(averageCurves([fold([{ step: 1, trainLoss: 1 }])])).toEqual([{ step: 1, trainLoss: 1 }]);
    expect(averageCurves([fold([])])).toEqual([]);
  });
});

describe('readCurve', () => {
  it('sees convergence', () => {
    const reading = read(curveFrom(100, (s) => 0.4 + 0.3 * Math.exp(-s / 10)));
    expect(reading.convergence).toBe('converged');
    expect(reading.sentence).toMatch(/^Converged: from iteration \d+ on/);
  });

  it('sees overfitting, and from which step', () => {
    const reading = read(
      curveFrom(
        100,
        (s) => 0.4 + 0.3 * Math.exp(-s / 10) + 0.002 * Math.max(0, s - 50),
        (s) => 0.4 * Math.exp(-s / 40),
      ),
    );
    expect(reading.convergence).toBe('overfitting');
    expect(reading.lowestStep).toBeGreaterThanOrEqual(45);
    expect(reading.lowestStep).toBeLessThanOrEqual(55);
  });

  it('sees that training ended too early', () => {
    expect(read(curveFrom(50, (s) => 1 - 0.01 * s)).convergence).toBe('improving');
  });

  it('does not call noise at the bottom overfitting', () => {
    const reading = read(curveFrom(100, (s) => 0.4 + 0.3 * Math.exp(-s / 10) + 0.001 * Math.sin(s)));
    expect(reading.convergence).toBe('converged');
  });

  it('says nothing of a single step', () => {
    expect(read(curveFrom(1, () => 0.5))).toMatchObject({ convergence: 'unknown', gap: 0 });
  });
});
