import type { MetricName, Task } from '../experiment.ts';
import type { Interval } from '../judgement.ts';
import {
  bootstrap,
  bootstrapRandom,
  bootstrapUrn,
  resampledInterval,
  standardDeviation,
} from './bootstrap.ts';
import { type IntervalOptions, usualResamples } from './intervals.ts';
import { eachRowOnce, judgedRows } from './judged-rows.ts';
import { isBetter, METRICS } from './registry.ts';
import { prepareScores } from './score.ts';

export interface PairedDifference {
  /** Score of A minus score of B, in the metric's own direction. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the difference over the resamples. */
  readonly standardError: number;
  /** Share of the resamples in which A is the better one, equal scores counting half. */
  readonly probabilityABetter: number;
}

/** The difference as what A gains over B: positive where A is the better one, whichever way the metric goes. */
export function gainOf(metric: MetricName, { difference, low, high }: PairedDifference): Interval {
  return METRICS[metric].greaterIsBetter
    ? { value: difference, low, high }
    : { value: 0 - difference, low: 0 - high, high: 0 - low };
}

/** `threshold` is model A's. */
export interface PairedOptions extends IntervalOptions {
  /** Model B's, where it is another. */
  readonly thresholdB?: number;
}

/** How much two models differ on the same rows, by the paired bootstrap: both are judged on each resample, so what
 *  the rows share cancels, and the interval is as narrow as the comparison allows. The two are "tied" when the
 *  interval holds 0. See `score` for the arguments. */
export function pairedDifference(
  metric: MetricName,
  task: Task,
  target: Float64Array,
  predictionA: Float64Array,
  predictionB: Float64Array,
  nClasses: number,
  options: PairedOptions,
): PairedDifference {
  const { seed, confidence = 0.95, groups, threshold, thresholdB = threshold, scale } = options;
  const resamples = options.resamples ?? usualResamples(target.length);
  const rowsA = judgedRows(task, target, predictionA, nClasses, threshold, scale);
  const scoreA = prepareScores([metric], rowsA);
  const scoreB = prepareScores([metric], judgedRows(task, target, predictionB, nClasses, thresholdB, scale));
  const once = eachRowOnce(rowsA.nRows);
  const differences = new Float64Array(resamples);
  let aBetter = 0;
  bootstrap(
    bootstrapUrn(rowsA.nRows, groups),
    rowsA.nRows,
    resamples,
    bootstrapRandom(seed),
    (counts, resample) => {
      const [a] = scoreA(counts);
      const [b] = scoreB(counts);
      differences[resample] = a - b;
      if (isBetter(metric, a, b)) aBetter += 1;
      else if (!isBetter(metric, b, a)) aBetter += 0.5;
    },
  );
  const difference = scoreA(once)[0] - scoreB(once)[0];
  return {
    difference,
    ...resampledInterval(difference, differences, confidence),
    standardError: standardDeviation(differences),
    probabilityABetter: aBetter / resamples,
  };
}
