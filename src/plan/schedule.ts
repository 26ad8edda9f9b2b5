/** The schedule: the fixed list of trials that a plan stands for. How many there are, of which family and with which seed,
 *  is a pure function of the plan; the setting of a trial may also depend on the results of trials before it. */
import { METRICS } from '../ml/metrics/registry.ts';
import { deriveSeed } from '../ml/random.ts';
import type { Parameters } from '../ml/tuning/distributions.ts';
import type { Observation } from '../ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../ml/tuning/samplers/samplers.ts';
import { isInSpace } from '../ml/tuning/settings.ts';
import type { TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Candidate, Plan } from './plan.ts';

/** A sampler that learns knows the results of its family's trials up to so many turns ago; the later ones count as running,
 *  finished or not. So many trials of one family can compute side by side, and neither their order nor the number of
 *  threads changes what is tried. */
const TURNS_BEHIND = 4;

/** A trial whose setting may not be known yet. */
export type PlannedTrial = Omit<TrialSpec, 'parameters'> & {
  /** Of the same family, from 0. */
  readonly turn: number;
  readonly candidate: Candidate;
};

/** The part of a trial's result that samplers learn from. */
type Results = ReadonlyMap<number, Pick<TrialResult, 'state' | 'score'>>;
type PlanOfTrials = Pick<Plan, 'candidates' | 'experiment' | 'sampler'>;

export class Schedule {
  readonly #plan: PlanOfTrials;
  /** In the order they are started. Numbers follow that order. */
  readonly trials: readonly PlannedTrial[];
  readonly #specs = new Map<number, TrialSpec>();

  constructor(plan: PlanOfTrials) {
    this.#plan = plan;
    this.trials = listTrials(plan);
  }

  /** The trial with its setting; null while that depends on a result that is not known.
   *  @param results of this plan's trials, by number. They may only become more from call to call. */
  specOf(number: number, results: Results): TrialSpec | null {
    const known = this.#specs.get(number);
    if (known) return known;
    const { turn, candidate, ...trial } = this.trials[number] as PlannedTrial;
    const parameters = candidate.defaults[turn] ?? this.#draw(turn, candidate, results);
    if (!parameters) return null;
    const spec = { ...trial, parameters };
    this.#specs.set(number, spec);
    return spec;
  }

  #draw(turn: number, candidate: Candidate, results: Results): Parameters | null {
    const { sampler: name, experiment } = this.#plan;
    const sampler = SAMPLERS[name];
    const trials: Observation[] = [];
    if (sampler.learns) {
      for (const earlier of this.trials) {
        if (earlier.candidate !== candidate || earlier.turn >= turn) continue;
        const isSeen = earlier.turn <= turn - TURNS_BEHIND;
        if (isSeen && !results.has(earlier.number)) return null;
        const spec = this.specOf(earlier.number, results);
        if (!spec) return null;
        if (!isComparable(spec.parameters, candidate)) continue;
        trials.push(this.#observe(spec, isSeen ? results.get(earlier.number) : undefined));
      }
    }
    const { space, defaults, family } = candidate;
    const drawn = sampler.suggest({
      space,
      seed: deriveSeed(experiment.seed, 'sampler', family),
      number: turn - defaults.length,
      planned: candidate.trials - defaults.length,
      trials,
    });
    return { ...defaults[0], ...drawn };
  }

  #observe({ parameters }: TrialSpec, result: Pick<TrialResult, 'state' | 'score'> | undefined): Observation {
    const { greaterIsBetter } = METRICS[this.#plan.experiment.metric];
    if (!result) return { parameters, state: 'running', value: Number.NaN };
    if (result.score === null) return { parameters, state: 'failed', value: Number.NaN };
    return { parameters, state: 'complete', value: greaterIsBetter ? -result.score : result.score };
  }
}

/** The families take turns, each with its defaults first and then its drawn settings, so that a run which is stopped early
 *  has tried every family. */
function listTrials({ candidates, experiment }: PlanOfTrials): PlannedTrial[] {
  const turns = Math.max(...candidates.map((candidate) => candidate.trials));
  const trials: PlannedTrial[] = [];
  for (let turn = 0; turn < turns; turn++) {
    for (const candidate of candidates) {
      if (turn >= candidate.trials) continue;
      const { family } = candidate;
      trials.push({
        number: trials.length,
        family,
        origin: turn < candidate.defaults.length ? 'default' : 'sampled',
        // Family and turn alone: adding a family does not change another's trials.
        seed: deriveSeed(experiment.seed, 'trial', family, turn),
        turn,
        candidate,
      });
    }
  }
  return trials;
}

/** Whether a trial says something about the space: it lies in it and differs from the first default in nothing else. */
function isComparable(parameters: Parameters, { space, defaults }: Candidate): boolean {
  const usual = defaults[0] ?? {};
  const others = Object.keys({ ...usual, ...parameters }).filter((name) => !Object.hasOwn(space, name));
  return isInSpace(space, parameters) && others.every((name) => parameters[name] === usual[name]);
}
