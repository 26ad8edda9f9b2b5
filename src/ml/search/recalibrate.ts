/** Whether the model's probabilities are mended, and how: chosen and judged on rows that no model knew. */

import { applyCalibrator, type Calibrator, fitCalibrator } from '../calibration/calibrator.ts';
import { everyRow } from '../data/rows.ts';
import { lossPerRow } from '../ensemble/blend-loss.ts';
import { CalibrationMethod } from '../experiment.ts';
import type { Interval, RecalibrationJudgement } from '../judgement.ts';
import { isBetter } from '../metrics/registry.ts';
import { normalQuantile } from '../quantiles.ts';
import { Random } from '../random.ts';
import { blendValues } from './blend-values.ts';
import { gainOver, type Opinion, opinionOf, type Question, scoreOf } from './opinion.ts';
import { crossFitted, type OutOfFold, rowsOfPart } from './out-of-fold.ts';
import { unitGains } from './unit-gains.ts';

/** What is said of it, beside what it is. */
export interface ChosenCalibrator extends Omit<RecalibrationJudgement, 'holdoutGain'> {
  readonly calibrator: Calibrator | null;
  /** Of the model's own probabilities; see `Selection.threshold`. */
  readonly plainThreshold: number | null;
}

interface Held {
  readonly method: CalibrationMethod | null;
  readonly calibrator: Calibrator | null;
  readonly opinion: Opinion;
  readonly losses: Float64Array;
}

/** With fewer rows nothing can be told beyond the noise. */
const FEWEST_ROWS = 500;
/** Rows that a calibrator is fitted on; of more it takes a random part. */
const MOST_ROWS = 50_000;

/** Each is fitted without a part and judged on that part. Unless a person has named one, a calibrator takes the place of a
 *  simpler one, and the simplest of none, only where the 95% interval of the log loss that it saves lies above 0, and it
 *  is not clearly worse in the ranking metric. What is fitted for new rows has learned from all rows.
 *  @param plain the model without one. @returns null where there is nothing to choose. */
export function recalibrate(
  question: Question,
  plain: Opinion,
): { readonly chosen: ChosenCalibrator; readonly opinion: Opinion } | null {
  const { experiment, all, rows } = question;
  const { recalibration: wanted, task } = experiment;
  if (task === 'regression' || wanted === undefined) return null;
  const methods =
    wanted === 'none' || (wanted === 'choose' && all.nRows < FEWEST_ROWS)
      ? []
      : CalibrationMethod.options.filter((method) => wanted === 'choose' || method === wanted);
  const plainLosses = logLosses(question, plain);
  const tried: { method: CalibrationMethod; gain: Interval }[] = [];
  let held: Held = { method: null, calibrator: null, opinion: plain, losses: plainLosses };
  for (const method of methods) {
    const opinion = opinionOf(
      question,
      crossFitted(all, rows.target.nClasses, (part) => {
        const calibrator = fitOn(question, method, plain.prediction, rowsOfPart(all, part, 'out'));
        return applyCalibrator(calibrator, plain.prediction, rows.target.nClasses);
      }),
    );
    const losses = logLosses(question, opinion);
    tried.push({ method, gain: meanGain(all, losses, plainLosses) });
    if (wanted !== method && !(meanGain(all, losses, held.losses).low > 0)) continue;
    const calibrator = fitOn(question, method, plain.prediction, everyRow(all.nRows));
    // As it would be used: parts that are corrected differently are put together in an order that no calibrator gives.
    const asUsed = () =>
      opinionOf(question, applyCalibrator(calibrator, plain.prediction, rows.target.nClasses));
    if (wanted === method || !isWorse(question, asUsed(), plain))
      held = { method, calibrator, opinion, losses };
  }
  const { method: taken, calibrator, opinion } = held;
  return {
    chosen: { wanted, taken, tried, rows: all.nRows, calibrator, plainThreshold: plain.threshold },
    opinion,
  };
}

function fitOn(
  { experiment, rows, all }: Question,
  method: CalibrationMethod,
  prediction: Float64Array,
  known: Uint32Array,
): Calibrator {
  const { nClasses } = rows.target;
  const random = new Random(experiment.seed).derive('recalibration');
  const some = known.length <= MOST_ROWS ? known : random.shuffle(known).subarray(0, MOST_ROWS);
  const said = new Float64Array(some.length * nClasses);
  some.forEach((row, i) => {
    said.set(prediction.subarray(row * nClasses, (row + 1) * nClasses), i * nClasses);
  });
  return fitCalibrator(
    method,
    said,
    Float64Array.from(some, (row) => all.target[row]),
    nClasses,
  );
}

function logLosses({ rows, all }: Question, { prediction }: Opinion): Float64Array {
  const { nClasses } = rows.target;
  return lossPerRow('log', blendValues('log_loss', prediction, all.target, nClasses, everyRow(all.nRows)), 1);
}

/** What `ours` saves per row, with its 95% interval. */
function meanGain(all: OutOfFold, ours: Float64Array, theirs: Float64Array): Interval {
  const { count, total, variance } = unitGains(all, ours, theirs);
  const half = normalQuantile(0.975) * Math.sqrt(count * variance);
  return { value: total / all.nRows, low: (total - half) / all.nRows, high: (total + half) / all.nRows };
}

/** Where it scores no worse on these very rows, no interval says that it is: there, and with a curve that keeps the order of
 *  probabilities that is the rule, nothing is resampled. */
function isWorse(question: Question, ours: Opinion, theirs: Opinion): boolean {
  const { metric } = question.experiment;
  if (!isBetter(metric, scoreOf(question, theirs), scoreOf(question, ours))) return false;
  const gain = gainOver(question, ours, theirs);
  return gain !== null && gain.high < 0;
}
