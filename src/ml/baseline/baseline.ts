/** The model that knows nothing but the outcomes: it predicts the class shares, or the mean, for every row. What any
 *  other model must beat. */
import { z } from 'zod';
import { rowWeights } from '../class-weights.ts';
import type { CurvePoint, Estimator, FittedEstimator, TrainingSet } from '../estimator.ts';

const Saved = z.object({
  kind: z.literal('baseline'),
  /** One number per output: the class shares, or the mean. */
  outputs: z.array(z.number()).min(1),
  curve: z.array(
    z.object({ step: z.number().int(), trainLoss: z.number(), validationLoss: z.number().optional() }),
  ),
});

/** Takes no parameters and honours row weights. Its curve is the single point of its losses. Throws RangeError on an
 *  empty training set. */
export const baseline: Estimator = {
  async fit(training, _parameters, { validation, onStep }) {
    const outputs = training.task === 'regression' ? [mean(training)] : classShares(training);
    const point: CurvePoint = {
      step: 1,
      trainLoss: loss(outputs, training),
      ...(validation && { validationLoss: loss(outputs, validation) }),
    };
    onStep?.(point);
    return fitted(outputs, [point]);
  },

  async restore({ json }) {
    const { outputs, curve } = Saved.parse(json);
    return fitted(
      outputs,
      curve.map(({ validationLoss, ...point }) =>
        validationLoss === undefined ? point : { ...point, validationLoss },
      ),
    );
  },
};

function fitted(outputs: readonly number[], curve: readonly CurvePoint[]): FittedEstimator {
  return {
    curve,
    bestStep: 1,
    predict({ nRows }) {
      const prediction = new Float64Array(nRows * outputs.length);
      for (let i = 0; i < prediction.length; i++) prediction[i] = outputs[i % outputs.length];
      return prediction;
    },
    serialise: () => ({ json: { kind: 'baseline', outputs, curve }, arrays: {} }),
  };
}

function classShares(training: TrainingSet): number[] {
  const { target, nClasses } = training;
  requireRows(target);
  const weights = rowWeights(training);
  const rows = new Array<number>(nClasses).fill(0);
  for (let i = 0; i < target.length; i++) rows[target[i]] += weights ? weights[i] : 1;
  return rows.map((count) => count / target.length);
}

function mean(training: TrainingSet): number {
  const { target } = training;
  requireRows(target);
  const weights = rowWeights(training);
  return target.reduce((sum, value, i) => sum + (weights ? weights[i] : 1) * value, 0) / target.length;
}

function requireRows(target: Float64Array): void {
  if (target.length === 0) throw new RangeError('the baseline needs at least one training row');
}

/** Log loss or squared error per row. A class unseen in training counts as one of share 1e-15. */
function loss(outputs: readonly number[], set: TrainingSet): number {
  const { task, target } = set;
  const weights = rowWeights(set);
  let sum = 0;
  for (let i = 0; i < target.length; i++) {
    const value = target[i];
    const own =
      task === 'regression' ? (value - outputs[0]) ** 2 : -Math.log(Math.max(outputs[value], 1e-15));
    sum += (weights ? weights[i] : 1) * own;
  }
  return sum / target.length;
}
