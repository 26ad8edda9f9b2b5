import { describe, expect, it } from 'vitest';
import { studentTQuantile } from '../../src/ml/quantiles.ts';
import type { TrialResult } from '../../src/ml/tuning/trial.ts';
import {
  compareRuns,
  describeComparison,
  foldGain,
  foldInterval,
  verdictOf,
} from '../../src/report/compare.ts';
import { amesReport, telcoReport } from './sample-runs.ts';

function trial(scores: readonly number[], metric: 'roc_auc' | 'rmse' = 'roc_auc'): TrialResult {
  const folds = scores.map((score, fold) => ({
    fold,
    scores: { [metric]: score },
    bestStep: 1,
    curve: [],
    fitSeconds: 1,
    rowsTrained: 80,
    rowsJudged: 20,
  }));
  return { number: 0, state: 'complete', reason: '', folds, score: null, seconds: 1, cpuSeconds: 1 };
}

describe('foldInterval', () => {
  it('is the corrected resampled t interval written out', () => {
    const scores = [0.8, 0.82, 0.84, 0.81, 0.83];
    const variance = scores.reduce((sum, score) => sum + (score - 0.82) ** 2, 0) / 4;
    const half = studentTQuantile(0.975, 4) * Math.sqrt(variance * (1 / 5 + 20 / 80));
    const interval = foldInterval(trial(scores).folds, 'roc_auc');
    expect(interval?.value).toBeCloseTo(0.82, 12);
    expect(interval?.low).toBeCloseTo(0.82 - half, 12);
    expect(interval?.high).toBeCloseTo(0.82 + half, 12);
  });

  it('stays in the range of the metric', () => {
    expect(foldInterval(trial([0.99, 1, 1, 0.97, 1]).folds, 'roc_auc')?.high).toBe(1);
  });

  it('is null for one fold and for undefined scores', () => {
    expect(foldInterval(trial([0.8]).folds, 'roc_auc')).toBeNull();
    expect(foldInterval(trial([0.8, Number.NaN]).folds, 'roc_auc')).toBeNull();
    expect(foldInterval(trial([0.8, 0.9]).folds, 'f1')).toBeNull();
  });
});

describe('foldGain', () => {
  it('pairs the folds, so that what they share cancels', () => {
    const gain = foldGain(trial([0.7, 0.9, 0.5]), trial([0.69, 0.89, 0.49]), 'roc_auc');
    expect(gain?.value).toBeCloseTo(0.01, 12);
    expect((gain?.high ?? 1) - (gain?.low ?? 0)).toBeLessThan(1e-9);
  });

  it('is positive when an error is smaller', () => {
    const gain = foldGain(trial([10, 11], 'rmse'), trial([12, 13], 'rmse'), 'rmse');
    expect(gain?.value).toBeCloseTo(2, 12);
  });
});

describe('verdicts', () => {
  it('are tied when the interval holds 0', () => {
    expect(verdictOf({ value: 0.01, low: -0.001, high: 0.02 })).toBe('tied');
    expect(verdictOf({ value: 0.01, low: 0.001, high: 0.02 })).toBe('better');
    expect(verdictOf({ value: -0.01, low: -0.02, high: -0.001 })).toBe('worse');
  });

  it('of families are sentences with numbers', () => {
    const report = telcoReport();
    const tied = { family: 'linear', trial: 3, gain: { value: 0.0031, low: -0.001, high: 0.0072 } } as const;
    expect(describeComparison(report, tied)).toBe(
      'Gradient boosting and logistic regression are tied in cross-validation: AUC +0.003 [-0.001, +0.007], and the interval holds 0.',
    );
  });

  it('of errors say that plus is better', () => {
    const better = { family: 'mlp', trial: 3, gain: { value: 4000, low: 3000, high: 5000 } } as const;
    expect(describeComparison(amesReport(), better)).toContain(
      'RMSE +4,000 [+3,000, +5,000], plus is better',
    );
  });
});

describe('compareRuns', () => {
  const report = telcoReport();
  const withScore = (value: number) => ({
    ...report,
    runNumber: 9,
    judgement: {
      ...report.judgement,
      holdout: { roc_auc: { value, low: value - 0.018, high: value + 0.018 } },
    },
  });

  it('says tied when the difference may be nothing', () => {
    const { verdict, sentence } = compareRuns(report, withScore(0.835));
    expect(verdict).toBe('tied');
    expect(sentence).toMatch(/^Run 12 and run 9 are tied: AUC 0\.846 .* against 0\.835/);
  });

  it('says better and worse when it is clear', () => {
    expect(compareRuns(report, withScore(0.75)).verdict).toBe('better');
    expect(compareRuns(withScore(0.75), report).verdict).toBe('worse');
  });

  it('refuses to compare different targets', () => {
    expect(compareRuns(report, amesReport())).toEqual({
      verdict: null,
      sentence: 'Run 12 predicts churn and run 12 predicts Sale_Price: their scores cannot be compared.',
    });
  });
});
