import { describe, expect, it } from 'vitest';
import { headToHead, verdictOn } from '../../../src/ml/metrics/head-to-head.ts';
import { pairedDifference } from '../../../src/ml/metrics/paired-difference.ts';
import { Random } from '../../../src/ml/random.ts';

const random = new Random(3);
const n = 500;
const target = Float64Array.from({ length: n }, () => random.integer(2));
const said = (skill: number) =>
  Float64Array.from(
    { length: n },
    (_, row) => 0.5 + (target[row] - 0.5) * skill + 0.35 * (random.uniform() - 0.5),
  );
const both = (p: Float64Array) =>
  Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 1 ? p[i >> 1] : 1 - p[i >> 1]));
const [strong, weak] = [both(said(0.3)), both(said(0.1))];
const contest = { metric: 'accuracy', task: 'binary', nClasses: 2, target } as const;

describe('headToHead', () => {
  it('reports the paired bootstrap and whose decisions alone are right', () => {
    const match = headToHead({ ...contest, ours: strong, theirs: weak, leastGain: 0.01 }, { seed: 4 });
    const paired = pairedDifference('accuracy', 'binary', target, strong, weak, 2, { seed: 4 });
    expect(match?.gain).toEqual({ value: paired.difference, low: paired.low, high: paired.high });
    expect(match?.verdict).toBe('better');
    const { onlyOurs, onlyTheirs, p } = match?.decisions ?? { onlyOurs: 0, onlyTheirs: 0, p: 1 };
    expect((onlyOurs - onlyTheirs) / n).toBeCloseTo(paired.difference, 12);
    expect(p).toBeLessThan(0.001);
  });

  it('turns around with the two models, also where less is better', () => {
    const against = { ...contest, metric: 'log_loss', leastGain: 0 } as const;
    const ahead = headToHead({ ...against, ours: strong, theirs: weak }, { seed: 4 });
    const behind = headToHead({ ...against, ours: weak, theirs: strong }, { seed: 4 });
    expect([ahead?.verdict, behind?.verdict]).toEqual(['better', 'worse']);
    expect(ahead?.gain.value).toBeCloseTo(-(behind?.gain.value ?? 0), 12);
  });

  it('has nothing to say where the metric is not defined', () => {
    const ones = { ...contest, metric: 'roc_auc', target: target.map(() => 1) } as const;
    expect(headToHead({ ...ones, ours: strong, theirs: weak, leastGain: 0 }, { seed: 4 })).toBeNull();
  });
});

describe('verdictOn', () => {
  it.each([
    [{ value: 0.03, low: 0.02, high: 0.04 }, 0.01, 'better'],
    [{ value: 0.03, low: 0.005, high: 0.05 }, 0.01, 'tied'],
    [{ value: 0.03, low: 0.005, high: 0.05 }, 0, 'better'],
    [{ value: -0.03, low: -0.05, high: -0.02 }, 0.01, 'worse'],
    [{ value: -0.03, low: -0.05, high: -0.005 }, 0.01, 'tied'],
    [{ value: 0, low: 0, high: 0 }, 0, 'tied'],
  ] as const)('calls %j with a least gain of %d %s', (gain, least, verdict) => {
    expect(verdictOn(gain, least)).toBe(verdict);
  });
});
