/** Linear models with ridge, lasso or elastic-net penalty: least squares, logistic and multinomial regression. */
import { z } from 'zod';
import { classFactors, rowWeights } from '../class-weights.ts';
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
import { minimise } from '../lbfgs.ts';
import { Parameters } from '../tuning/distributions.ts';
import { CurvePoint as StoredCurvePoint } from '../tuning/trial.ts';
import { type LinearLoss, lossOf } from './losses.ts';
import { Objective } from './objective.ts';
import { LinearParameters } from './parameters.ts';
import { firstLambda, lambdaPath, PathJudge } from './path.ts';
import { type Coefficients, type KnownRows, meanLoss, predictRows } from './predictors.ts';
import { finiteColumns, presentMeans, type Standardisation, standardise } from './standardisation.ts';

/** Linear models on the dense view of the data; row weights are honoured, and class weights on request. The seed has
 *  no effect.
 *
 *  Without a path: one curve point per solver iteration, of the weighted mean loss without the penalty. The weights of
 *  the last step are kept: the minimum of a convex objective needs no early stopping, so validation rows only add
 *  their losses to the curve.
 *
 *  With a path (`pathLength` > 1 and validation rows): one curve point per lambda, from the largest on, of the losses
 *  at its solution. The solution with the least validation loss is kept, `bestStep` is its step, and `chosen` tells
 *  its lambda. */
export const linear = {
  fit,
  restore: async (serialised) => fittedFrom(restore(serialised)),
} satisfies Estimator;

/** The model: probabilities or values from intercept + Σ weight × feature. */
export interface LinearModel extends Coefficients {
  readonly task: Task;
  readonly nClasses: number;
  /** Names of the features, in the order of the columns. */
  readonly features: readonly string[];
  /** Float64Array (nFeatures): the training means, which stand in for NaN. */
  readonly means: Float64Array;
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
  readonly chosen?: Parameters;
}

export interface FittedLinear extends FittedEstimator {
  /** Coefficients, for those who explain the model. */
  readonly model: LinearModel;
}

async function fit(
  training: TrainingSet,
  parameters: Parameters,
  options: FitOptions,
): Promise<FittedLinear> {
  const settings = LinearParameters.parse(parameters);
  const { task, nClasses, features } = training;
  const loss = lossOf(task, nClasses);
  const factors = classFactors(training, settings.classWeight);
  const weights = rowWeights(training, factors);
  const means = presentMeans(features, weights);
  const unit = targetUnit(training, weights);
  const known = (set: TrainingSet, setWeights: Float64Array | undefined): KnownRows => ({
    columns: finiteColumns(set.features, means),
    target: set.target.map((y) => (y - unit.centre) / unit.scale),
    weights: setWeights,
  });
  const { validation } = options;
  const problem: Problem = {
    loss,
    lossScale: unit.lossScale,
    training: known(training, weights),
    validation: validation && known(validation, rowWeights(validation, factors)),
  };
  const { coefficients, ...found } =
    problem.validation && settings.pathLength > 1
      ? walkPath(problem, problem.validation, settings, options)
      : solve(problem, settings, options);
  return fittedFrom({
    task,
    nClasses,
    features: features.features.map(({ name }) => name),
    means,
    weights: coefficients.weights.map((weight) => weight * unit.scale),
    intercepts: coefficients.intercepts.map((intercept) => intercept * unit.scale + unit.centre),
    ...found,
  });
}

/** What is minimised over the training rows; `lossScale` turns its losses into those that are reported. */
interface Problem {
  readonly loss: LinearLoss;
  readonly lossScale: number;
  readonly training: KnownRows;
  readonly validation: KnownRows | undefined;
}

interface Solution {
  readonly coefficients: Coefficients;
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
  readonly chosen?: Parameters;
}

/** Solves for the one lambda given. */
function solve(problem: Problem, settings: LinearParameters, options: FitOptions): Solution {
  const { loss, training, validation } = problem;
  const { regularisation, l1Ratio } = settings;
  const objective = objectiveOf(problem, standardise(training.columns, training.weights), settings);
  const curve: CurvePoint[] = [];
  const variables = minimise((x, gradient) => objective.evaluate(x, gradient), objective.start(), {
    ...solverLimits(settings, options),
    ...(l1Ratio > 0 && { l1: objective.l1Weights(regularisation * l1Ratio) }),
    onStep: (step, x) => {
      const judged = validation && meanLoss(loss, validation, objective.coefficients(x));
      report(curve, options, step, objective.lastLoss, judged, problem.lossScale);
    },
  });
  return { coefficients: objective.coefficients(variables), curve, bestStep: curve.length };
}

/** Solves for falling lambdas, each from the solution of the last, and keeps the best on the validation rows. A fit
 *  that is told to stop judges the lambda it was at as well, unless it had not begun on it. */
