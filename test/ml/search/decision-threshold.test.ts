import { describe, expect, it } from 'vitest';
import { eachRowOnce, judgedRows } from '../../../src/ml/metrics/judged-rows.ts';
import { prepareScores } from '../../../src/ml/metrics/score.ts';
import { Random } from '../../../src/ml/random.ts';
import { chooseThreshold } from '../../../src/ml/search/decision-threshold.ts';

const N = 3000;

/** Honest probabilities of a class that `share` of the rows are in. */
function rareClass(share: number) {
  const random = new Random(4);
  const target = new Float64Array(N);
  const prediction = new Float64Array(2 * N);
  for (let row = 0; row < N; row++) {
    const p = 1 / (1 + Math.exp(-(Math.log(share / (1 - share)) + 1.2 * random.normal())));
    target[row] = random.uniform() < p ? 1 : 0;
    prediction[2 * row] = 1 - p;
    prediction[2 * row + 1] = p;
  }
  const partOf = Uint8Array.from({ length: N }, (_, row) => row % 5);
  return { rows: { nRows: N, nParts: 5, target, partOf, predictions: [] }, target, prediction };
}

const f1 = (target: Float64Array, prediction: Float64Array, threshold: number) =>
  prepareScores(['f1'], judgedRows('binary', target, prediction, 2, threshold))(eachRowOnce(N))[0] as number;

describe('the threshold', () => {
  it('is the best one for F1 of a rare class, far below 0.5', () => {
    const { rows, target, prediction } = rareClass(0.08);
    const choice = chooseThreshold({ task: 'binary', metric: 'f1' }, rows, prediction);
    if (!choice) throw new Error('expected a choice');
    expect(choice.threshold).toBeLessThan(0.35);
    const naive = Math.max(...Array.from({ length: 99 }, (_, i) => f1(target, prediction, (i + 1) / 100)));
    expect(f1(target, prediction, choice.threshold)).toBeGreaterThanOrEqual(naive - 0.005);
    expect(naive).toBeGreaterThan(f1(target, prediction, 0.5) + 0.05);
  });

  it('decides each row by what the others chose', () => {
    const { rows, target, prediction } = rareClass(0.08);
    const choice = chooseThreshold({ task: 'binary', metric: 'f1' }, rows, prediction);
    if (!choice) throw new Error('expected a choice');
    // Cross-fitted decisions cannot be better than the best threshold on the very rows.
    expect(f1(target, choice.decisions, 0.5)).toBeLessThanOrEqual(
      f1(target, prediction, choice.threshold) + 1e-9,
    );
    expect(new Set(choice.decisions)).toEqual(new Set([0, 1]));
  });

  it('stays 0.5 where nothing is better', () => {
    const { rows, prediction } = rareClass(0.5);
    const honest = chooseThreshold({ task: 'binary', metric: 'accuracy' }, rows, prediction);
    expect(Math.abs((honest?.threshold ?? 0) - 0.5)).toBeLessThan(0.06);
    const sure = prediction.map((p) => (p >= 0.5 ? 1 : 0));
    expect(chooseThreshold({ task: 'binary', metric: 'accuracy' }, rows, sure)?.threshold).toBe(0.5);
  });

  it.each(['roc_auc', 'log_loss', 'precision', 'recall'] as const)('is not chosen for %s', (metric) => {
    const { rows, prediction } = rareClass(0.3);
    expect(chooseThreshold({ task: 'binary', metric }, rows, prediction)).toBeNull();
  });
});
