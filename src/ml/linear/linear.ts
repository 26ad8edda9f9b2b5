/** Linear models with ridge, lasso or elastic-net penalty: least squares, logistic and multinomial regression. */
import { z } from 'zod';
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
import type { Parameters } from '../tuning/distributions.ts';
import { CurvePoint as StoredCurvePoint } from '../tuning/trial.ts';
import { minimise } from './lbfgs.ts';
import { lossOf } from './losses.ts';
import { Objective } from './objective.ts';
import { LinearParameters } from './parameters.ts';
import { type Coefficients, meanLoss, predictRows } from './predictors.ts';
import { finiteColumns, presentMeans, standardise } from './standardisation.ts';

/** Linear models on the dense view of the data. One curve point per solver iteration, of the mean loss without the
 *  penalty. The weights of the last step are kept: the minimum of a convex objective needs no early stopping, so
 *  validation rows only add their losses to the curve. The seed has no effect. */
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
  const { regularisation, l1Ratio, maxSteps, tolerance } = LinearParameters.parse(parameters);
  const { task, nClasses, features } = training;
  const loss = lossOf(task, nClasses);
  const means = presentMeans(features);
  const columns = finiteColumns(features, means);
  const unit = targetUnit(training);
  const target = training.target.map((y) => (y - unit.centre) / unit.scale);
  const objective = new Objective(
    loss,
    columns,
    target,
    standardise(columns),
    regularisation * (1 - l1Ratio),
  );
  const judged = options.validation && {
    columns: finiteColumns(options.validation.features, means),
    target: options.validation.target.map((y) => (y - unit.centre) / unit.scale),
  };

  const curve: CurvePoint[] = [];
  const variables = minimise((x, gradient) => objective.evaluate(x, gradient), objective.start(), {
    maxSteps,
    tolerance,
    ...(l1Ratio > 0 && { l1: objective.l1Weights(regularisation * l1Ratio) }),
    shouldStop: () => options.shouldStop?.() ?? false,
    onStep: (step, x) => {
      const trainLoss = objective.lastLoss * unit.lossScale;
      const point: CurvePoint = judged
        ? {
            step,
            trainLoss,
            validationLoss:
              meanLoss(loss, judged.columns, judged.target, objective.coefficients(x)) * unit.lossScale,
          }
        : { step, trainLoss };
      curve.push(point);
      options.onStep?.(point);
    },
  });
  const { weights, intercepts } = objective.coefficients(variables);
  return fittedFrom({
    task,
    nClasses,
    features: features.features.map(({ name }) => name),
    means,
    weights: weights.map((weight) => weight * unit.scale),
    intercepts: intercepts.map((intercept) => intercept * unit.scale + unit.centre),
    curve,
  });
}

/** Regression targets are learned with mean 0 and variance 1, so that tolerance and penalty do not depend on their
 *  unit. Losses are reported per row in the target's own unit, as squared errors without the half. */
function targetUnit({ task, target }: TrainingSet): { centre: number; scale: number; lossScale: number } {
  if (task !== 'regression') return { centre: 0, scale: 1, lossScale: 1 };
  const { means, deviations } = standardise([target]);
  const scale = deviations[0] || 1;
  return { centre: means[0], scale, lossScale: 2 * scale ** 2 };
}

function fittedFrom(model: LinearModel): FittedLinear {
  return {
    model,
    curve: model.curve,
    bestStep: model.curve.length,
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
  version: z.literal(1),
  task: Task,
  nClasses: z.number().int(),
  features: z.array(z.string()),
  curve: z.array(StoredCurvePoint.extend({ validationLoss: z.number().exactOptional() })),
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
    version: 1,
    ...rest,
    features: [...features],
    curve: [...curve],
  };
  return { json: header, arrays: { weights, intercepts, means } };
}

/** @throws on a header of another kind or version, or when an array is not there. */
function restore({ json, arrays }: SerialisedEstimator): LinearModel {
  const { task, nClasses, features, curve } = Header.parse(json);
  const { weights, intercepts, means } = arrays;
  if (
    !(
      weights instanceof Float64Array &&
      intercepts instanceof Float64Array &&
      means instanceof Float64Array
    ) ||
    weights.length !== intercepts.length * features.length
  ) {
    throw new Error('the stored linear model lacks its weights, intercepts or means');
  }
  return { task, nClasses, features, curve, weights, intercepts, means };
}
