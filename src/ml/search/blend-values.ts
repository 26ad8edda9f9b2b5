/** What the choice of an ensemble looks at: for every ranking metric a loss per row that a mean of models can be judged
 *  by quickly, and what that loss needs of each model. */
import type { BlendLoss } from '../ensemble/blend-loss.ts';
import type { MetricName } from '../experiment.ts';

type ValueKind = 'probability' | 'error' | 'relative error' | 'scaled error' | 'class errors';

interface Criterion {
  readonly loss: BlendLoss;
  readonly values: ValueKind;
}

const LOG: Criterion = { loss: 'log', values: 'probability' };
const SQUARED: Criterion = { loss: 'squared', values: 'error' };
const ABSOLUTE: Criterion = { loss: 'absolute', values: 'error' };

/** A metric that is a mean over rows is optimised itself. Ranks and decisions are not: there the log loss stands in,
 *  which any of them follows, and which a few lucky rows move less (see decision 9). */
const CRITERIA: Readonly<Record<MetricName, Criterion>> = {
  roc_auc: LOG,
  average_precision: LOG,
  log_loss: LOG,
  brier_score: { loss: 'squared', values: 'class errors' },
  accuracy: LOG,
  balanced_accuracy: LOG,
  f1: LOG,
  mcc: LOG,
  precision: LOG,
  recall: LOG,
  cohen_kappa: LOG,
  precision_at_top_10: LOG,
  recall_at_top_10: LOG,
  precision_at_recall_80: LOG,
  rmse: SQUARED,
  r2: SQUARED,
  mae: ABSOLUTE,
  median_absolute_error: ABSOLUTE,
  smape: { loss: 'absolute', values: 'relative error' },
  pinball_loss_90: ABSOLUTE,
  mape: { loss: 'absolute', values: 'relative error' },
  mase: { loss: 'absolute', values: 'scaled error' },
};

export function blendLossOf(metric: MetricName): BlendLoss {
  return CRITERIA[metric].loss;
}

/** Numbers per row that `blendValues` makes. */
export function valuesPerRow(metric: MetricName, nClasses: number): number {
  return CRITERIA[metric].values === 'class errors' && nClasses > 2 ? nClasses : 1;
}

/** @param prediction nRows × nOutputs numbers. @param target Float64Array (all rows). @param rows those that count.
 *  @param scale Float64Array (all rows), see `JudgedRows`.
 *  @returns Float32Array (rows × valuesPerRow). */
export function blendValues(
  metric: MetricName,
  prediction: Float32Array | Float64Array,
  target: Float64Array,
  nClasses: number,
  rows: Uint32Array,
  scale?: Float64Array,
): Float32Array {
  const { values } = CRITERIA[metric];
  const width = valuesPerRow(metric, nClasses);
  const out = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const y = target[row];
    switch (values) {
      case 'probability':
        out[i] = prediction[row * nClasses + y];
        break;
      case 'error':
        out[i] = prediction[row] - y;
        break;
      case 'relative error':
        out[i] = (prediction[row] - y) / Math.max(Math.abs(y), Number.EPSILON);
        break;
      case 'scaled error':
        out[i] = (prediction[row] - y) / (scale?.[row] ?? 1);
        break;
      case 'class errors':
        for (let k = 0; k < width; k++) {
          const which = width === 1 ? 1 : k;
          out[i * width + k] = prediction[row * nClasses + which] - (y === which ? 1 : 0);
        }
    }
  }
  return out;
}
