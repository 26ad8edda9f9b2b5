/** What the outer folds of a nested cross-validation say together. */
import type { Experiment, MetricName } from '../experiment.ts';
import type { Interval, NestedJudgement, Scores } from '../judgement.ts';
import { correctedResampledInterval } from '../metrics/corrected-resampled-interval.ts';
import { METRICS } from '../metrics/registry.ts';
import { withinRange } from '../metrics/within-range.ts';
import type { NestedFold } from './nested.ts';

/** Means over the outer folds with corrected resampled-t intervals (Nadeau and Bengio 2003). A metric that is not defined in
 *  every fold is left out.
 *  @param folds in their order; null where one could not be judged.
 *  @returns null where a fold is missing, there are fewer than two, or the ranking metric is not defined in one. */
export function nestedJudgement(
  { metric }: Pick<Experiment, 'metric'>,
  folds: readonly (NestedFold | null)[],
): NestedJudgement | null {
  const judged = folds.filter((fold) => fold !== null);
  const foldScores = judged.flatMap(({ scores }) => scores[metric] ?? []);
  if (judged.length < 2 || judged.length < folds.length || foldScores.length < judged.length) return null;
  const total = (rows: (fold: NestedFold) => number) => judged.reduce((sum, fold) => sum + rows(fold), 0);
  const [trained, rows] = [total((fold) => fold.rowsTrained), total((fold) => fold.rowsJudged)];
  const over = (values: readonly (number | undefined)[]): Interval | null => {
    const known = values.filter((value) => value !== undefined);
    return known.length < judged.length ? null : correctedResampledInterval(known, trained, rows);
  };
  const scores: Scores = {};
  const baseline: Scores = {};
  for (const name of Object.keys(judged[0]?.scores ?? {}) as MetricName[]) {
    const ours = over(judged.map((fold) => fold.scores[name]));
    const theirs = over(judged.map((fold) => fold.baseline[name]));
    if (ours) scores[name] = withinRange(name, ours);
    if (theirs) baseline[name] = withinRange(name, theirs);
  }
  const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
  const gain = over(
    judged.map(({ scores: ours, baseline: theirs }) => {
      const [mine, other] = [ours[metric], theirs[metric]];
      return mine === undefined || other === undefined ? undefined : sign * (mine - other);
    }),
  );
  const candidates = Math.max(...judged.map((fold) => fold.candidates));
  return { folds: judged.length, rows, candidates, scores, baseline, gain, foldScores };
}
