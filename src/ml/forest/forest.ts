/** Random forests (Breiman 2001) and extremely randomised trees (Geurts et al. 2006): binning → grower → mean of trees. */
import { classFactors, rowWeights } from '../class-weights.ts';
import { everyRow } from '../data/rows.ts';
import type { CurvePoint, Estimator, FitOptions, FittedEstimator, TrainingSet } from '../estimator.ts';
import type { Task } from '../experiment.ts';
import { Random } from '../random.ts';
import { type Arena, withArena } from '../trees/arena.ts';
import { applyBins, fitBins } from '../trees/binning.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { type Bag, drawBag, wholeBag } from './bag.ts';
import { type ForestModel, predict, putMissingBins } from './ensemble.ts';
import { ForestGrower } from './grower.ts';
import { JudgedRows } from './judged-rows.ts';
import { learned, outcomesOf } from './outcomes.ts';
import { ForestParameters } from './parameters.ts';
import { deserialise, serialise } from './serialisation.ts';
import { leafShape, loadTrees } from './tree.ts';

/** Forests on the tree view of the data: NaN and category codes are used as they are. Numeric features are split at
 *  thresholds between bins, with missing values tried on both sides; categories are put in order once per tree, by their
 *  mean outcome in the tree's rows, and then split like numbers.
 *
 *  A prediction is the mean over all trees of what the row's leaf holds, class shares being drawn towards those of the
 *  training set as if that were `smoothing` trees more. The curve has a point per tree; its training loss is the
 *  out-of-bag loss so far, or without `bootstrap` that of the training rows themselves. */
export const forest = {
  fit,
  restore: async (serialised) => fittedFrom(deserialise(serialised)),
} satisfies Estimator;

export interface FittedForest extends FittedEstimator {
  /** Float64Array (nRows × nOutputs), row-major: what the trees that did not see a training row say of it; NaN where
   *  every tree has seen it. Not stored; absent without `bootstrap`. */
  readonly outOfBag?: Float64Array;
  /** Their mean loss: squared error, or log loss. */
  readonly outOfBagLoss?: number;
}

function fittedFrom(model: ForestModel, outOfBag: Pick<FittedForest, 'outOfBag' | 'outOfBagLoss'> = {}) {
  return {
    ...outOfBag,
    curve: model.curve,
    bestStep: model.trees.length,
    predict: (features) => predict(model, features),
    serialise: () => serialise(model),
  } satisfies FittedForest;
}

async function fit(
  training: TrainingSet,
  parameters: Parameters,
  options: FitOptions,
): Promise<FittedForest> {
  const legal = ForestParameters.parse(parameters);
  return withArena((arena) => growForest(arena, training, legal, options));
}

function growForest(
  arena: Arena,
  training: TrainingSet,
  parameters: ForestParameters,
  options: FitOptions,
): FittedForest {
  const { checkpoint, resumeFrom, validation, onStep, shouldStop } = options;
  const { features, target, task, nClasses } = training;
  if (target.length === 0) throw new RangeError('a forest needs at least one training row');
  const random = new Random(options.seed);
  const earlier = resumeFrom && deserialise(resumeFrom);
  const bins = earlier?.bins ?? fitBins(arena, features, random.derive('bins'), parameters.maxBins);
  const factors = classFactors(training, parameters.classWeight);
  const weights = rowWeights(training, factors) ?? null;
  const outcomes = outcomesOf(training, weights, parameters.smoothing);
  const shape = leafShape(task, nClasses);
  const missingBins = putMissingBins(arena, bins);
  const judge = (set: TrainingSet, ofRows: Float64Array | null) => {
    const matrix = applyBins(arena, bins, set.features);
    return {
      matrix,
      rows: new JudgedRows(arena, matrix, missingBins, outcomes, shape.nSums, set.target, ofRows),
    };
  };
  const trained = judge(training, weights);
  const validated = validation && judge(validation, rowWeights(validation, factors) ?? null).rows;
  const allValidated = everyRow(validation?.target.length ?? 0);
  const bags = new Bags(target.length, weights, parameters.bootstrap);
  const single = weights && Float32Array.from(weights);
  const grower = new ForestGrower(
    arena,
    trained.matrix,
    bins,
    missingBins,
    learned(outcomes, target),
    single,
    { ...parameters, nCandidates: nCandidates(parameters, task, bins.length) },
    shape,
  );

  const trees = [...(earlier?.trees ?? [])];
  const curve: CurvePoint[] = [...(earlier?.curve ?? [])];
  arena.scoped(() => {
    loadTrees(arena, trees, shape.shared, bins).forEach((tree, t) => {
      trained.rows.add(tree, bags.judged(bags.draw(random, t + 1)));
      validated?.add(tree, allValidated);
    });
  });
  const soFar = (): ForestModel => ({
    outcomes,
    features: features.features.map(({ name }) => name),
    bins,
    trees: [...trees],
    curve: [...curve],
  });
  for (let step = trees.length + 1; step <= parameters.maxSteps && !shouldStop?.(); step++) {
    const bag = bags.draw(random, step);
    const { tree, loaded } = grower.grow(bag, random.derive('tree', step));
    trees.push(tree);
    trained.rows.add(loaded, bags.judged(bag));
    validated?.add(loaded, allValidated);
    const trainLoss = trained.rows.loss();
    const point: CurvePoint = validated
      ? { step, trainLoss, validationLoss: validated.loss() }
      : { step, trainLoss };
    curve.push(point);
    onStep?.(point);
    if (checkpoint?.isDue(step)) checkpoint.save(serialise(soFar()));
  }
  if (!parameters.bootstrap) return fittedFrom(soFar());
  return fittedFrom(soFar(), { outOfBag: trained.rows.predictions(), outOfBagLoss: trained.rows.loss() });
}

/** The rows of each tree. They depend on seed and step alone, so that a fit can go on in another process. */
class Bags {
  readonly #nRows: number;
  readonly #counting: Uint32Array;
  readonly #all: Uint32Array;
  readonly #whole: Bag | null;

  /** @param weights Float64Array (nRows); null where all rows count alike. */
  constructor(nRows: number, weights: Float64Array | null, bootstrap: boolean) {
    this.#nRows = nRows;
    this.#all = everyRow(nRows);
    // As single floats, which the trees weigh rows by.
    this.#counting = this.#all.filter((row) => !weights || Math.fround(weights[row]) > 0);
    this.#whole = bootstrap ? null : wholeBag(this.#counting, nRows);
  }

  draw(random: Random, step: number): Bag {
    return this.#whole ?? drawBag(this.#counting, this.#nRows, random.derive('bag', step));
  }

  /** The rows by which a tree is judged: those outside its bag, or all where no bags are drawn. */
  judged(bag: Bag): Uint32Array {
    return this.#whole ? this.#all : bag.outside;
  }
}

function nCandidates({ maxFeatures }: ForestParameters, task: Task, nFeatures: number): number {
  const chosen = maxFeatures === 'auto' ? (task === 'regression' ? 1 / 3 : 'sqrt') : maxFeatures;
  return Math.max(1, Math.floor(chosen === 'sqrt' ? Math.sqrt(nFeatures) : chosen * nFeatures));
}
