import { type DataSet, type Judged, METRIC_OF, type OutOfFoldResult } from './rows.ts';

/** What the folds of one set say together. @throws where one of them has no model. */
export function outOfFold(
  { name, task, greedyEnsemble }: DataSet,
  folds: readonly Judged[],
): OutOfFoldResult {
  const failed = folds.find(({ failure }) => failure !== undefined);
  if (failed) throw new Error(`${name}: ${failed.failure}`);
  const losses = folds.flatMap(({ rowLosses }) => rowLosses);
  const mean = meanOf(losses);
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1);
  const ofMean = Math.sqrt(variance / losses.length);
  const metric = METRIC_OF[task];
  // A root moves by half of what is below it, over itself.
  const [value, standardError] =
    metric === 'rmse' ? [Math.sqrt(mean), ofMean / (2 * Math.sqrt(mean))] : [mean, ofMean];
  const names = Object.keys(folds[0]?.scores ?? {});
  return {
    ...{ name, metric, folds: folds.length, value, standardError },
    scores: Object.fromEntries(
      names.map((score) => [score, meanOf(folds.map((one) => one.scores[score] ?? 0))]),
    ),
    greedyEnsemble: greedyEnsemble ?? null,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
