/** The pruners of a plan: they end a trial after some of its folds, judged by what other trials scored in the same folds. */
import type { PrunerName, Race } from '../trial.ts';
import { foldRacePruner } from './fold-race.ts';
import { medianPruner } from './median.ts';
import { noPruner, type Pruner } from './pruner.ts';

/** So many complete trials of its family must be known before a trial can be called behind. */
export const FEWEST_RIVALS = 3;

interface FoldPruner {
  /** As written in a sentence. */
  readonly label: string;
  /** One sentence. */
  readonly why: string;
  readonly pruner: Pruner;
}

export const FOLD_PRUNERS: Readonly<Record<PrunerName, FoldPruner>> = {
  none: { label: 'none', why: 'Every trial is scored in every fold.', pruner: noPruner },
  median: {
    label: 'median rule',
    why: 'A trial ends after a fold when its mean so far is worse than the median of what the finished trials of its family had there.',
    pruner: medianPruner({ nStartupTrials: FEWEST_RIVALS }),
  },
  race: {
    label: 'race',
    why: 'A trial ends after a fold when it is behind the best finished trial of its family by more than the folds still to come can turn; what the same folds differ by between settings says how much that is.',
    pruner: foldRacePruner(),
  },
};

/** Whether a trial with these scores in its first folds should end now. */
export function isBehind(
  { pruner, rivals }: Race,
  scores: readonly number[],
  greaterIsBetter: boolean,
): boolean {
  const losses = (folds: readonly number[]) => (greaterIsBetter ? folds.map((score) => -score) : folds);
  const others = rivals.map((folds, number) => ({
    number,
    values: runningMeans(losses(folds)),
    isComplete: true,
  }));
  const trial = { number: rivals.length, values: runningMeans(losses(scores)), isComplete: false };
  return FOLD_PRUNERS[pruner].pruner.shouldPrune(trial, others);
}

function runningMeans(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value;
    return sum / (i + 1);
  });
}
