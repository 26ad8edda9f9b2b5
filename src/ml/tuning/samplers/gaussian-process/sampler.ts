import { Random } from '../../../random.ts';
import type { Distribution, Parameters, SearchSpace } from '../../distributions.ts';
import { buildSetting } from '../../settings.ts';
import { fromUnit, toUnit } from '../../unit-interval.ts';
import { quasiRandomSetting } from '../quasi-random.ts';
import { drawSetting } from '../random.ts';
import type { Observation, Sampler, SamplerInput } from '../sampler.ts';
import { logExpectedImprovement } from './expected-improvement.ts';
import { coordinatesOf, type Point } from './kernel.ts';
import { fitGaussianProcess, type GaussianProcess } from './regression.ts';

/** More trials than this are thinned to the best and the latest: a fit costs their number to the third power. */
const MOST_TRIALS = 100;
const DRAWN_CANDIDATES = 400;
const ROUNDS_OF_REFINEMENT = 6;
const CANDIDATES_PER_ROUND = 40;

/** Expected improvement under a Gaussian process: the strongest choice for few trials, at a cost that grows with their
 *  number. A trial that still runs counts as if it had ended as expected (the "believer" of Ginsbourger et al. 2010), a
 *  failed one as if it had ended as the worst. */
export const gaussianProcessSampler: Sampler = {
  label: 'Gaussian-process search',
  learns: true,
  suggest(input) {
    const { space, seed, number, trials } = input;
    const known = trials.filter(({ state }) => state === 'complete');
    if (known.length < startupTrials(space)) return quasiRandomSetting(space, seed, number);
    const { isChoice, toPoint } = coordinatesOf(space);
    const used = thin(withFailures(trials, known));
    const values = standardise(used.map(({ value }) => value));
    let process = fitGaussianProcess(
      isChoice,
      used.map(({ parameters }) => toPoint(parameters)),
      values,
    );
    for (const { parameters, state } of trials) {
      if (state !== 'running') continue;
      const point = toPoint(parameters);
      process = process.with(point, process.at(point).mean);
    }
    // The best of what is believed, not of what was seen: a lucky value must not stop the search.
    const believed = used.map(({ parameters }) => process.at(toPoint(parameters)).mean);
    return maximise(
      input,
      process,
      toPoint,
      Math.min(...believed),
      used[believed.indexOf(Math.min(...believed))] as Observation,
    );
  },
};

/** One more than there are parameters, as long as a space is small: with fewer, noise is taken for shape. */
function startupTrials(space: SearchSpace): number {
  return Math.max(4, Math.min(10, Object.keys(space).length + 1));
}

function withFailures(trials: readonly Observation[], known: readonly Observation[]): Observation[] {
  const worst = Math.max(...known.map(({ value }) => value));
  return trials.flatMap((trial) => {
    if (trial.state === 'running') return [];
    return [trial.state === 'failed' ? { ...trial, value: worst } : trial];
  });
}

function thin(trials: readonly Observation[]): readonly Observation[] {
  if (trials.length <= MOST_TRIALS) return trials;
  const places = trials.map((_, place) => place);
  const best = [...places]
    .sort((a, b) => (trials[a] as Observation).value - (trials[b] as Observation).value || a - b)
    .slice(0, MOST_TRIALS / 2);
  const kept = new Set([...best, ...places.slice(-MOST_TRIALS / 2)]);
  return trials.filter((_, place) => kept.has(place));
}

/** To an average of 0 and a spread of 1. What is far worse than the middle says little of where the best is, so it is
 *  drawn near: the best half decides the scale. */
function standardise(values: readonly number[]): Float64Array {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] as number;
  const limit = middle + 3 * (middle - (sorted[0] as number));
  const near = values.map((value) => (limit > middle ? Math.min(value, limit) : value));
  const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
  const spread = Math.sqrt(near.reduce((sum, value) => sum + (value - mean) ** 2, 0) / near.length);
  return Float64Array.from(near, (value) => (spread > 0 ? (value - mean) / spread : 0));
}

/** Draws all over the space, then steps that get shorter around the most promising one and the best known. */
function maximise(
  { space, seed, number }: SamplerInput,
  process: GaussianProcess,
  toPoint: (parameters: Parameters) => Point,
  best: number,
  { parameters: bestKnown }: Observation,
): Parameters {
  const random = new Random(seed).derive('gaussian-process', number);
  const gainOf = (parameters: Parameters) => logExpectedImprovement(process.at(toPoint(parameters)), best);
  let chosen = { parameters: drawSetting(space, random), gain: Number.NEGATIVE_INFINITY };
  const consider = (parameters: Parameters) => {
    const gain = gainOf(parameters);
    if (gain > chosen.gain) chosen = { parameters, gain };
  };
  for (let i = 0; i < DRAWN_CANDIDATES; i++) consider(drawSetting(space, random));
  for (let i = 0; i < CANDIDATES_PER_ROUND; i++) consider(neighbour(space, bestKnown, 0.1, random));
  for (let round = 0; round < ROUNDS_OF_REFINEMENT; round++) {
    const width = 0.2 / 2 ** round;
    for (let i = 0; i < CANDIDATES_PER_ROUND; i++)
      consider(neighbour(space, chosen.parameters, width, random));
  }
  return chosen.parameters;
}

/** A setting near another one: ranges move by a normal step, a choice is drawn anew now and then. */
function neighbour(space: SearchSpace, from: Parameters, width: number, random: Random): Parameters {
  const rate = 1 / Object.keys(space).length;
  return buildSetting(space, (name, distribution: Distribution) => {
    const value = from[name];
    const moves = random.uniform();
    const step = random.normal();
    const anew = random.uniform();
    if (value === undefined) return fromUnit(distribution, anew);
    if (distribution.kind === 'categorical') return moves < rate ? fromUnit(distribution, anew) : value;
    if (moves > Math.max(rate, 0.5)) return value;
    return fromUnit(distribution, Math.min(1, Math.max(0, toUnit(distribution, value) + width * step)));
  });
}
