import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrialResult } from '../../src/ml/tuning/trial.ts';
import { bestTrial } from '../../src/run/best-trial.ts';

const trial = (
  number: number,
  score: number | null,
  state: TrialResult['state'] = 'complete',
): TrialResult => ({
  number,
  state,
  reason: '',
  folds: [],
  score,
  seconds: 1,
  cpuSeconds: 1,
});

describe('the best trial', () => {
  it('has the greatest score, or the least where less is better', () => {
    const trials = [trial(0, 0.3), trial(1, 0.5), trial(2, 0.4)];
    expect(bestTrial('roc_auc', trials)?.number).toBe(1);
    expect(bestTrial('log_loss', trials)?.number).toBe(0);
  });

  it('is the one that was scheduled first among equals, in whatever order they finished', () => {
    const order = fc.shuffledSubarray([trial(0, 0.1), trial(1, 0.7), trial(2, 0.7), trial(3, 0.7)], {
      minLength: 4,
    });
    fc.assert(fc.property(order, (trials) => bestTrial('roc_auc', trials)?.number === 1));
  });

  it('is a complete one', () => {
    const trials = [trial(0, null, 'failed'), trial(1, 0.9, 'stopped'), trial(2, 0.1)];
    expect(bestTrial('roc_auc', trials)?.number).toBe(2);
  });

  it('is null when there is none', () => {
    expect(bestTrial('roc_auc', [])).toBeNull();
    expect(bestTrial('roc_auc', [trial(0, null, 'failed')])).toBeNull();
  });
});
