import { Random } from '../../random.ts';
import type { Parameters } from '../distributions.ts';
import { parzenEstimator } from './parzen-estimator.ts';
import { quasiRandomSetting } from './quasi-random.ts';
import type { Observation, Sampler } from './sampler.ts';

/** Values that must be known before the densities say something. */
const N_STARTUP_TRIALS = 10;
/** Optuna draws 24; more find a larger ratio, and cost less than a trial by orders of magnitude. */
const N_CANDIDATES = 64;
/** The share of the trials that count as good ones, and how many at most. Optuna's tenth leaves five of fifty: too few to
 *  see a valley by. */
const GOOD_SHARE = 0.15;
const MOST_GOOD = 25;

/** Tree-structured Parzen estimator (Bergstra et al. 2011) as Optuna 5 has it: multivariate, with the prior's kernel, magic
 *  clip and the constant liar. One density for the best trials, one for the others; of some draws from
 *  the first, the one with the largest ratio is suggested. Trials that still run and failed ones count as bad, which
 *  keeps suggestions that are asked for side by side apart. Starts from quasi-random settings. */
export const tpeSampler: Sampler = {
  label: 'TPE',
  learns: true,
  suggest({ space, seed, number, trials }) {
    const complete = trials.filter(({ state }) => state === 'complete').length;
    if (complete < N_STARTUP_TRIALS) return quasiRandomSetting(space, seed, number);
    const { good, bad } = splitTrials(trials, Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * complete)));
    const [likely, unlikely] = [parzenEstimator(space, good), parzenEstimator(space, bad)];
    const random = new Random(seed).derive('tpe', number);
    let best: { parameters: Parameters; gain: number } | undefined;
    for (let i = 0; i < N_CANDIDATES; i++) {
      const parameters = likely.sample(random);
      const gain = likely.logDensity(parameters) - unlikely.logDensity(parameters);
      if (!best || gain > best.gain) best = { parameters, gain };
    }
    return (best as { parameters: Parameters }).parameters;
  },
};

/** Both oldest first. */
function splitTrials(trials: readonly Observation[], nGood: number) {
  const ranked = trials
    .map((trial, place) => ({ ...trial, place }))
    .filter(({ state }) => state === 'complete')
    .sort((a, b) => a.value - b.value || a.place - b.place);
  const good = new Set(ranked.slice(0, nGood).map(({ place }) => place));
  const settings = (isWanted: (place: number) => boolean) =>
    trials.flatMap(({ parameters }, place) => (isWanted(place) ? [parameters] : []));
  return { good: settings((place) => good.has(place)), bad: settings((place) => !good.has(place)) };
}
