/** What a run needs from the outside: the jobs implement it. */
import type { Judged } from '../ml/evidence.ts';
import type { Checkpoint } from '../ml/search/evaluate-trial.ts';
import type { Candidate } from '../ml/search/out-of-fold.ts';
import type { RefitRows } from '../ml/search/refit.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Run, RunState } from './run.ts';

/** What a run needs from the store. */
export interface RunJournal {
  find(runId: string): Promise<Run | null>;
  move(runId: string, to: RunState, fields?: Partial<Run>): Promise<Run | null>;
  folds(runId: string): Promise<readonly { trialNumber: number; fold: FoldResult }[]>;
  /** @param prediction what the fold's model says of its judged rows, row-major; kept until the run has ended. */
  saveFold(runId: string, trialNumber: number, fold: FoldResult, prediction: Float32Array): Promise<void>;
  /** What was saved with the fold; null where it is lost. */
  prediction(runId: string, trialNumber: number, fold: number): Promise<Float32Array | null>;
  /** Keeps a fit that is on its way, in place of what was kept of the trial before; until the run has ended. */
  saveCheckpoint(runId: string, trialNumber: number, checkpoint: Checkpoint): Promise<void>;
  /** What was kept last; null where there is nothing, or nothing that can be read. */
  checkpoint(runId: string, trialNumber: number): Promise<Checkpoint | null>;
  trials(runId: string): Promise<readonly TrialResult[]>;
  saveTrial(runId: string, result: TrialResult): Promise<boolean>;
}

/** What a run needs from the engine: computing happens in other threads, one trial each.
 *  @typeParam Refit a trial trained anew. @typeParam Model what people get. This room only hands both through. */
export interface RunEngine<Refit, Model> {
  // `together`: how many trials or refits the run wants to have computed at this time. Where they are fewer than there
  // are threads, one may take several; its numbers do not depend on that.
  /** Evaluates a trial by cross-validation, continuing after `finishedFolds`, and in the middle of a fold where there is a
   *  `checkpoint` of it. Never rejects because of the trial
   *  itself: a trial that fails says so in its result. Resolves as `stopped` soon after `signal` aborts. */
  trial(
    spec: TrialSpec,
    finishedFolds: readonly FoldResult[],
    options: {
      signal: AbortSignal;
      together: number;
      checkpoint: Checkpoint | null;
      onFold: (fold: FoldResult, prediction: Float32Array) => void;
      onCheckpoint: (checkpoint: Checkpoint) => void;
    },
  ): Promise<TrialResult>;
  // The steps of the finish (finish.ts) reject when `signal` aborts.
  /** Chooses the model by what the trials predicted; the best trial comes first. */
  select(candidates: readonly Candidate[], options: { signal: AbortSignal }): Promise<Selection>;
  /** Trains a trial again, with what its folds found. */
  refit(
    spec: TrialSpec,
    folds: readonly FoldResult[],
    which: RefitRows,
    options: { signal: AbortSignal; together: number },
  ): Promise<Refit>;
  /** Looks at the holdout. @param refits on the training rows: of every member and of the best trial. */
  judge(
    selection: Selection,
    refits: readonly (Refit & { readonly trial: number })[],
    options: { signal: AbortSignal },
  ): Promise<Judged>;
  /** The members as one model. */
  assemble(selection: Selection, parts: readonly { readonly weight: number; readonly refit: Refit }[]): Model;
}
