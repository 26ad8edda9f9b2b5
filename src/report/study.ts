/** What the trials of a run say about its hyperparameters: the drawn settings of a family with their scores, where they lie,
 *  and which of them decided. */
import { METRICS } from '../ml/metrics/registry.ts';
import type { Distribution, SearchSpace } from '../ml/tuning/distributions.ts';
import { type HyperparameterImportance, hyperparameterImportances } from '../ml/tuning/importances.ts';
import type { Family } from '../ml/tuning/trial.ts';
import type { Report, TrialRow } from './report.ts';

export type ScoredTrial = TrialRow & { readonly score: NonNullable<TrialRow['score']> };

export interface Study {
  readonly family: Family;
  /** The best first. */
  readonly trials: readonly ScoredTrial[];
  /** Of what varied: as far as the settings reach. */
  readonly space: SearchSpace;
  /** The largest first; empty where too few settings say nothing. */
  readonly importances: readonly HyperparameterImportance[];
}

/** With fewer settings a picture of them shows nothing. */
const FEWEST_TRIALS = 4;
/** With fewer, the shares are mostly noise. */
const FEWEST_FOR_IMPORTANCE = 10;
/** A range that spans so many times its low end is read in the logarithm. */
const LOG_FROM = 15;

/** Of the family with the most scored settings that differ, the winner's where it has enough; null without one. */
export function studyOf({ trials, winner, metric }: Report): Study | null {
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  const families = [winner.family, ...new Set(trials.map(({ family }) => family))];
  const studies = families.map((family): Study => {
    const scored = trials
      .filter((trial): trial is ScoredTrial => trial.family === family && trial.score !== null)
      .sort((a, b) => sign * (a.score.value - b.score.value) || a.number - b.number);
    return { family, trials: scored, space: spaceOf(scored), importances: [] };
  });
  const shown = studies.filter(
    (study) => study.trials.length >= FEWEST_TRIALS && Object.keys(study.space).length > 0,
  );
  const own = shown.find(({ family }) => family === winner.family);
  const largest = shown.reduce<Study | null>(
    (most, study) => (!most || study.trials.length > most.trials.length ? study : most),
    null,
  );
  const study = own ?? largest;
  return study && { ...study, importances: importancesOf(study, sign) };
}

/** What varies between the settings, between the values that it had. */
function spaceOf(trials: readonly ScoredTrial[]): SearchSpace {
  const names = new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)));
  const space: Record<string, Distribution> = {};
  for (const name of names) {
    const values = trials.map(({ parameters }) => parameters[name]).filter((value) => value !== undefined);
    const different = [...new Set(values)];
    if (different.length < 2) continue;
    const numbers = different.filter((value) => typeof value === 'number');
    if (numbers.length < different.length) {
      space[name] = { kind: 'categorical', choices: different.sort() };
      continue;
    }
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    space[name] = { kind: 'float', low, high, log: low > 0 && high / low >= LOG_FROM };
  }
  return space;
}

function importancesOf({ trials, space }: Study, sign: number): HyperparameterImportance[] {
  if (trials.length < FEWEST_FOR_IMPORTANCE) return [];
  return hyperparameterImportances(
    space,
    trials.map(({ parameters, score }) => ({
      parameters,
      state: 'complete' as const,
      value: sign * score.value,
    })),
  );
}

/** What varied, what decided most first. */
export function namesByImportance({ space, importances }: Study): string[] {
  const ranked = importances.map(({ name }) => name);
  return [...ranked, ...Object.keys(space).filter((name) => !ranked.includes(name))];
}
