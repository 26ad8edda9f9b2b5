/** How much the fitted winner relies on each column, within a bounded amount of work. */
import type { FeatureMatrix, FittedEstimator, TrainingSet } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import { permutationImportance, permuteSource } from '../inspection/permutation-importance.ts';
import type { Importance } from '../judgement.ts';
import { METRICS } from '../metrics/registry.ts';
import { score } from '../metrics/score.ts';

/** Columns that are shuffled; of wider tables only so many. */
const MAX_COLUMNS = 100;
/** Rows that are judged, in tasks with one or two outputs. */
const MAX_ROWS = 2000;
const MIN_ROWS = 400;

interface Question {
  readonly experiment: Experiment;
  readonly fitted: FittedEstimator;
  /** Rows that the model was not trained on, with what it predicts for them. */
  readonly judged: TrainingSet;
  readonly prediction: Float64Array;
  readonly seed: number;
  readonly shouldStop: () => boolean;
}

/** Permutation importance in the ranking metric. With more than 100 columns only the 100 are judged whose values go
 *  most with the predictions: a column that the model does not follow at all cannot matter to it.
 *  @returns sorted by mean, largest first; empty where the metric is undefined on these rows. */
export function columnImportance(question: Question): Importance[] {
  const { experiment, fitted, seed, shouldStop } = question;
  const { judged, prediction } = thinnedRows(question);
  const { metric, task } = experiment;
  const scoreOf = (values: Float64Array) => score(metric, task, judged.target, values, judged.nClasses);
  const plain = scoreOf(prediction);
  if (!Number.isFinite(plain)) return [];
  const importances = permutationImportance({
    columns: followedColumns(experiment.features, judged.features, prediction),
    nRows: judged.features.nRows,
    score: plain,
    greaterIsBetter: METRICS[metric].greaterIsBetter,
    scoreWithPermuted: (column, permutation) =>
      scoreOf(fitted.predict(permuteSource(judged.features, column, permutation))),
    seed,
    shouldStop,
  });
  return importances.filter(({ mean, low, high }) => [mean, low, high].every(Number.isFinite));
}

/** How many of the held-out rows are predicted anew for every shuffle. Trees and weights grow with the number of
 *  classes, so fewer rows are taken the more there are: the work stays the same. */
export function importanceRows(nRows: number, nClasses: number): number {
  return Math.min(nRows, Math.max(MIN_ROWS, Math.floor((MAX_ROWS * 2) / Math.max(2, nClasses))));
}

function thinnedRows({ judged, prediction }: Question): Pick<Question, 'judged' | 'prediction'> {
  const { nRows } = judged.features;
  const wanted = importanceRows(nRows, judged.nClasses);
  if (nRows <= wanted) return { judged, prediction };
  const stride = Math.ceil(nRows / wanted);
  const kept = (_: number, row: number) => row % stride === 0;
  const nOutputs = prediction.length / nRows;
  const columns = judged.features.columns.map((values) => values.filter(kept));
  const target = judged.target.filter(kept);
  return {
    judged: { ...judged, target, features: { ...judged.features, nRows: target.length, columns } },
    prediction: prediction.filter((_, i) => Math.floor(i / nOutputs) % stride === 0),
  };
}

function followedColumns(
  names: readonly string[],
  matrix: FeatureMatrix,
  prediction: Float64Array,
): readonly string[] {
  if (names.length <= MAX_COLUMNS) return names;
  const nOutputs = prediction.length / matrix.nRows;
  const lastOutput = prediction.filter((_, i) => i % nOutputs === nOutputs - 1);
  const strength = new Map(names.map((name) => [name, 0]));
  matrix.features.forEach(({ source }, j) => {
    const follows = Math.abs(correlation(matrix.columns[j] as Float64Array, lastOutput));
    strength.set(source, Math.max(strength.get(source) ?? 0, follows));
  });
  const strongest = [...names].sort((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0));
  return strongest.slice(0, MAX_COLUMNS);
}

/** Pearson's correlation over the rows where `a` is present; 0 where it is undefined. */
function correlation(a: Float64Array, b: Float64Array): number {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let varianceA = 0;
  let varianceB = 0;
  let covariance = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    if (Number.isNaN(x)) continue;
    n++;
    const fromA = x - meanA;
    const fromB = (b[i] as number) - meanB;
    meanA += fromA / n;
    meanB += fromB / n;
    varianceA += fromA * (x - meanA);
    varianceB += fromB * ((b[i] as number) - meanB);
    covariance += fromA * ((b[i] as number) - meanB);
  }
  const r = covariance / Math.sqrt(varianceA * varianceB);
  return Number.isFinite(r) ? r : 0;
}
