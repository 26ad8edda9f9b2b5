/** A stacker in place of the weighted mean, but only where it is clearly better on rows that it was not fitted on. */

import { everyRow } from '../data/rows.ts';
import { lossPerRow } from '../ensemble/blend-loss.ts';
import { heaviestFirst } from '../ensemble/greedy-selection.ts';
import { applyStacker, fitStacker, type Stacker } from '../ensemble/stacking.ts';
import { Random } from '../random.ts';
import { blendLossOf, blendValues, valuesPerRow } from './blend-values.ts';
import { gainOver, type Opinion, opinionOf, type Question } from './opinion.ts';
import { crossFitted, pickOutputs, rowsOfPart } from './out-of-fold.ts';
import { unitGains } from './unit-gains.ts';

/** With fewer rows it has too little to learn from. */
const FEWEST_ROWS = 500;
/** Rows that a stacker is fitted on; of more it takes a random part. */
const MOST_ROWS = 10_000;
/** Standard errors by which it must be better: unlike a mean, it can do harm (decision 9). */
const NOISE = 2;

/** A stacker for each part is fitted on the members, the weights and the rows of the other parts. Together they must
 *  beat the ensemble in the loss that it was chosen by, beyond the noise, and not lose to it in the ranking metric.
 *  @param weights       of all candidates, chosen on all rows: what the stacker starts from.
 *  @param weightsByPart chosen without the rows of each part.
 *  @param blended       the ensemble that it must beat.
 *  @returns null where the mean stays. The stacker's coefficients are those of the candidates with a weight, the
 *  heaviest first. */
export function stackBehindGuard(
  question: Question,
  weights: Float64Array,
  weightsByPart: readonly Float64Array[],
  blended: Opinion,
): { readonly stacker: Stacker; readonly opinion: Opinion } | null {
  const { all, rows } = question;
  const { nClasses } = rows.target;
  if ((all.nDifferent ?? all.nRows) < FEWEST_ROWS) return null;
  const opinion = opinionOf(
    question,
    crossFitted(all, nClasses, (part) => {
      const stacker = stackOn(question, weightsByPart[part], rowsOfPart(all, part, 'out'));
      const predictions = heaviestFirst(weightsByPart[part]).map((i) => all.predictions[i]);
      return applyStacker(stacker, predictions, nClasses);
    }),
  );
  const isBetter =
    isClearlyBetter(question, opinion, blended) && (gainOver(question, opinion, blended)?.value ?? -1) >= 0;
  return isBetter ? { stacker: stackOn(question, weights, everyRow(all.nRows)), opinion } : null;
}

function stackOn({ experiment, rows, all }: Question, weights: Float64Array, known: Uint32Array): Stacker {
  const { nClasses } = rows.target;
  const random = new Random(experiment.seed).derive('stacker');
  const some = known.length <= MOST_ROWS ? known : random.shuffle(known).subarray(0, MOST_ROWS);
  const members = heaviestFirst(weights);
  return fitStacker(
    {
      predictions: members.map((i) => pickOutputs(all.predictions[i], some, nClasses)),
      target: Float64Array.from(some, (row) => all.target[row]),
      nClasses,
    },
    members.map((i) => weights[i]),
  );
}

function isClearlyBetter({ experiment, rows, all }: Question, ours: Opinion, theirs: Opinion): boolean {
  const { metric } = experiment;
  const { nClasses } = rows.target;
  const lossesOf = ({ prediction }: Opinion) =>
    lossPerRow(
      blendLossOf(metric),
      blendValues(metric, prediction, all.target, nClasses, everyRow(all.nRows)),
      valuesPerRow(metric, nClasses),
    );
  const { count, mean, variance } = unitGains(all, lossesOf(ours), lossesOf(theirs));
  return mean > NOISE * Math.sqrt(variance / count);
}
