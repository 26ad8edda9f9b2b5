/** Histogram gradient boosting (Friedman 2001; Ke et al. 2017): binning → loss → grower → predictor. */
import type { CurvePoint, Estimator, FitOptions, FittedEstimator, TrainingSet } from '../estimator.ts';
import { Random } from '../random.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { applyBins, type BinnedMatrix, type FeatureBins, fitBins } from './binning.ts';
import { missingBinsOf, outputOf, predictRaw, startingPredictions, type TreeEnsemble } from './ensemble.ts';
import { TreeGrower } from './grower.ts';
import { type Loss, lossOf } from './losses.ts';
import { GbdtParameters } from './parameters.ts';
import { addTreePredictions, type Tree } from './predictor.ts';
import { sampleIndices } from './sampling.ts';
import { deserialise, serialise } from './serialisation.ts';

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
  const loss = lossOf(ensemble.task, ensemble.nClasses);
  return {
    ensemble,
    curve: ensemble.curve,
    bestStep: ensemble.bestStep,
    predict: (features) => loss.toPredictions(predictRaw(ensemble, features), features.nRows),
    serialise: () => serialise(ensemble),
  };
}

async function fit(training: TrainingSet, parameters: Parameters, options: FitOptions): Promise<FittedGbdt> {
  const legal = GbdtParameters.parse(parameters);
  const random = new Random(options.seed);
  const bins = fitBins(training.features, random.derive('bins'));
  const boosting = new Boosting(training, bins, legal, random);
  const judged =
    options.validation && new Validation(options.validation, bins, boosting.loss, boosting.initial);

  const curve: CurvePoint[] = [];
  let bestStep = 0;
  let bestLoss = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= legal.maxSteps && !options.shouldStop?.(); step++) {
    const { trees, trainLoss } = boosting.step();
    const validationLoss = judged?.add(trees);
    const point: CurvePoint =
      validationLoss === undefined ? { step, trainLoss } : { step, trainLoss, validationLoss };
    curve.push(point);
    options.onStep?.(point);
    if (validationLoss === undefined || validationLoss < bestLoss || bestStep === 0) {
      bestStep = step;
      bestLoss = validationLoss ?? bestLoss;
    } else if (legal.patience > 0 && step - bestStep >= legal.patience) {
      break;
    }
  }
  return fittedFrom({
    task: training.task,
    nClasses: training.nClasses,
    features: training.features.features.map(({ name }) => name),
    bins,
    initial: boosting.initial,
    trees: boosting.trees.slice(0, bestStep * boosting.loss.nOutputs),
    curve,
    bestStep,
  });
}

/** The training rows, their raw predictions and the trees so far. */
class Boosting {
  readonly loss: Loss;
  readonly initial: Float64Array;
  readonly trees: Tree[] = [];
  readonly #matrix: BinnedMatrix;
  readonly #missingBins: Uint8Array;
  readonly #target: Float64Array;
  readonly #parameters: GbdtParameters;
  readonly #grower: TreeGrower;
  readonly #raw: Float64Array;
  readonly #gradients: Float64Array[];
  readonly #rowRandom: Random;
  readonly #featureRandom: Random;

  constructor(training: TrainingSet, bins: FeatureBins[], parameters: GbdtParameters, random: Random) {
    this.loss = lossOf(training.task, training.nClasses);
    this.initial = this.loss.initial(training.target);
    this.#matrix = applyBins(bins, training.features);
    this.#missingBins = missingBinsOf(bins);
    this.#target = training.target;
    this.#parameters = parameters;
    this.#grower = new TreeGrower(this.#matrix, bins, parameters);
    this.#raw = startingPredictions(this.initial, this.#matrix.nRows);
    this.#gradients = Array.from(this.initial, () => new Float64Array(this.#matrix.nRows * 2));
    this.#rowRandom = random.derive('rows');
    this.#featureRandom = random.derive('features');
    this.loss.evaluate(this.#raw, this.#target, this.#gradients);
  }

  /** Grows one tree per output. The pass that gives the next step its gradients also gives this step's loss. */
  step(): { trees: Tree[]; trainLoss: number } {
    const { rowFraction, columnFraction } = this.#parameters;
    const { nRows, nFeatures } = this.#matrix;
    const rows = sampleIndices(nRows, rowFraction, this.#rowRandom);
    const trees = this.#gradients.map((gradients, k) => {
      const features = sampleIndices(nFeatures, columnFraction, this.#featureRandom);
      const tree = this.#grower.grow(gradients, rows, features);
      const raw = outputOf(this.#raw, k, nRows);
      if (rows.length === nRows) this.#grower.addLeafValues(tree, raw);
      else addTreePredictions(tree, this.#matrix, this.#missingBins, raw);
      return tree;
    });
    this.trees.push(...trees);
    return { trees, trainLoss: this.loss.evaluate(this.#raw, this.#target, this.#gradients) };
  }
}

/** Rows that are judged after every step. */
class Validation {
  readonly #matrix: BinnedMatrix;
  readonly #missingBins: Uint8Array;
  readonly #target: Float64Array;
  readonly #loss: Loss;
  readonly #raw: Float64Array;

  constructor(set: TrainingSet, bins: FeatureBins[], loss: Loss, initial: Float64Array) {
    this.#matrix = applyBins(bins, set.features);
    this.#missingBins = missingBinsOf(bins);
    this.#target = set.target;
    this.#loss = loss;
    this.#raw = startingPredictions(initial, this.#matrix.nRows);
  }

  /** @returns the mean loss with these trees added. */
  add(trees: readonly Tree[]): number {
    const { nRows } = this.#matrix;
    trees.forEach((tree, k) => {
      addTreePredictions(tree, this.#matrix, this.#missingBins, outputOf(this.#raw, k, nRows));
    });
    return this.#loss.evaluate(this.#raw, this.#target);
  }
}
