/** A forecast that every row already holds in one of its columns, as an estimator beside the others. */
import { z } from 'zod';
import type { CurvePoint, Estimator, FittedEstimator, TrainingSet } from '../estimator.ts';

const Saved = z.object({
  kind: z.literal('column-forecaster'),
  source: z.string(),
  curve: z.array(
    z.object({ step: z.number().int(), trainLoss: z.number(), validationLoss: z.number().exactOptional() }),
  ),
});

/** Takes no parameters and learns nothing. Its curve is the single point of its losses. A missing or infinite cell is
 *  forecast as 0, the level. Throws RangeError where no feature was made from the column. */
export function columnForecaster(source: string): Estimator {
  return {
    async fit(training, _parameters, { validation, onStep }) {
      const point: CurvePoint = {
        step: 1,
        trainLoss: squaredError(training, source),
        ...(validation && { validationLoss: squaredError(validation, source) }),
      };
      onStep?.(point);
      return fitted(source, [point]);
    },
    async restore({ json }) {
      const saved = Saved.parse(json);
      return fitted(saved.source, saved.curve);
    },
  };
}

function fitted(source: string, curve: readonly CurvePoint[]): FittedEstimator {
  return {
    curve,
    bestStep: 1,
    predict: (features) => readColumn(features, source),
    serialise: () => ({ json: { kind: 'column-forecaster', source, curve }, arrays: {} }),
  };
}

function readColumn({ features, columns }: TrainingSet['features'], source: string): Float64Array {
  const at = features.findIndex((feature) => feature.source === source);
  if (at < 0) throw new RangeError(`there is no column ${source}`);
  return columns[at].map((value) => (Number.isFinite(value) ? value : 0));
}

function squaredError({ features, target }: TrainingSet, source: string): number {
  const forecast = readColumn(features, source);
  return forecast.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0) / target.length;
}