function walkPath(
  problem: Problem,
  validation: KnownRows,
  settings: LinearParameters,
  options: FitOptions,
): Solution {
  const { loss, training } = problem;
  const { l1Ratio, pathLength, pathRatio } = settings;
  const standardisation = standardise(training.columns, training.weights);
  const featureless = objectiveOf(problem, standardisation, { l1Ratio, regularisation: 0 });
  const start = featureless.start();
  const first = firstLambda(featureless.slopes(start), featureless.lastLoss, l1Ratio);
  const judge = new PathJudge(pathLength, featureless.lastLoss);
  const limits = solverLimits(settings, options);
  const curve: CurvePoint[] = [];
  let latest = featureless.coefficients(start);
  let best = { coefficients: latest, regularisation: settings.regularisation };
  // Where no feature tells anything, every lambda gives the same model.
  const path = first > 0 ? lambdaPath(first, pathRatio, pathLength) : [settings.regularisation];
  for (const regularisation of path) {
    const objective = objectiveOf(problem, standardisation, { l1Ratio, regularisation });
    let solverSteps = 0;
    const variables = minimise(
      (x, gradient) => objective.evaluate(x, gradient),
      objective.variables(latest),
      {
        ...limits,
        ...(l1Ratio > 0 && { l1: objective.l1Weights(regularisation * l1Ratio) }),
        onStep: (step) => {
          solverSteps = step;
        },
      },
    );
    const toldToStop = limits.shouldStop();
    if (toldToStop && solverSteps === 0) break;
    latest = objective.coefficients(variables);
    const trainLoss = meanLoss(loss, training, latest);
    const validationLoss = meanLoss(loss, validation, latest);
    const mayEnd = judge.see(trainLoss, validationLoss);
    if (judge.bestStep === curve.length + 1) best = { coefficients: latest, regularisation };
    report(curve, options, curve.length + 1, trainLoss, validationLoss, problem.lossScale);
    if (mayEnd || toldToStop) break;
  }
  return {
    coefficients: best.coefficients,
    curve,
    bestStep: judge.bestStep,
    ...(curve.length > 0 && { chosen: { regularisation: best.regularisation, pathLength: 1 } }),
  };
}

function objectiveOf(
  { loss, training }: Problem,
  standardisation: Standardisation,
  { regularisation, l1Ratio }: Pick<LinearParameters, 'regularisation' | 'l1Ratio'>,
): Objective {
  return new Objective(loss, training, standardisation, regularisation * (1 - l1Ratio));
}

function solverLimits({ maxSteps, tolerance }: LinearParameters, { shouldStop }: FitOptions) {
  return { maxSteps, tolerance, shouldStop: () => shouldStop?.() ?? false };
}

function report(
  curve: CurvePoint[],
  { onStep }: FitOptions,
  step: number,
  trainLoss: number,
  validationLoss: number | undefined,
  scale: number,
): void {
  const point: CurvePoint = {
    step,
    trainLoss: trainLoss * scale,
    ...(validationLoss !== undefined && { validationLoss: validationLoss * scale }),
  };
  curve.push(point);
  onStep?.(point);
}

/** Regression targets are learned with mean 0 and variance 1, so that tolerance and penalty do not depend on their
 *  unit. Losses are reported per row in the target's own unit, as squared errors without the half. */
function targetUnit(
  { task, target }: TrainingSet,
  weights: Float64Array | undefined,
): { centre: number; scale: number; lossScale: number } {
  if (task !== 'regression') return { centre: 0, scale: 1, lossScale: 1 };
  const { means, deviations } = standardise([target], weights);
  const scale = deviations[0] || 1;
  return { centre: means[0], scale, lossScale: 2 * scale ** 2 };
}

function fittedFrom(model: LinearModel): FittedLinear {
  return {
    model,
    curve: model.curve,
    bestStep: model.bestStep,
    ...(model.chosen && { chosen: model.chosen }),
    predict: (features) => predict(model, features),
    serialise: () => serialise(model),
  };
}

function predict(model: LinearModel, matrix: FeatureMatrix): Float64Array {
  const nExpected = model.features.length;
  if (matrix.columns.length !== nExpected) {
    throw new Error(`expected ${nExpected} features, got ${matrix.columns.length}`);
  }
  model.features.forEach((name, j) => {
    const given = matrix.features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
  const columns = finiteColumns(matrix, model.means);
  return predictRows(lossOf(model.task, model.nClasses), columns, matrix.nRows, model, model.nClasses);
}

const Header = z.object({
  format: z.literal('modelwright-linear'),
  /** Version 1 knew no path: its kept step is always the last. */
  version: z.union([z.literal(1), z.literal(2)]),
  task: Task,
  nClasses: z.number().int(),
  features: z.array(z.string()),
  curve: z.array(StoredCurvePoint.extend({ validationLoss: z.number().exactOptional() })),
  bestStep: z.number().int().exactOptional(),
  chosen: Parameters.exactOptional(),
});

function serialise({
  weights,
  intercepts,
  means,
  features,
  curve,
  ...rest
}: LinearModel): SerialisedEstimator {
  const header: z.input<typeof Header> = {
    format: 'modelwright-linear',
    version: 2,
    ...rest,
    features: [...features],
    curve: [...curve],
  };
  return { json: header, arrays: { weights, intercepts, means } };
}

/** @throws on a header of another kind or version, or when an array is not there. */
function restore({ json, arrays }: SerialisedEstimator): LinearModel {
  const { version: _version, format: _format, ...header } = Header.parse(json);
  const { features, curve } = header;
  const { weights, intercepts, means } = arrays;
  if (
    !(
      weights instanceof Float64Array &&
      intercepts instanceof Float64Array &&
      means instanceof Float64Array
    ) ||
    weights.length !== intercepts.length * features.length ||
    means.length !== features.length
  ) {
    throw new Error('the stored linear model lacks its weights, intercepts or means');
  }
  return { bestStep: curve.length, ...header, weights, intercepts, means };
}
