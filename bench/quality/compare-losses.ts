import { bootstrap, resampledInterval } from '../../src/ml/metrics/bootstrap.ts';
import { eachRowOnce } from '../../src/ml/metrics/judged-rows.ts';
import { rowMean } from '../../src/ml/metrics/row-mean.ts';
import { Random } from '../../src/ml/random.ts';
import type { Difference, Metric } from './rows.ts';

const RESAMPLES = 2000;

/** Ours minus theirs on the same rows, both judged on every resample. */
export function compareLosses(
  metric: Metric,
  ours: readonly number[],
  theirs: readonly number[],
  seed: number,
): Difference {
  const nRows = ours.length;
  const finish = metric === 'rmse' ? Math.sqrt : (mean: number) => mean;
  const ourMean = rowMean(Float64Array.from(ours));
  const theirMean = rowMean(Float64Array.from(theirs));
  const difference = (counts: Uint32Array) => finish(ourMean(counts)) - finish(theirMean(counts));
  const differences = new Float64Array(RESAMPLES);
  bootstrap({ kind: 'rows', nRows }, nRows, RESAMPLES, new Random(seed), (counts, resample) => {
    differences[resample] = difference(counts);
  });
  const value = difference(eachRowOnce(nRows));
  return { value, ...resampledInterval(value, differences, 0.95) };
}
