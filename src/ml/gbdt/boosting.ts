/** Histogram gradient boosting (Friedman 2001; Ke et al. 2017): binning → loss → grower → predictor. */
import { classFactors, rowWeights } from '../class-weights.ts';
import type { Estimator, FitOptions, FittedEstimator, TrainingSet } from '../estimator.ts';
import { Random } from '../random.ts';
import { Arena, withArena } from '../trees/arena.ts';
import { applyBins, type BinnedMatrix, type FeatureBins, fitBins, missingBinsOf } from '../trees/binning.ts';
import type { GrowthLimits } from '../trees/grower.ts';
import { TreeGrower } from '../trees/grower.ts';
import { RowSampler, sampleIndices } from '../trees/sampling.ts';
import { allocateControls, helperTasks, Team } from '../trees/team.ts';
import type { Tree } from '../trees/tree.ts';
import { addTreePredictions } from '../trees/tree-adder.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { predictRaw, type TreeEnsemble } from './ensemble.ts';
import { type Loss, lossOf } from './losses.ts';
import { GbdtParameters } from './parameters.ts';
import { RawPredictions } from './raw-predictions.ts';
import { type Rounds, runRounds } from './rounds.ts';
import { deserialise, serialise } from './serialisation.ts';
import { treeSum } from './tree-sum.ts';
import { Validation } from './validation.ts';

/** Boosted trees on the tree view of the data: NaN and category codes are used as they are.
 *  With `options.validation` the trees up to the best validation loss are kept, and `patience` ends the fit early. */
export const gbdt = {
  fit,
  restore: async (serialised) => fittedFrom(deserialise(serialised)),
} satisfies Estimator;

export interface FittedGbdt extends FittedEstimator {
  /** The trees, for those who explain the model. */
  readonly ensemble: TreeEnsemble;
}

function fittedFrom(ensemble: TreeEnsemble): FittedGbdt {
  const { task, nClasses, loss: name, bestStep, initial, curve } = ensemble;
  const loss = lossOf(task, nClasses, { loss: name, quantile: 0.5, huberQuantile: 1 });
  // A checkpoint holds later trees too.
  const kept = { ...ensemble, trees: ensemble.trees.slice(0, bestStep * initial.length) };
  return {
    ensemble: kept,
    curve,
    bestStep,
    predict: (features) => loss.toPredictions(predictRaw(kept, features), features.nRows),
    trees: (features) => treeSum(kept, features),
    serialise: () => serialise(kept),
  };
}

async function fit(training: TrainingSet, parameters: Parameters, options: FitOptions): Promise<FittedGbdt> {
  const legal = GbdtParameters.parse(parameters);
  const { helpers } = options;
  const { nRows, columns } = training.features;
  if (!helpers || helpers.size === 0 || nRows * columns.length < MIN_SHARED_CELLS) {
    return withArena((arena) => fittedFrom(boost(arena, training, legal, options, new Team(arena))));
  }
  const arena = new Arena();
  const controls = allocateControls(arena, helpers.size);
  const stop = helpers.start(helperTasks(arena, controls));
  const team = new Team(arena, controls, helpers.cpuSeconds);
  try {
    return fittedFrom(boost(arena, training, legal, options, team));
  } finally {
    team.end();
    await stop();
  }
}

/** With fewer cells a fit is over before other threads have started. */
const MIN_SHARED_CELLS = 2_000_000;

function boost(
  arena: Arena,
  training: TrainingSet,
  parameters: GbdtParameters,
  options: FitOptions,
  team: Team,
): TreeEnsemble {
  const { resumeFrom, validation } = options;
  const earlier = resumeFrom && deserialise(resumeFrom);
  const random = new Random(options.seed);
  const bins =
    earlier?.bins ?? fitBins(arena, training.features, random.derive('bins'), parameters.maxBins, team);
  const factors = classFactors(training, parameters.classWeight);
  const boosting = new Boosting(arena, training, bins, parameters, random, factors, team);
  const judged = validation && new Validation(arena, validation, bins, boosting, factors);
  const describe = (trees: readonly Tree[], { curve, bestStep }: Rounds): TreeEnsemble => ({
    task: training.task,
    nClasses: training.nClasses,
    loss: parameters.loss,
    features: training.features.features.map(({ name }) => name),
    bins,
    initial: boosting.initial,
    trees,
    curve,
    bestStep,
  });
  const rounds = runRounds(boosting, judged, parameters, options, earlier, (trees, soFar) =>
    serialise(describe(trees, soFar)),
  );
  return describe(boosting.trees, rounds);
}

