/** What a perfect score leaves possible. No resample of rows that are all right holds a mistake, so the bootstrap calls a perfect
 *  score certain, however few the rows are. */
import type { MetricName } from '../experiment.ts';
import type { JudgedRows } from './judged-rows.ts';
import { prepareScores } from './score.ts';
import { wilsonInterval } from './wilson.ts';

/** Counts are whole numbers: in these parts of a row. */
const PARTS = 1000;

/** The scores if as many rows had been wrong as Wilson's interval of an accuracy of 100% leaves possible, evenly over the classes,
 *  each of them wrong for certain: one row of each class is taken for the next class with probability 1.
 *  @param rows of a classification. @param independent how many of the rows, or groups of rows, say something of their own.
 *  @returns Float64Array (nMetrics): low ends for metrics that reach their greatest value. */
export function scoresIfSomeWereWrong(
  metrics: readonly MetricName[],
  rows: JudgedRows,
  independent: number,
  confidence: number,
): Float64Array {
  const { nClasses, nRows, target, prediction } = rows;
  const ofClass = new Float64Array(nClasses);
  for (const label of target) ofClass[label]++;
  const present = [...ofClass.keys()].filter((label) => ofClass[label] > 0);
  const { low } = wilsonInterval(1, independent, confidence);
  const wrong = (nRows * (1 - low)) / low;

  const all = nRows + present.length;
  const counts = new Uint32Array(all).fill(PARTS, 0, nRows);
  const targets = new Float64Array(all);
  const predictions = new Float64Array(all * nClasses);
  targets.set(target);
  predictions.set(prediction);
  present.forEach((label, i) => {
    const row = nRows + i;
    const taken = present[(i + 1) % present.length] as number;
    targets[row] = label;
    predictions[row * nClasses + (taken === label ? (label + 1) % nClasses : taken)] = 1;
    counts[row] = Math.round((PARTS * wrong * ofClass[label]) / nRows);
  });
  return prepareScores(metrics, { ...rows, nRows: all, target: targets, prediction: predictions })(counts);
}
