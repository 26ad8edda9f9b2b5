/** What a training curve says: the words under the picture. */
import { formatCount, formatNumber, formatShare, stepWord } from './format.ts';
import type { FamilyCurve } from './report.ts';

/** - `converged`: the validation loss has stopped falling and not risen since;
 *  - `improving`: it was still falling when training ended;
 *  - `overfitting`: it rose again after its lowest point while the training loss went on falling;
 *  - `unknown`: fewer than 3 steps, or no validation loss. */
export type Convergence = 'converged' | 'improving' | 'overfitting' | 'unknown';

export interface CurveReading {
  readonly convergence: Convergence;
  /** The step of the lowest validation loss. */
  readonly lowestStep: number;
  readonly lastStep: number;
  /** Validation loss over training loss at the lowest step, minus 1; 0 where unknown. */
  readonly gap: number;
  /** A few words, for a small panel. */
  readonly words: string;
  readonly sentence: string;
}

/** A rise or fall counts when it is more than this share of what training gained in all. */
const NOTICEABLE = 0.02;

export function readCurve(curve: FamilyCurve): CurveReading {
  const points = curve.points.flatMap(({ step, trainLoss, validationLoss }) =>
    validationLoss === undefined ? [] : [{ step, trainLoss, validationLoss }],
  );
  const lastStep = curve.points.at(-1)?.step ?? 0;
  const unit = stepWord(curve.family);
  if (points.length < 3) {
    const short = curve.points.length < 3;
    return {
      convergence: 'unknown',
      lowestStep: lastStep,
      lastStep,
      gap: 0,
      words: short ? 'no curve to read' : `training loss only, ${formatCount(lastStep)} ${unit}s`,
      sentence: short
        ? `Fitted in ${formatCount(lastStep)} ${lastStep === 1 ? unit : `${unit}s`}: there is no curve to read.`
        : `Fitted in ${formatCount(lastStep)} ${unit}s without judging rows on the way, so its curve cannot show overfitting.`,
    };
  }
  const lowest = points.reduce((best, point) => (point.validationLoss < best.validationLoss ? point : best));
  const last = points[points.length - 1];
  const gained = points[0].validationLoss - lowest.validationLoss;
  const gap = lowest.trainLoss > 0 ? lowest.validationLoss / lowest.trainLoss - 1 : 0;
  const reading = { lowestStep: lowest.step, lastStep: last.step, gap };

  const rise = last.validationLoss - lowest.validationLoss;
  // A rise of less than a hundredth of the loss is the noise of an epoch or of the folds.
  if (
    rise > NOTICEABLE * gained &&
    rise > 0.01 * lowest.validationLoss &&
    last.trainLoss <= lowest.trainLoss
  ) {
    const sentence =
      `Overfitting from ${unit} ${formatCount(lowest.step)} on: the validation loss rose from ` +
      `${formatNumber(lowest.validationLoss)} to ${formatNumber(last.validationLoss)} by ${unit} ` +
      `${formatCount(last.step)} while the training loss kept falling.`;
    return {
      ...reading,
      convergence: 'overfitting',
      words: `overfitting from ${unit} ${formatCount(lowest.step)}`,
      sentence,
    };
  }
  const tail = points.find((point) => point.step >= 0.9 * last.step) ?? last;
  const tailGain = tail.validationLoss - lowest.validationLoss;
  if (lowest.step >= 0.95 * last.step && gained > 0 && tailGain > NOTICEABLE * gained) {
    const sentence =
      `Still improving at ${unit} ${formatCount(last.step)}: the last tenth of training brought ` +
      `${formatShare(tailGain / gained)} of the whole fall in validation loss, so more ${unit}s may help.`;
    return { ...reading, convergence: 'improving', words: 'still improving at the end', sentence };
  }
  const settled =
    points.find((point) => point.validationLoss - lowest.validationLoss <= NOTICEABLE * gained) ?? lowest;
  const sentence =
    `Converged: from ${unit} ${formatCount(settled.step)} on, the validation loss stays within ` +
    `${NOTICEABLE * 100}% of its total fall from the lowest value, ${formatNumber(lowest.validationLoss)} ` +
    `at ${unit} ${formatCount(lowest.step)}.`;
  return {
    ...reading,
    convergence: 'converged',
    words: `converged by ${unit} ${formatCount(settled.step)}`,
    sentence,
  };
}

/** What the loss of a curve is, for axes and sentences. */
export function lossLabel(task: 'binary' | 'multiclass' | 'regression'): string {
  return task === 'regression' ? 'squared error' : 'log loss';
}

/** Whether the family's curve has more than a point to draw. */
export function hasCurve(curve: Pick<FamilyCurve, 'points'>): boolean {
  return curve.points.length >= 2;
}