/** The training rows, their raw predictions and the trees so far. */
class Boosting {
  readonly loss: Loss;
  readonly initial: Float64Array;
  readonly trees: Tree[] = [];
  readonly #arena: Arena;
  readonly #matrix: BinnedMatrix;
  readonly #missingBins: Uint8Array;
  readonly #target: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #parameters: GbdtParameters;
  readonly #sampler: RowSampler;
  readonly #grower: TreeGrower;
  readonly #raw: RawPredictions;
  readonly #gradients: ReturnType<RawPredictions['gradients']>;
  readonly #random: Random;

  constructor(
    arena: Arena,
    training: TrainingSet,
    bins: readonly FeatureBins[],
    parameters: GbdtParameters,
    random: Random,
    factors: Float64Array | undefined,
    team: Team,
  ) {
    const { task, nClasses, features, target } = training;
    this.loss = lossOf(task, nClasses, parameters);
    this.#arena = arena;
    this.#weights = rowWeights(training, factors);
    this.initial = this.loss.initial(target, this.#weights);
    this.#matrix = applyBins(arena, bins, features, team);
    this.#missingBins = missingBinsOf(bins);
    this.#target = target;
    this.#parameters = parameters;
    const monotone = features.features.map((feature) => feature.monotone ?? 0);
    this.#sampler = new RowSampler(arena, features.nRows, parameters.rowFraction);
    this.#grower = new TreeGrower(arena, this.#matrix, bins, growthLimits(parameters), { monotone, team });
    this.#raw = new RawPredictions(arena, this.loss, target, this.#weights, this.initial, team);
    this.#gradients = this.#raw.gradients();
    this.#random = random;
    this.#raw.differentiate(this.#gradients);
  }

  /** Takes trees of an interrupted fit as if they had just been grown. */
  replay(trees: readonly Tree[]): void {
    trees.forEach((tree, t) => {
      this.#addTree(tree, t % this.loss.nOutputs);
    });
    this.trees.push(...trees);
    this.#raw.differentiate(this.#gradients);
  }

  /** Grows one tree per output. The pass that gives the next step its gradients also gives this step's loss. What is
   *  drawn depends on seed and step alone, so that a fit can go on in another process. */
  step(step: number): { trees: Tree[]; trainLoss: number } {
    const { columnFraction } = this.#parameters;
    const { nFeatures } = this.#matrix;
    const rows = this.#sampler.draw(this.#random.derive('rows', step));
    const trees = this.#gradients.outputs.map((gradients, k) => {
      const random = this.#random.derive('tree', step, k);
      const features = sampleIndices(nFeatures, columnFraction, random);
      const tree = this.#grower.grow(gradients, rows, features, random.uint32());
      this.#renewLeaves(tree);
      if (rows === null) this.#grower.addLeafValues(tree, this.#raw.output(k));
      else this.#addTree(tree, k);
      return tree;
    });
    this.trees.push(...trees);
    return { trees, trainLoss: this.#raw.differentiate(this.#gradients) };
  }

  #addTree(tree: Tree, k: number): void {
    addTreePredictions(this.#arena, tree, this.#matrix, this.#missingBins, this.#raw.output(k));
  }

  /** For losses whose best leaf value is not a Newton step. */
  #renewLeaves(tree: Tree): void {
    const { leafValue } = this.loss;
    if (!leafValue) return;
    const raw = this.#raw.values(0);
    const weights = this.#weights;
    this.#grower.forEachLeaf((node, rows) => {
      const residuals = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) residuals[i] = this.#target[rows[i]] - raw[rows[i]];
      const ofRows = weights && Float64Array.from(rows, (row) => weights[row]);
      tree.value[node] = this.#parameters.learningRate * leafValue(residuals, ofRows);
    });
  }
}

function growthLimits(parameters: GbdtParameters): GrowthLimits {
  const { minSamplesLeaf, minHessian, minGain, l1, l2, categoricalSmoothing, categoricalL2 } = parameters;
  const { maxLeaves, maxDepth, learningRate, randomThresholds } = parameters;
  const penalties = { minGain, l1, l2, categoricalSmoothing, categoricalL2 };
  return { minSamplesLeaf, minHessian, ...penalties, maxLeaves, maxDepth, learningRate, randomThresholds };
}
