/** A whole schedule under a sampler that learns; can be computed in another process. */
import type { TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { samplePlan } from './sample-plan.ts';

/** Highest at a learning rate of 0.05. */
export function scoreOf({ parameters }: TrialSpec): number {
  const { learningRate } = parameters;
  return typeof learningRate === 'number' ? 0.9 - 0.1 * Math.log(learningRate / 0.05) ** 2 : 0.8;
}

/** Every trial is told as soon as its setting is known. */
export function learnedSpecs(): TrialSpec[] {
  const plan = samplePlan();
  const candidates = plan.candidates.map((candidate) => ({ ...candidate, trials: 14 }));
  const schedule = new Schedule({ ...plan, candidates, sampler: 'gaussian-process' });
  const results = new Map<number, Pick<TrialResult, 'state' | 'score'>>();
  return schedule.trials.map(({ number }) => {
    const spec = schedule.specOf(number, results) as TrialSpec;
    results.set(number, { state: 'complete', score: scoreOf(spec) });
    return spec;
  });
}
