/** What a pruner is: it ends a trial early, judged by what other trials had at the same step. */

/** The values of a trial so far, after step 1, 2, 3... Lower is better. */
export interface LearningCurve {
  /** Of the trial in its study. */
  readonly number: number;
  readonly values: readonly number[];
  /** Whether it went on to its last step; a trial that runs or was pruned did not. */
  readonly isComplete: boolean;
}

export interface Pruner {
  /** Asked after each step of the trial. A pure function of its arguments, in which the order of the others plays no part.
   *  @param others the trials of the study that have begun, without this one. */
  shouldPrune(trial: LearningCurve, others: readonly LearningCurve[]): boolean;
}

/** Lets every trial go on. */
export const noPruner: Pruner = { shouldPrune: () => false };
