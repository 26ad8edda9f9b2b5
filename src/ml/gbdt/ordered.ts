/** Ordered boosting (Prokhorenkova et al. 2018, CatBoost): categories as ordered statistics of the target, symmetric
 *  trees, noise in the choice of splits. Unlike CatBoost's folds, all random orders share one set of raw predictions, and
 *  pairs of categories are chosen before the first tree instead of while trees grow. Monotone directions are ignored. */
import { classFactors, rowWeights } from '../class-weights.ts';
import { everyRow } from '../data/rows.ts';
import type { Estimator, FeatureMatrix, FitOptions, FittedEstimator, TrainingSet } from '../estimator.ts';
import { Random } from '../random.ts';
import { type Arena, withArena } from '../trees/arena.ts';
import { applyBins, type BinnedMatrix, type FeatureBins, fitBins, missingBinsOf } from '../trees/binning.ts';
import type { QuantisedGradients } from '../trees/gradients.ts';
import { type LevelSearch, ObliviousGrower } from '../trees/oblivious-grower.ts';
import { RowSampler, sampleIndices } from '../trees/sampling.ts';
import type { Tree } from '../trees/tree.ts';
import { addTreePredictions } from '../trees/tree-adder.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { BayesianBootstrap } from './bootstrap.ts';
import { type Loss, lossOf } from './losses.ts';
import { type OrderedModel, predictOrdered } from './ordered-model.ts';
import { automaticLearningRate, OrderedParameters } from './ordered-parameters.ts';
import { deserialiseOrdered, serialiseOrdered } from './ordered-serialisation.ts';
import {
  encode,
  encodeOrdered,
  fitEncoding,
  type OrderedEncoding,
  outcomesOf,
} from './ordered-statistics.ts';
import { RawPredictions } from './raw-predictions.ts';
import { type Rounds, runRounds } from './rounds.ts';
import { treeSum } from './tree-sum.ts';
import { Validation } from './validation.ts';

/** What quantised gradients are at most. */
const LARGEST_GRADIENT = 2 ** 30;
/** Bytes that the binned training rows may take in all their orders. */
const MAX_MATRIX_BYTES = 512 * 2 ** 20;

export interface FittedOrdered extends FittedEstimator {
  /** Encoding and trees, for those who explain the model. */
  readonly model: OrderedModel;
}

/** Ordered boosting on the tree view of the data. With `options.validation` the trees up to the best validation loss are
 *  kept, and `patience` ends the fit early. */
export const ordered = {
  fit,
  restore: async (serialised) => fittedFrom(deserialiseOrdered(serialised)),
} satisfies Estimator;

function fittedFrom(model: OrderedModel): FittedOrdered {
  const { task, nClasses, loss: name, bestStep, initial, curve, trees } = model.ensemble;
  const loss = lossOf(task, nClasses, { loss: name, quantile: 0.5, huberQuantile: 1 });
  // A checkpoint holds later trees too.
  const ensemble = { ...model.ensemble, trees: trees.slice(0, bestStep * initial.length) };
  const kept = { ...model, ensemble };
  return {
    model: kept,
    curve,
    bestStep,
    // The automatic rate depends on the number of steps and on validation; a refit has another number and none.
    chosen: { learningRate: model.learningRate },
    predict: (features) => loss.toPredictions(predictOrdered(kept, features), features.nRows),
    trees: (features) => treeSum(ensemble, encode(kept.encoding, features)),
    serialise: () => serialiseOrdered(kept),
  };
}

async function fit(
  training: TrainingSet,
  parameters: Parameters,
  options: FitOptions,
): Promise<FittedOrdered> {
  const legal = OrderedParameters.parse(parameters);
  return withArena((arena) => fittedFrom(boost(arena, training, legal, options)));
}

