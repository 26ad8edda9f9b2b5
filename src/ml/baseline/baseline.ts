/** The model that knows nothing but the outcomes: it predicts the class shares, or the mean, for every row. What any
 *  other model must beat. */
import { z } from 'zod';
import type { CurvePoint, Estimator, FittedEstimator, TrainingSet } from '../estimator.ts';

const Saved = z.object({
  kind: z.literal('baseline'),
  /** One number per output: the class shares, or the mean. */
  outputs: z.array(z.number()).min(1),
  curve: z.array(
    z.object({ step: z.number().int(), trainLoss: z.number(), validationLoss: z.number().optional() }),
  ),
});

/** Takes no parameters. Its curve is the single point of its losses. Throws RangeError on an empty training set. */
export const baseline: Estimator = {
  async fit(training, _parameters, { validation, onStep }) {
    const outputs = training.task === 'regression' ? [mean(training.target)] : classShares(training);
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

function classShares({ target, nClasses }: TrainingSet): number[] {
  requireRows(target);
  const rows = new Array<number>(nClasses).fill(0);
  for (const k of target) rows[k]++;
  return rows.map((count) => count / target.length);
}

function mean(target: Float64Array): number {
  requireRows(target);
  return target.reduce((sum, value) => sum + value, 0) / target.length;
}

function requireRows(target: Float64Array): void {
  if (target.length === 0) throw new RangeError('the baseline needs at least one training row');
}

/** Log loss or squared error per row. A class unseen in training counts as one of share 1e-15. */
function loss(outputs: readonly number[], { task, target }: TrainingSet): number {
  let sum = 0;
  for (const value of target) {
    sum += task === 'regression' ? (value - outputs[0]) ** 2 : -Math.log(Math.max(outputs[value], 1e-15));
  }
  return sum / target.length;
}
