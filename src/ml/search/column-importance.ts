/** How much a model, of one member or several, relies on each column, within a bounded amount of work. */
import type { FeatureMatrix } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import { permutationImportance, permuteSource, repeatRows } from '../inspection/permutation-importance.ts';
import type { Importance } from '../judgement.ts';
import { eachRowOnce, judgedRows } from '../metrics/judged-rows.ts';
import { METRICS } from '../metrics/registry.ts';
import { prepareScores } from '../metrics/score.ts';
import type { Yardstick } from '../preprocessing/target.ts';
import { inTargetUnits } from './training-set.ts';

/** Columns that are shuffled; of wider tables only so many. */
const MAX_COLUMNS = 100;
/** Rows that are judged, in tasks with one or two outputs. */
const MAX_ROWS = 2000;
const MIN_ROWS = 200;
/** Per column. */
const SHUFFLES = 5;

interface Question {
  readonly experiment: Experiment;
  /** With their features of rows that they were not trained on: all of the same rows. */
  readonly members: readonly MemberInQuestion[];
  /** What the members say together. */
  readonly combine: (predictions: readonly Float64Array[]) => Float64Array;
  /** Float64Array (nRows). */
  readonly target: Float64Array;
  readonly nClasses: number;
  /** What the model says of these rows. */
  readonly prediction: Float64Array;
  /** What the target is measured from and by, where models say that many scales from the level. */
  readonly yardstick?: Yardstick;
  readonly threshold: number | null;
  readonly seed: number;
  readonly shouldStop: () => boolean;
}

interface MemberInQuestion {
  readonly features: FeatureMatrix;
  readonly predict: (features: FeatureMatrix) => Float64Array;
}

/** Permutation importance in the ranking metric; a column is shuffled in the same way for every member. With more than
 *  100 columns only the 100 are judged whose values go most with the predictions: a column that the model does not
 *  follow at all cannot matter to it.
 *  @returns sorted by mean, largest first; empty where the metric is undefined on these rows. */
export function columnImportance(question: Question): Importance[] {
  const { experiment, combine, nClasses, threshold, seed, shouldStop } = question;
  const { members, target, prediction, yardstick } = thinnedRows(question);
  const { metric, task } = experiment;
  const once = eachRowOnce(target.length);
  const everyRow = Uint32Array.from(target, (_, row) => row);
  const scoreOf = (said: Float64Array) => {
    const values = inTargetUnits({ ...(yardstick && { yardstick }) }, everyRow, said);
    const [score] = prepareScores(
      [metric],
      judgedRows(task, target, values, nClasses, threshold ?? undefined, yardstick?.scale),
    )(once);
    return score as number;
  };
  const plain = scoreOf(prediction);
  if (!Number.isFinite(plain)) return [];
  const nRows = target.length;
  const nOutputs = prediction.length / nRows;
  const blocks = members.map(({ features }) => repeatRows(features, SHUFFLES));
  const importances = permutationImportance({
    columns: followedColumns(
      experiment.features,
      members.map((member) => member.features),
      prediction,
    ),
    nRows,
    score: plain,
    greaterIsBetter: METRICS[metric].greaterIsBetter,
    scoresWithPermuted: (column, permutations) => {
      const together = combine(
        members.map(({ predict }, i) =>
          predict(permuteSource(blocks[i] as FeatureMatrix, column, permutations)),
        ),
      );
      return permutations.map((_, block) =>
        scoreOf(together.subarray(block * nRows * nOutputs, (block + 1) * nRows * nOutputs)),
      );
    },
    repeats: SHUFFLES,
    seed,
    shouldStop,
  });
  return importances.filter(({ mean, low, high }) => [mean, low, high].every(Number.isFinite));
}

/** How many rows all members together predict for the importance of all columns: what it costs. */
export function importancePredictions(
  nColumns: number,
  nRows: number,
  nClasses: number,
  nMembers: number,
): number {
  return Math.min(MAX_COLUMNS, nColumns) * SHUFFLES * nMembers * rowsPerShuffle(nRows, nClasses, nMembers);
}

/** How many of the held-out rows are predicted anew for every shuffle. Trees and weights grow with the number of
 *  classes and of members, so fewer rows are taken the more there are: the work stays about the same. */
function rowsPerShuffle(nRows: number, nClasses: number, nMembers: number): number {
  const share = 2 / Math.max(2, nClasses) / nMembers;
  return Math.min(nRows, Math.max(MIN_ROWS, Math.floor(MAX_ROWS * share)));
}

function thinnedRows({
  members,
  target,
  prediction,
  yardstick,
  nClasses,
}: Question): Pick<Question, 'members' | 'target' | 'prediction' | 'yardstick'> {
  const nRows = target.length;
  const wanted = rowsPerShuffle(nRows, nClasses, members.length);
  const same = yardstick && { yardstick };
  if (nRows <= wanted) return { members, target, prediction, ...same };
  const stride = Math.ceil(nRows / wanted);
  const kept = (_: number, row: number) => row % stride === 0;
  const nOutputs = prediction.length / nRows;
  const someRows = target.filter(kept);
  return {
    members: members.map(({ features, predict }) => {
      const columns = features.columns.map((values) => values.filter(kept));
      return { predict, features: { ...features, nRows: someRows.length, columns } };
    }),
    target: someRows,
    prediction: prediction.filter((_, i) => Math.floor(i / nOutputs) % stride === 0),
    ...(yardstick && {
      yardstick: { level: yardstick.level.filter(kept), scale: yardstick.scale.filter(kept) },
    }),
  };
}

function followedColumns(
  names: readonly string[],
  matrices: readonly FeatureMatrix[],
  prediction: Float64Array,
): readonly string[] {
  if (names.length <= MAX_COLUMNS) return names;
  const nOutputs = prediction.length / (matrices[0]?.nRows ?? 1);
  const lastOutput = prediction.filter((_, i) => i % nOutputs === nOutputs - 1);
  const strength = new Map(names.map((name) => [name, 0]));
  for (const { columns, features } of matrices) {
    features.forEach(({ source }, j) => {
      const follows = Math.abs(correlation(columns[j] as Float64Array, lastOutput));
      strength.set(source, Math.max(strength.get(source) ?? 0, follows));
    });
  }
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
