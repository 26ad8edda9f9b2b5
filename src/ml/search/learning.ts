/** Score against rows of training data, of the run's own setting, and where more of them would lead. */
import type { Interval } from '../judgement.ts';
import { correctedResampledInterval } from '../metrics/corrected-resampled-interval.ts';
import { type CurveSize, extrapolate } from '../metrics/learning-curve.ts';
import { METRICS } from '../metrics/registry.ts';
import { withinRange } from '../metrics/within-range.ts';
import { normalQuantile, studentTQuantile } from '../quantiles.ts';
import { deriveSeed } from '../random.ts';
import type { LearningCurve } from '../studies.ts';
import { foldScores } from './opinion.ts';
import { chosenBy, rowsOfShare } from './probe-trial.ts';
import type { StudiedModel } from './studied-model.ts';

/** Beside all rows of the fold. */
export const SHARES = [0.125, 0.25, 0.5] as const;
/** Fewer rows are no training set. */
export const LEAST_TRAINED_ON = 40;
/** As many rows as there are, and then more. */
const AHEAD = [1, 2, 4];
/** To continue a curve. */
const FEWEST_SIZES = 3;
const FEWEST_FOLDS = 3;

/** @returns null where no smaller part was trained on. */
export function measureLearning(studied: StudiedModel): LearningCurve | null {
  const { question } = studied;
  const { rows, experiment, all } = question;
  const { folds } = rows.split;
  const { metric, seed } = experiment;
  const { greaterIsBetter, range } = METRICS[metric];
  const mean = (of: (fold: (typeof folds)[number]) => number) =>
    folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length;
  const nTrain = mean(({ training }) => training.length);
  const overFolds = (scores: readonly number[]) =>
    correctedResampledInterval(scores, nTrain, all.nRows / folds.length);
  const sizes = [...SHARES, 1].flatMap((share): CurveSize[] => {
    const opinion = share === 1 ? studied.opinion : studied.changed(() => ({ kind: 'share', share }));
    const scores = opinion ? foldScores(question, opinion) : [Number.NaN];
    const size = Math.round(mean(({ training }) => rowsOfShare(training.length, share)));
    return scores.every(Number.isFinite) ? [{ rows: size, scores }] : [];
  });
  const [half, whole] = sizes.slice(-2);
  if (!half || !whole || folds.length < 2) return null;
  const sign = greaterIsBetter ? 1 : -1;
  const known = rows.target.knownRows.length;
  const canContinue = sizes.length >= FEWEST_SIZES && folds.length >= FEWEST_FOLDS;
  const factor = widening(folds.length, all.nRows / folds.length / nTrain);
  return {
    sizes: sizes.map(({ rows: size, scores }) => ({
      rows: size,
      score: withinRange(metric, overFolds(scores)),
    })),
    rows: known,
    ahead: canContinue
      ? AHEAD.map((times) => {
          const far = (times * known) / whole.rows;
          const score = extrapolate(sizes, far, greaterIsBetter, range, deriveSeed(seed, 'learning'));
          return { rows: times * known, score: withinRange(metric, widen(score, factor)) };
        })
      : [],
    lastDoubling: overFolds(
      whole.scores.map((value, fold) => sign * (value - (half.scores[fold] as number))),
    ),
    chosen: chosenBy(rows),
  };
}

/** Folds that are drawn again show the spread of so few folds, as if they had no training row in common. What the corrected
 *  resampled t interval is wider than the plain one of a large sample, the drawn one is made wider as well (Nadeau and Bengio
 *  2003).
 *  @param ratio rows judged to rows trained on. */
function widening(nFolds: number, ratio: number): number {
  const t = studentTQuantile(0.975, nFolds - 1) / normalQuantile(0.975);
  return t * Math.sqrt(nFolds / (nFolds - 1)) * Math.sqrt(1 + nFolds * ratio);
}

function widen({ value, low, high }: Interval, factor: number): Interval {
  return { value, low: value - factor * (value - low), high: value + factor * (high - value) };
}
