/** A trained model as a value: everything that turns a table of new rows into predictions. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { Table } from '../data/table.ts';
import type { FittedEstimator, SerialisedEstimator } from '../estimator.ts';
import { Experiment } from '../experiment.ts';
import { decideClasses } from '../metrics/confusion.ts';
import { type FittedPipeline, restorePipeline } from '../preprocessing/pipeline.ts';
import { Family } from '../tuning/trial.ts';
import { FAMILIES } from './families.ts';

type NumericArray = SerialisedEstimator['arrays'][string];

const ARRAY_TYPES = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array];
const NumericArray = z.custom<NumericArray>((value) => ARRAY_TYPES.some((type) => value instanceof type));

/** Plain JSON but for `estimator.arrays`: whoever writes it to a file keeps each array's type and name. */
export const SerialisedPredictor = z.object({
  format: z.literal('modelwright-predictor-1'),
  family: Family,
  /** With the class labels, in the order of the probabilities. */
  experiment: Experiment,
  pipeline: z.unknown(),
  estimator: z.object({ json: z.unknown(), arrays: z.record(z.string(), NumericArray) }),
});
export type SerialisedPredictor = z.infer<typeof SerialisedPredictor>;

/** Predictions for the rows of a table, in its order.
 *  - classes: `labels[i]` is the class a row is taken for; `probabilities` Float64Array (nRows × classes.length),
 *    row-major, in the order of `classes`;
 *  - values: `values` Float64Array (nRows). */
export type Prediction =
  | {
      readonly kind: 'classes';
      readonly classes: readonly string[];
      readonly labels: readonly string[];
      readonly probabilities: Float64Array;
    }
  | { readonly kind: 'values'; readonly values: Float64Array };

export interface Predictor {
  readonly experiment: Experiment;
  /** The target column is not needed; columns that the model does not know are ignored.
   *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
  predict(table: Table): Prediction;
}

export function serialisePredictor(
  family: Family,
  experiment: Experiment,
  pipeline: FittedPipeline,
  fitted: FittedEstimator,
): SerialisedPredictor {
  const { json, arrays }: SerialisedEstimator = fitted.serialise();
  return {
    format: 'modelwright-predictor-1',
    family,
    experiment,
    pipeline: pipeline.serialise(),
    estimator: { json, arrays: { ...arrays } },
  };
}

/** The inverse: predicts identically in any process. @throws MODEL_FORMAT_UNKNOWN */
export async function restorePredictor(serialised: unknown): Promise<Predictor> {
  const parsed = SerialisedPredictor.safeParse(serialised);
  if (!parsed.success) {
    const detail = z.prettifyError(parsed.error).slice(0, 200);
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'model', detail });
  }
  const { family, experiment, pipeline: state, estimator: stored } = parsed.data;
  const pipeline = restorePipeline(state);
  const estimator = await FAMILIES[family].load();
  const fitted = await estimator.restore(stored);
  return {
    experiment,
    predict(table) {
      const raw = fitted.predict(pipeline.transform(table));
      if (experiment.task === 'regression') return { kind: 'values', values: raw };
      const { classes } = experiment;
      const labels = Array.from(decideClasses(raw, classes.length), (index) => classes[index] as string);
      return { kind: 'classes', classes, labels, probabilities: raw };
    },
  };
}
