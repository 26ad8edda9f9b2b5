/** What the network minimises, per row: cross-entropy of class probabilities, or an error of numbers. */

export type LossName = 'crossEntropy' | 'focalLoss' | 'squaredError' | 'huberError';

/** @property gamma     0 is cross-entropy.
 *  @property threshold of errors: up to there it is the squared error, beyond it twice PyTorch's huber_loss. */
export type Loss =
  | { readonly name: 'crossEntropy' | 'squaredError' }
  | { readonly name: 'huberError'; readonly threshold: number }
  | { readonly name: 'focalLoss'; readonly gamma: number };

/** Weighted mean over plain arrays, summed in float64.
 *  @param outputs, targets (nRows × nOutputs), row-major. @param weights (nRows); without them all rows count alike. */
export function meanLoss(
  loss: Loss,
  outputs: Float32Array,
  targets: Float32Array,
  nOutputs: number,
  weights?: Float32Array,
): number {
  const nRows = outputs.length / nOutputs;
  let sum = 0;
  for (let row = 0; row < nRows; row++) {
    const start = row * nOutputs;
    const cost = rowLoss(loss, outputs.subarray(start, start + nOutputs), targets, start);
    sum += cost * (weights ? (weights[row] as number) : 1);
  }
  return sum / nRows;
}

/** @param start where the row's targets begin. */
function rowLoss(loss: Loss, outputs: Float32Array, targets: Float32Array, start: number): number {
  let sum = 0;
  if (loss.name === 'squaredError') {
    outputs.forEach((value, k) => {
      sum += (value - (targets[start + k] as number)) ** 2;
    });
    return sum / outputs.length;
  }
  if (loss.name === 'huberError') {
    outputs.forEach((value, k) => {
      const gap = Math.abs(value - (targets[start + k] as number));
      const inner = Math.min(gap, loss.threshold);
      sum += inner * (2 * gap - inner);
    });
    return sum / outputs.length;
  }
  const logTotal = logSumExp(outputs);
  outputs.forEach((logit, k) => {
    const logShare = logit - logTotal;
    const emphasis = loss.name === 'focalLoss' ? (1 - Math.exp(logShare)) ** loss.gamma : 1;
    sum -= (targets[start + k] as number) * emphasis * logShare;
  });
  return sum;
}

/** Probabilities of each row. @param outputs logits (nRows × nClasses), row-major. @returns same layout. */
export function softmaxRows(outputs: Float32Array, nClasses: number): Float64Array {
  const probabilities = new Float64Array(outputs.length);
  for (let start = 0; start < outputs.length; start += nClasses) {
    const logits = outputs.subarray(start, start + nClasses);
    const logTotal = logSumExp(logits);
    for (let k = 0; k < nClasses; k++) probabilities[start + k] = Math.exp((logits[k] as number) - logTotal);
  }
  return probabilities;
}

function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - max);
  return max + Math.log(total);
}