function boost(
  arena: Arena,
  training: TrainingSet,
  parameters: OrderedParameters,
  options: FitOptions,
): OrderedModel {
  const { resumeFrom, validation } = options;
  const earlier = resumeFrom && deserialiseOrdered(resumeFrom);
  const { task, nClasses, features } = training;
  const random = new Random(options.seed);
  const factors = classFactors(training, parameters.classWeight);
  const learningRate =
    earlier?.learningRate ??
    parameters.learningRate ??
    automaticLearningRate(task, features.nRows, parameters.maxSteps, validation !== undefined);
  const boosting = new OrderedBoosting(arena, training, { ...parameters, learningRate }, random, factors);
  const { encoding, bins, initial } = boosting;
  const judged =
    validation &&
    new Validation(
      arena,
      { ...validation, features: encode(encoding, validation.features) },
      bins,
      boosting,
      factors,
    );
  const describe = (trees: readonly Tree[], { curve, bestStep }: Rounds): OrderedModel => ({
    encoding,
    learningRate,
    ensemble: {
      task,
      nClasses,
      loss: parameters.loss,
      features: boosting.columnNames,
      bins,
      initial,
      trees,
      curve,
      bestStep,
    },
  });
  const rounds = runRounds(boosting, judged, parameters, options, earlier?.ensemble, (trees, soFar) =>
    serialiseOrdered(describe(trees, soFar)),
  );
  return describe(boosting.trees, rounds);
}

/** The training rows in several orders, their raw predictions and the trees so far. */
class OrderedBoosting {
  readonly loss: Loss;
  readonly initial: Float64Array;
  readonly trees: Tree[] = [];
  readonly encoding: OrderedEncoding;
  readonly bins: readonly FeatureBins[];
  readonly columnNames: readonly string[];
  readonly #arena: Arena;
  /** One per order; they differ in the columns of statistics alone. */
  readonly #matrices: readonly BinnedMatrix[];
  readonly #missingBins: Uint8Array;
  readonly #target: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #parameters: OrderedParameters & { readonly learningRate: number };
  /** Uint32Array (nRows). */
  readonly #all: Uint32Array;
  readonly #sampler: RowSampler;
  readonly #grower: ObliviousGrower;
  readonly #bootstrap: BayesianBootstrap;
  readonly #raw: RawPredictions;
  readonly #gradients: ReturnType<RawPredictions['gradients']>;
  readonly #random: Random;

