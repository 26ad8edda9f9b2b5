/** Naive Bayes for text: a row is a bag of amounts, and every amount speaks for or against a class by itself. */
import { z } from 'zod';
import { rowWeights, weightsOfCountingRows } from '../class-weights.ts';
import type {
  CurvePoint,
  Estimator,
  FeatureMatrix,
  FitOptions,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../estimator.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { CurvePoint as StoredCurvePoint } from '../tuning/trial.ts';
import { classTotals, type Evidence, evidenceOf, scoreRows, softmax } from './evidence.ts';
import { NaiveBayesParameters } from './parameters.ts';

/** Multinomial and complement naive Bayes over non-negative columns: counts of words, or their TF-IDF. NaN and negative
 *  cells count as 0, in training and later, and cells beyond 1e100 as 1e100: so columns that are centred lose half of
 *  what they tell, and belong to another estimator. Classification only.
 *
 *  Row weights are honoured, scaled to a mean of 1 over the rows that count, which is what `alpha` is measured in. The
 *  curve is the single point of the mean log loss; the seed has no effect. Words are taken as independent, so
 *  probabilities are far too sure of themselves and may be exactly 0 or 1: calibrate them. Throws RangeError on a
 *  regression, and without training rows. */
export const naiveBayes = {
  fit,
  restore: async (serialised) => fittedFrom(restore(serialised)),
} satisfies Estimator;

export interface NaiveBayesModel extends Evidence {
  /** Names of the features, in the order of the columns. */
  readonly features: readonly string[];
  readonly curve: readonly CurvePoint[];
}

export interface FittedNaiveBayes extends FittedEstimator {
  /** Weights of evidence, for those who explain the model. */
  readonly model: NaiveBayesModel;
}

async function fit(
  training: TrainingSet,
  parameters: Parameters,
  { validation, onStep }: FitOptions,
): Promise<FittedNaiveBayes> {
  const settings = NaiveBayesParameters.parse(parameters);
  const { task, nClasses, features, target } = training;
  if (task === 'regression')
    throw new RangeError('naive Bayes tells classes apart; it cannot predict values');
  if (target.length === 0) throw new RangeError('naive Bayes needs at least one training row');
  const weights = rowWeights(training);
  const totals = classTotals(features, target, nClasses, weights && weightsOfCountingRows(weights));
  const evidence = evidenceOf(totals, settings);
  const point: CurvePoint = {
    step: 1,
    trainLoss: logLoss(evidence, training),
    ...(validation && { validationLoss: logLoss(evidence, validation) }),
  };
  onStep?.(point);
  return fittedFrom({ ...evidence, features: features.features.map(({ name }) => name), curve: [point] });
}

/** The weighted mean of -log p of the outcomes; finite even where p is too small for a number. */
function logLoss(evidence: Evidence, set: TrainingSet): number {
  const weights = rowWeights(set);
  const { target } = set;
  let sum = 0;
  scoreRows(set.features, evidence, (row, scores) => {
    const own = scores[target[row]];
    sum += (weights ? weights[row] : 1) * (softmax(scores) - own);
  });
  return target.length > 0 ? sum / target.length : 0;
}

function fittedFrom(model: NaiveBayesModel): FittedNaiveBayes {
  return {
    model,
    curve: model.curve,
    bestStep: 1,
    predict: (features) => predict(model, features),
    serialise: () => serialise(model),
  };
}

/** @throws where the matrix has other features than the training set. */
function predict(model: NaiveBayesModel, matrix: FeatureMatrix): Float64Array {
  const nExpected = model.features.length;
  if (matrix.columns.length !== nExpected) {
    throw new Error(`expected ${nExpected} features, got ${matrix.columns.length}`);
  }
  model.features.forEach((name, j) => {
    const given = matrix.features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
  const nClasses = model.intercepts.length;
  const out = new Float64Array(matrix.nRows * nClasses);
  scoreRows(matrix, model, (row, scores) => {
    softmax(scores);
    out.set(scores, row * nClasses);
  });
  return out;
}

const Header = z.object({
  format: z.literal('modelwright-naive-bayes'),
  version: z.literal(1),
  features: z.array(z.string()),
  curve: z.array(StoredCurvePoint.extend({ validationLoss: z.number().exactOptional() })),
});

function serialise({ weights, intercepts, features, curve }: NaiveBayesModel): SerialisedEstimator {
  const header: z.input<typeof Header> = {
    format: 'modelwright-naive-bayes',
    version: 1,
    features: [...features],
    curve: [...curve],
  };
  return { json: header, arrays: { weights, intercepts } };
}

/** @throws on a header of another kind or version, or when an array is not there. */
function restore({ json, arrays }: SerialisedEstimator): NaiveBayesModel {
  const { features, curve } = Header.parse(json);
  const { weights, intercepts } = arrays;
  if (
    !(weights instanceof Float64Array && intercepts instanceof Float64Array) ||
    intercepts.length === 0 ||
    weights.length !== intercepts.length * features.length
  ) {
    throw new Error('the stored naive Bayes lacks its weights or intercepts');
  }
  return { features, curve, weights, intercepts };
}
