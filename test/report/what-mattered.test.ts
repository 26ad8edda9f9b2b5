import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { drawSetting } from '../../src/ml/tuning/samplers/random.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Report, TrialRow } from '../../src/report/report.ts';
import { leadingParameter } from '../../src/report/what-mattered.ts';
import { samplePlan } from '../plan/sample-plan.ts';

const plan: Plan = samplePlan();
const space = plan.candidates.find(({ family }) => family === 'gbdt')?.space ?? {};

function reportOf(n: number, scoreOf: (rate: number) => number, origin: TrialRow['origin'] = 'sampled') {
  const random = new Random(1);
  const trials = Array.from({ length: n }, (_, number): TrialRow => {
    const parameters = drawSetting(space, random);
    const value = scoreOf(parameters.learningRate as number);
    const score = { value, low: value - 0.01, high: value + 0.01 };
    const rest = { state: 'complete', reason: '', scores: {}, seconds: 1, bestStep: 1 } as const;
    return { ...rest, number, family: 'gbdt', parameters, origin, score };
  });
  const winner: Report['winner'] = { trial: 0, family: 'gbdt', parameters: {} };
  return { trials, winner, metric: plan.experiment.metric };
}

describe('the hyperparameter that decided', () => {
  const byRate = (rate: number) => 0.8 - 0.01 * Math.log(rate / 0.05) ** 2;

  it('is named with its share', () => {
    const leading = leadingParameter(reportOf(40, byRate), plan);
    expect(leading).toMatchObject({ name: 'learningRate', settings: 40 });
    expect(leading?.share).toBeGreaterThan(0.6);
  });

  it('is not named on few settings, on defaults, or where nothing stood out', () => {
    expect(leadingParameter(reportOf(19, byRate), plan)).toBeNull();
    expect(leadingParameter(reportOf(40, byRate, 'default'), plan)).toBeNull();
    const random = new Random(3);
    expect(
      leadingParameter(
        reportOf(60, () => random.uniform()),
        plan,
      ),
    ).toBeNull();
    expect(
      leadingParameter(
        reportOf(40, () => 0.8),
        plan,
      ),
    ).toBeNull();
  });
});
