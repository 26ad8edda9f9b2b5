/** k nearest neighbours: the prediction for a row is what the training rows most like it say (Cover and Hart 1967). */
import { z } from 'zod';
import { rowWeights, weightsOfCountingRows } from '../class-weights.ts';
import { everyRow } from '../data/rows.ts';
import type {
  CurvePoint,
  Estimator,
  FeatureMatrix,
  FitOptions,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../estimator.ts';
import { Task } from '../experiment.ts';
import { Random } from '../random.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { CurvePoint as StoredCurvePoint } from '../tuning/trial.ts';
import { packRow, presentMeans, strideOf } from './packing.ts';
import { NeighboursParameters } from './parameters.ts';
import { growTree, searcher, type Tree, treeOf } from './tree.ts';
import { priorOf, tellVotes, type Voters } from './votes.ts';

/** Single-precision cells of a model at most, 128 MiB. A wider training set is thinned until it fits; the tree's boxes
 *  add less than a quarter of that, and predictions take one row at a time. */
const MAX_CELLS = 2 ** 25;

/** Rows at most that the training loss is measured on, evenly spaced. */
const JUDGED_TRAINING_ROWS = 1000;

/** How many rows are judged between two questions whether to stop. */
const ROWS_BETWEEN_QUESTIONS = 64;

/** Nearest neighbours on the dense view, by Euclidean distance in the features as they are given, so they should be
 *  on one scale. NaN counts as the training mean of its feature, infinities as ±1e15. Rows at equal distance are taken
 *  in the order of the training set.
 *
 *  A row's weight multiplies its vote; rows of weight 0 are left out. The seed only draws the rows that are kept where
 *  there are more than `maxRows` or than fit into memory. The curve is a single point: the loss of up to 1,000 training
 *  rows, each judged by the others, and that of the validation rows. Throws RangeError without a row that counts. */
export const neighbours = {
  fit,
  restore: async (serialised) => fittedFrom(restore(serialised)),
} satisfies Estimator;

interface NeighboursModel extends Voters {
  readonly parameters: NeighboursParameters;
  /** Names of the features, in the order of the columns. */
  readonly features: readonly string[];
  /** Float64Array (nFeatures): what stands in for NaN. */
  readonly means: Float64Array;
  readonly tree: Tree;
  readonly curve: readonly CurvePoint[];
}

async function fit(
  training: TrainingSet,
  parameters: Parameters,
  options: FitOptions,
): Promise<FittedEstimator> {
  const settings = NeighboursParameters.parse(parameters);
  const { task, nClasses, features, target } = training;
  const weights = rowWeights(training);
  const nFeatures = features.columns.length;
  const stride = strideOf(nFeatures);
  const fitting = Math.floor(MAX_CELLS / Math.max(1, stride));
  const rows = keptRows(target.length, weights, Math.min(settings.maxRows, fitting), options.seed);
  if (rows.length === 0) throw new RangeError('nearest neighbours need at least one training row');

  const means = presentMeans(features, rows, weights);
  const cells = new Float32Array(rows.length * stride);
  rows.forEach((row, i) => {
    packRow(features, row, means, cells, i * stride);
  });
  const tree = growTree(cells, rows.length, stride);
  const treeTarget = Float64Array.from(tree.order, (i) => target[rows[i]]);
  const treeWeights =
    weights && weightsOfCountingRows(Float64Array.from(tree.order, (i) => weights[rows[i]]));
  const model: Omit<NeighboursModel, 'curve'> = {
    task,
    nClasses,
    parameters: settings,
    features: features.features.map(({ name }) => name),
    means,
    tree,
    target: treeTarget,
    rowWeights: treeWeights ?? null,
    prior: priorOf(task, nClasses, treeTarget, treeWeights ?? null),
  };
  const curve = await judge(model, options);
  return fittedFrom({ ...model, curve });
}

/** @returns Uint32Array: the rows that count, in order; a seeded draw of them where they are more than `limit`. */
function keptRows(
  nRows: number,
  weights: Float64Array | undefined,
  limit: number,
  seed: number,
): Uint32Array {
  const rows = everyRow(nRows).filter((i) => !weights || weights[i] > 0);
  if (rows.length <= limit) return rows;
  return new Random(seed).shuffle(rows).slice(0, limit).sort();
}

/** The single point of the curve; none when the fit is told to stop before it is complete. */
async function judge(
  model: Omit<NeighboursModel, 'curve'>,
  { validation, onStep, shouldStop }: FitOptions,
): Promise<CurvePoint[]> {
  const { tree, parameters, nClasses, target, rowWeights: treeWeights } = model;
  const search = searcher(tree, parameters.k);
  const told = new Float64Array(nClasses);
  const nJudged = Math.min(tree.nRows, JUDGED_TRAINING_ROWS);
  const position = (i: number) => Math.floor((i * tree.nRows) / nJudged);
  const trainLoss = weightedMean(nJudged, shouldStop, (i) => {
    const at = position(i);
    const query = tree.cells.subarray(at * tree.stride, (at + 1) * tree.stride);
    tellVotes(search(query, at), model, parameters, told, 0);
    return { loss: lossOf(model, told, target[at]), weight: treeWeights ? treeWeights[at] : 1 };
  });
  if (trainLoss === null) return [];
  const point: { step: number; trainLoss: number; validationLoss?: number } = { step: 1, trainLoss };
  if (validation) {
    const predictRow = rowPredictor(model, validation.features);
    const weights = rowWeights(validation);
    const validationLoss = weightedMean(validation.target.length, shouldStop, (i) => {
      predictRow(i, told, 0);
      return { loss: lossOf(model, told, validation.target[i]), weight: weights ? weights[i] : 1 };
    });
    if (validationLoss === null) return [];
    point.validationLoss = validationLoss;
  }
  onStep?.(point);
  return [point];
}

/** @returns null when told to stop. */
function weightedMean(
  n: number,
  shouldStop: FitOptions['shouldStop'],
  judged: (i: number) => { loss: number; weight: number },
): number | null {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (i % ROWS_BETWEEN_QUESTIONS === 0 && shouldStop?.()) return null;
    const { loss, weight } = judged(i);
    sum += weight * loss;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

function lossOf({ task }: Voters, told: Float64Array, outcome: number): number {
  return task === 'regression' ? (told[0] - outcome) ** 2 : -Math.log(told[outcome]);
}

function fittedFrom(model: NeighboursModel): FittedEstimator {
  return {
    curve: model.curve,
    bestStep: model.curve.length,
    predict: (features) => predict(model, features),
    serialise: () => serialise(model),
  };
}

function predict(model: NeighboursModel, matrix: FeatureMatrix): Float64Array {
  const predictRow = rowPredictor(model, matrix);
  const out = new Float64Array(matrix.nRows * model.nClasses);
  for (let i = 0; i < matrix.nRows; i++) predictRow(i, out, i * model.nClasses);
  return out;
}

/** @throws where the matrix has other features than the training set. */
function rowPredictor(
  model: Omit<NeighboursModel, 'curve'>,
  matrix: FeatureMatrix,
): (row: number, out: Float64Array, at: number) => void {
  const { features, tree, means, parameters } = model;
  if (matrix.columns.length !== features.length) {
    throw new Error(`expected ${features.length} features, got ${matrix.columns.length}`);
  }
  features.forEach((name, j) => {
    const given = matrix.features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
  const search = searcher(tree, parameters.k);
  const query = new Float32Array(tree.stride);
  return (row, out, at) => {
    packRow(matrix, row, means, query, 0);
    tellVotes(search(query), model, parameters, out, at);
  };
}

const Header = z.object({
  format: z.literal('modelwright-neighbours'),
  version: z.literal(1),
  task: Task,
  nClasses: z.number().int(),
  parameters: NeighboursParameters,
  features: z.array(z.string()),
  curve: z.array(StoredCurvePoint.extend({ validationLoss: z.number().exactOptional() })),
});

function serialise(model: NeighboursModel): SerialisedEstimator {
  const { task, nClasses, parameters, features, curve, tree, means, target, rowWeights: weights } = model;
  const header: z.input<typeof Header> = {
    format: 'modelwright-neighbours',
    version: 1,
    task,
    nClasses,
    parameters,
    features: [...features],
    curve: [...curve],
  };
  const arrays = { cells: tree.cells, order: tree.order, means, target };
  return { json: header, arrays: weights ? { ...arrays, weights } : arrays };
}

/** @throws on a header of another kind or version, or when an array is missing or of another length. */
function restore({ json, arrays }: SerialisedEstimator): NeighboursModel {
  const { format: _format, version: _version, ...header } = Header.parse(json);
  const { cells, order, means, target, weights } = arrays;
  const stride = strideOf(header.features.length);
  if (
    !(
      cells instanceof Float32Array &&
      order instanceof Uint32Array &&
      means instanceof Float64Array &&
      target instanceof Float64Array &&
      (weights === undefined || weights instanceof Float64Array)
    ) ||
    order.length === 0 ||
    cells.length !== order.length * stride ||
    target.length !== order.length ||
    means.length !== header.features.length ||
    (weights && weights.length !== order.length)
  ) {
    throw new Error('the stored nearest neighbours lack their rows, targets or means');
  }
  return {
    ...header,
    means,
    target,
    rowWeights: weights ?? null,
    prior: priorOf(header.task, header.nClasses, target, weights ?? null),
    tree: treeOf(cells, order, stride),
  };
}
