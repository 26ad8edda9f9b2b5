/** The schedule: the fixed list of trials that a plan stands for. A pure function of the plan, so every process that
 *  holds the plan knows every trial without asking anyone. */
import { deriveSeed, Random } from '../ml/random.ts';
import { sampleParameters } from '../ml/tuning/random-sampler.ts';
import type { TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from './plan.ts';

/** Trials in the order they are started: the families take turns, each with its defaults first and then its drawn
 *  settings, so that a run which is stopped early has tried every family. Numbers follow that order. */
export function scheduleTrials(plan: Pick<Plan, 'candidates' | 'experiment'>): TrialSpec[] {
  const seed = plan.experiment.seed;
  const rounds = Math.max(...plan.candidates.map((candidate) => candidate.trials));
  const specs: TrialSpec[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const candidate of plan.candidates) {
      if (round >= candidate.trials) continue;
      const given = candidate.defaults[round];
      specs.push({
        number: specs.length,
        family: candidate.family,
        // The stream depends on family and round alone: adding a family does not change another's draws.
        parameters: given ?? {
          ...candidate.defaults[0],
          ...sampleParameters(candidate.space, new Random(seed).derive('sampler', candidate.family, round)),
        },
        origin: given ? 'default' : 'sampled',
        seed: deriveSeed(seed, 'trial', candidate.family, round),
      });
    }
  }
  return specs;
}