  constructor(
    arena: Arena,
    training: TrainingSet,
    parameters: OrderedParameters & { readonly learningRate: number },
    random: Random,
    factors: Float64Array | undefined,
  ) {
    const { task, nClasses, features, target } = training;
    const { nRows } = features;
    this.loss = lossOf(task, nClasses, parameters);
    this.#arena = arena;
    this.#weights = rowWeights(training, factors);
    this.initial = this.loss.initial(target, this.#weights);
    this.#target = target;
    this.#parameters = parameters;
    this.#random = random;
    const outcomes = outcomesOf(training, this.#weights);
    const orderOf = (p: number) => random.derive('order', p).permutation(nRows);
    this.encoding = fitEncoding(features, outcomes, this.#weights, orderOf(0), parameters);
    const encodeIn = (p: number) =>
      encodeOrdered(this.encoding, features, outcomes, this.#weights, orderOf(p));
    const first = encodeIn(0);
    this.columnNames = first.features.map(({ name }) => name);
    this.bins = binsOf(arena, first, this.encoding.kept.length, parameters, random.derive('bins'));
    const nOrders = this.encoding.groups.length === 0 ? 1 : parameters.permutations;
    const bytes = 2 * nRows * Math.max(1, first.columns.length);
    const nGranted = Math.max(1, Math.min(nOrders, Math.floor(MAX_MATRIX_BYTES / bytes)));
    this.#matrices = Array.from({ length: nGranted }, (_, p) =>
      applyBins(arena, this.bins, p === 0 ? first : encodeIn(p)),
    );
    this.#missingBins = missingBinsOf(this.bins);
    this.#all = everyRow(nRows);
    this.#sampler = new RowSampler(arena, nRows, parameters.rowFraction);
    this.#grower = new ObliviousGrower(arena, nRows, this.bins, parameters);
    this.#bootstrap = new BayesianBootstrap(arena, nRows, parameters.baggingTemperature);
    this.#raw = new RawPredictions(arena, this.loss, target, this.#weights, this.initial);
    this.#gradients = this.#raw.gradients();
    this.#raw.differentiate(this.#gradients);
  }

  replay(trees: readonly Tree[]): void {
    const { nOutputs } = this.loss;
    trees.forEach((tree, t) => {
      const matrix = this.#matrixOf(1 + Math.floor(t / nOutputs));
      addTreePredictions(this.#arena, tree, matrix, this.#missingBins, this.#raw.output(t % nOutputs));
    });
    this.trees.push(...trees);
    this.#raw.differentiate(this.#gradients);
  }

  /** Grows one tree per output, in one of the orders. Splits are chosen by sampled and weighted rows; leaf values are
   *  those of all rows. */
  step(step: number): { trees: Tree[]; trainLoss: number } {
    const { columnFraction, learningRate } = this.#parameters;
    const matrix = this.#matrixOf(step);
    const { nFeatures } = matrix;
    const rows = this.#sampler.draw(this.#random.derive('rows', step)) ?? this.#all;
    const trees = this.#gradients.outputs.map((gradients, k) => {
      const random = this.#random.derive('tree', step, k);
      const features = sampleIndices(nFeatures, columnFraction, random);
      const weighed = this.#bootstrap.weigh(gradients, random);
      this.#grower.grow(matrix, weighed, rows, features, { ...this.#judgement(gradients, step), random });
      if (rows !== this.#all) this.#grower.divide(matrix, this.#all);
      const tree = this.#grower.freeze(gradients, learningRate);
      this.#renewLeaves(tree);
      this.#grower.addLeafValues(tree, this.#raw.output(k));
      return tree;
    });
    this.trees.push(...trees);
    return { trees, trainLoss: this.#raw.differentiate(this.#gradients) };
  }

  #matrixOf(step: number): BinnedMatrix {
    const n = this.#matrices.length;
    return this.#matrices[n === 1 ? 0 : this.#random.derive('order of step', step).integer(n)];
  }

  /** How splits are judged. Noise by CatBoost's rule: a share of what a split of pure chance scores, that falls from 1
   *  to 0 as steps × learning rate passes the logarithm of the number of rows. The L2 penalty of scores is that of as many
   *  average rows, so that it weighs alike whether or not classes are rare and well told apart. */
  #judgement(
    { pointer, gradientFactor, hessianFactor }: QuantisedGradients,
    step: number,
  ): Omit<LevelSearch, 'random'> {
    const { randomStrength, learningRate, l2 } = this.#parameters;
    const nRows = this.#target.length;
    const pairs = this.#arena.int32(pointer, 2 * nRows);
    const unit = LARGEST_GRADIENT / gradientFactor;
    let squares = 0;
    let hessians = 0;
    for (let i = 0; i < nRows; i++) {
      const gradient = pairs[2 * i] / LARGEST_GRADIENT;
      squares += gradient * gradient;
      hessians += pairs[2 * i + 1];
    }
    const hessian = hessians / hessianFactor;
    const byChance = Math.sqrt(squares / Math.max(hessian, 1e-3));
    const left = nRows * Math.exp(-(step - 1) * learningRate);
    return { unit, l2: (l2 * hessian) / nRows, noise: (randomStrength * byChance * left) / (1 + left) };
  }

  /** For losses whose best leaf value is not a Newton step. */
  #renewLeaves(tree: Tree): void {
    const { leafValue } = this.loss;
    if (!leafValue) return;
    const raw = this.#raw.values(0);
    const weights = this.#weights;
    this.#grower.forEachLeaf((node, rows) => {
      if (rows.length === 0) return;
      const residuals = Float64Array.from(rows, (row) => this.#target[row] - raw[row]);
      const ofRows = weights && Float64Array.from(rows, (row) => weights[row]);
      tree.value[node] = this.#parameters.learningRate * leafValue(residuals, ofRows);
    });
  }
}

/** Kept features and statistics are binned alike, but for the number of bins. */
function binsOf(
  arena: Arena,
  matrix: FeatureMatrix,
  nKept: number,
  { maxBins, statisticBins }: OrderedParameters,
  random: Random,
): FeatureBins[] {
  const part = (start: number, end: number): FeatureMatrix => ({
    nRows: matrix.nRows,
    features: matrix.features.slice(start, end),
    columns: matrix.columns.slice(start, end),
  });
  return [
    ...fitBins(arena, part(0, nKept), random, maxBins),
    ...fitBins(arena, part(nKept, matrix.columns.length), random, statisticBins),
  ];
}
