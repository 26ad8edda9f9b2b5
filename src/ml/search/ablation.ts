/** What each part of a model is worth: the model against the rest without it, on the same rows. */
import { fitStacker } from '../ensemble/stacking.ts';
import { holm } from '../inspection/error-slices.ts';
import { usualResamples } from '../metrics/intervals.ts';
import { normalQuantile, studentTQuantile, studentTTail } from '../quantiles.ts';
import { deriveSeed } from '../random.ts';
import type { Ablation, Component, Stability } from '../studies.ts';
import type { RemovablePart } from './list-components.ts';
import { gainOver, type Opinion, opinionOf, type Question, scoreOf } from './opinion.ts';
import { combine } from './predictor.ts';
import type { StudiedModel } from './studied-model.ts';

/** Variance that another seed gives the score of all folds, known from so many repeats. */
export interface SeedNoise {
  readonly variance: number;
  readonly freedom: number;
}

export function seedNoiseOf(stability: Stability | null): SeedNoise {
  if (!stability) return { variance: 0, freedom: 1 };
  const [folds = []] = stability.scores;
  return {
    variance: stability.seedOfMean ** 2,
    freedom: folds.length * (stability.scores.length - 1),
  };
}

/** @param model   the whole one, whose members are left out one by one: of that nothing needs to be trained.
 *  @param studied its members that were trained without the other parts.
 *  @returns null where nothing could be left out. */
export function measureAblation(
  model: StudiedModel,
  studied: StudiedModel,
  parts: readonly RemovablePart[],
  noise: SeedNoise,
): Ablation | null {
  const found = [
    ...parts.flatMap(({ component, probes }) => {
      const rest = studied.changed((trial) => probes.find((one) => one.trial === trial)?.probe ?? null);
      const worth = rest && compare(studied.question, studied.opinion, rest, noise);
      return worth ? [{ ...component, ...worth }] : [];
    }),
    ...membersLeftOut(model),
  ];
  if (found.length === 0) return null;
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return {
    score: scoreOf(studied.question, studied.opinion),
    modelScore: scoreOf(model.question, model.opinion),
    rows: studied.question.all.nRows,
    parts: found
      .map((part, i) => ({ ...part, adjusted: adjusted[i] as number }))
      .sort((a, b) => b.gain.value - a.gain.value),
  };
}

type Worth = Pick<Ablation['parts'][number], 'without' | 'gain' | 'pValue'>;

/** By the paired bootstrap over the rows. Where the rest was trained again, both scores also hold the luck of a seed: its
 *  variance counts twice, and the interval is Student's with the degrees of freedom of Welch and Satterthwaite. */
function compare(question: Question, whole: Opinion, rest: Opinion, noise: SeedNoise): Worth | null {
  const { experiment, all } = question;
  const found = gainOver(question, whole, rest, {
    seed: deriveSeed(experiment.seed, 'ablation'),
    resamples: Math.min(RESAMPLES, usualResamples(all.nRows)),
  });
  if (!found) return null;
  const { value, standardError } = found;
  const ofSeeds = 2 * noise.variance;
  const variance = standardError ** 2 + ofSeeds;
  const error = Math.sqrt(variance);
  const freedom =
    ofSeeds > 0 ? Math.min(MOST_FREEDOM, noise.freedom * (variance / ofSeeds) ** 2) : MOST_FREEDOM;
  const half = error * (freedom < MOST_FREEDOM ? studentTQuantile(0.975, freedom) : normalQuantile(0.975));
  return {
    without: scoreOf(question, rest),
    gain: { value, low: value - half, high: value + half },
    pValue: error > 0 ? 2 * studentTTail(Math.abs(value) / error, freedom) : value === 0 ? 1 : 0,
  };
}

/** Only a standard deviation is wanted: so many tell it to 4%. */
const RESAMPLES = 400;
/** Student's distribution is the normal one from here on, to four digits. */
const MOST_FREEDOM = 1e5;

/** The others take over the weight of the one that is left out, each its share; a stacker is fitted to them anew. */
function membersLeftOut(model: StudiedModel): (Component & Worth)[] {
  const { question, predictions, together, opinion } = model;
  const { members, stacker, calibrator } = together;
  const { nClasses } = question.rows.target;
  if (members.length < 2) return [];
  return members.flatMap(({ trial, family, weight: own }, i) => {
    const others = predictions.filter((_, m) => m !== i);
    const weights = members.filter((_, m) => m !== i).map(({ weight }) => weight / (1 - own));
    const anew =
      stacker &&
      fitStacker(
        { predictions: others.map((part) => Float32Array.from(part)), target: question.all.target, nClasses },
        weights,
      );
    const rest = opinionOf(question, combine(others, { weights, stacker: anew, calibrator, nClasses }));
    const worth = compare(question, opinion, rest, { variance: 0, freedom: 1 });
    const component = { kind: 'member' as const, name: '', member: { trial, family }, columns: [] };
    return worth ? [{ ...component, ...worth }] : [];
  });
}
