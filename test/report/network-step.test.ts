import { describe, expect, it } from 'vitest';
import { changeTheNetwork } from '../../src/report/network-step.ts';
import type { FamilyCurve, Report } from '../../src/report/report.ts';

type Facts = Parameters<typeof changeTheNetwork>[0];

const points = (validation: (step: number) => number, training: (step: number) => number) =>
  Array.from({ length: 40 }, (_, i) => ({
    step: i + 1,
    validationLoss: validation(i + 1),
    trainLoss: training(i + 1),
  }));

function facts(curve: Partial<FamilyCurve>, more: Partial<Report> = {}): Facts {
  return {
    task: 'binary',
    metric: 'roc_auc',
    comparisons: [],
    curves: [{ family: 'mlp', trial: 4, bestStep: 20, points: [], ...curve }],
    trials: [
      {
        number: 4,
        family: 'mlp',
        parameters: { maxSteps: 40, hiddenUnits: 128, dropout: 0.1, weightDecay: 0.02 },
        origin: 'default',
        state: 'complete',
        reason: 'all 5 folds scored',
        score: null,
        scores: {},
        seconds: 12,
        bestStep: 20,
      },
    ],
    ...more,
  };
}

describe('changeTheNetwork', () => {
  it('makes a network that learned by heart smaller and more regular', () => {
    const overfit = points(
      (s) => 0.4 + 0.2 * Math.exp(-s / 4) + 0.004 * Math.max(0, s - 15),
      (s) => 0.3 * Math.exp(-s / 30) + 0.1,
    );
    const step = changeTheNetwork(facts({ points: overfit }));
    expect(step).toMatch(/: it learned rows by heart, its validation loss being \d+(\.\d+)?% above/);
    expect(step).toContain(
      'with hiddenUnits 64 (now 128), dropout 0.25 (now 0.1) and weightDecay 0.06 (now 0.02)',
    );
    expect(step).toContain('That gap is the most that can be gained');
    expect(step).toMatch(/^Try the neural network of trial 5 with .*, in at most 12 s: /);
  });

  it('trains one longer that was still learning, at what that costs', () => {
    const falling = points(
      (s) => 0.8 - 0.01 * s,
      (s) => 0.79 - 0.01 * s,
    );
    const step = changeTheNetwork(facts({ points: falling }));
    expect(step).toContain('with maxSteps 80 (now 40), in at most 24 s');
    // 0.6 in the middle, 0.4 at the end.
    expect(step).toContain('lowered it by 33.3%');
  });

  it('makes one larger that is behind another family though it learned all it could', () => {
    const settled = points(
      (s) => 0.5 + 0.3 * Math.exp(-s / 4),
      (s) => 0.495 + 0.3 * Math.exp(-s / 4),
    );
    expect(changeTheNetwork(facts({ points: settled }))).toBeNull();
    const gain = { value: 0.02, low: 0.01, high: 0.03 };
    const behind = facts({ points: settled }, { comparisons: [{ family: 'mlp', trial: 4, gain }] });
    const step = changeTheNetwork(behind);
    expect(step).toContain('hiddenUnits 256 (now 128), in at most 48 s');
    expect(step).toContain('it is better by 0.02 in AUC.');
  });

  it('says nothing of trees, of curves without validation and of networks that are as they should be', () => {
    const settled = points(
      (s) => 0.5 + 0.3 * Math.exp(-s / 4),
      (s) => 0.45 + 0.3 * Math.exp(-s / 4),
    );
    expect(changeTheNetwork(facts({ points: settled }))).toBeNull();
    expect(changeTheNetwork(facts({ family: 'gbdt', points: settled }))).toBeNull();
    expect(
      changeTheNetwork(facts({ points: settled.map(({ step, trainLoss }) => ({ step, trainLoss })) })),
    ).toBeNull();
    expect(changeTheNetwork({ ...facts({}), curves: [] })).toBeNull();
  });
});
