/** The schedule: the fixed list of trials that a plan stands for. How many there are, of which family and with which seed,
 *  is a pure function of the plan; the setting of a trial may also depend on the results of trials before it. */
import type { MetricName } from '../ml/experiment.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import { deriveSeed } from '../ml/random.ts';
import type { Parameters } from '../ml/tuning/distributions.ts';
import { FEWEST_RIVALS } from '../ml/tuning/pruners/fold-pruners.ts';
import type { Observation } from '../ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../ml/tuning/samplers/samplers.ts';
import { isInSpace } from '../ml/tuning/settings.ts';
import type { Origin, Race, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Candidate, Plan } from './plan.ts';

/** A sampler that learns, and a pruner, know the results of a family's trials up to so many turns ago; the later ones count
 *  as running, finished or not. So many trials of one family can compute side by side, and neither their order nor the number
 *  of threads changes what is tried. */
const TURNS_BEHIND = 4;
/** The first turn of a family in which enough rivals can be known. */
export const FIRST_PRUNED_TURN = TURNS_BEHIND + FEWEST_RIVALS - 1;

/** A trial whose setting may not be known yet. */
export type PlannedTrial = Omit<TrialSpec, 'parameters' | 'race'> & {
  /** Of the same family, from 0. */
  readonly turn: number;
  readonly candidate: Candidate;
};

/** The part of a trial's result that samplers learn from, and trials are pruned by. */
type Result = Pick<TrialResult, 'state' | 'score'> & Partial<Pick<TrialResult, 'folds'>>;
type Results = ReadonlyMap<number, Result>;
type PlanOfTrials = Pick<Plan, 'candidates' | 'experiment' | 'sampler'> & Partial<Pick<Plan, 'pruner'>>;

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
    const race = this.#race(turn, candidate, results);
    const parameters = race && (settingsOf(candidate)[turn] ?? this.#draw(turn, candidate, results));
    if (!parameters) return null;
    const spec = { ...trial, parameters, ...(race.rivals.length > 0 && { race }) };
    this.#specs.set(number, spec);
    return spec;
  }

  #draw(turn: number, candidate: Candidate, results: Results): Parameters | null {
    const { sampler: name, experiment } = this.#plan;
    const sampler = SAMPLERS[name];
    const { space, family, earlier: known } = candidate;
    const trials: Observation[] = [];
    if (sampler.learns) {
      const comparable = known?.trials.filter(({ parameters }) => isComparable(parameters, candidate)) ?? [];
      for (const { parameters, score } of comparable) trials.push(this.#complete(parameters, score));
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
    const settings = settingsOf(candidate).length;
    const drawn = sampler.suggest({
      space,
      seed: deriveSeed(experiment.seed, 'sampler', family),
      number: turn - settings + (known?.drawn ?? 0),
      planned: candidate.trials - settings,
      trials,
    });
    return { ...baseOf(candidate), ...drawn };
  }

  /** @returns null while a result is missing that the trial must know before it starts. */
  #race(turn: number, candidate: Candidate, results: Results): Race | null {
    const { pruner = 'none', experiment } = this.#plan;
    const race: Race = { pruner, rivals: [] };
    if (pruner === 'none' || turn < FIRST_PRUNED_TURN) return race;
    for (const { candidate: other, turn: theirs, number } of this.trials) {
      if (other !== candidate || theirs > turn - TURNS_BEHIND) continue;
      const result = results.get(number);
      if (!result) return null;
      const scores = result.folds?.map(({ scores: all }) => all[experiment.metric] ?? Number.NaN) ?? [];
      if (result.state === 'complete' && scores.every(Number.isFinite)) race.rivals.push(scores);
    }
    return race.rivals.length < FEWEST_RIVALS ? { pruner, rivals: [] } : race;
  }

  #observe({ parameters, race }: TrialSpec, result: Result | undefined): Observation {
    if (!result) return { parameters, state: 'running', value: Number.NaN };
    const score = result.score ?? (race && scoreInAllFolds(result, race, this.#plan.experiment.metric));
    return score === undefined
      ? { parameters, state: 'failed', value: Number.NaN }
      : this.#complete(parameters, score);
  }

  #complete(parameters: Parameters, score: number): Observation {
    const { greaterIsBetter } = METRICS[this.#plan.experiment.metric];
    return { parameters, state: 'complete', value: greaterIsBetter ? -score : score };
  }
}

/** What comes before the settings that are drawn. */
function settingsOf({ starts = [], defaults }: Candidate): Parameters[] {
  return [...starts.map(({ parameters }) => parameters), ...defaults];
}

function baseOf({ base, defaults }: Candidate): Parameters {
  return base ?? defaults[0] ?? {};
}

/** What a pruned trial would have scored if its rivals beat it in the other folds as they did in its own: its mean would
 *  be that of easier or harder folds otherwise, and a sampler that is not told stays ignorant of where not to look. */
function scoreInAllFolds(
  { state, folds = [] }: Result,
  { rivals }: Race,
  metric: MetricName,
): number | undefined {
  if (state !== 'pruned' || folds.length === 0) return undefined;
  const own = folds.map(({ scores }) => scores[metric] ?? Number.NaN);
  const shift = meanOf(rivals.map((scores) => meanOf(scores) - meanOf(scores.slice(0, own.length))));
  const score = meanOf(own) + shift;
  return Number.isFinite(score) ? score : undefined;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
        origin: originOf(turn, candidate),
        // Family and turn alone: adding a family does not change another's trials.
        seed: deriveSeed(experiment.seed, 'trial', family, turn),
        turn,
        candidate,
      });
    }
  }
  return trials;
}

function originOf(turn: number, { starts = [], defaults }: Candidate): Origin {
  return starts[turn]?.origin ?? (turn < starts.length + defaults.length ? 'default' : 'sampled');
}

/** Whether a trial says something about the space: it lies in it and differs from drawn settings in nothing else. */
function isComparable(parameters: Parameters, candidate: Candidate): boolean {
  const { space } = candidate;
  const usual = baseOf(candidate);
  const others = Object.keys({ ...usual, ...parameters }).filter((name) => !Object.hasOwn(space, name));
  return isInSpace(space, parameters) && others.every((name) => parameters[name] === usual[name]);
}
