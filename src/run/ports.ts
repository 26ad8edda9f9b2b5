/** What a run needs from the outside: the jobs implement it. */
import type { Judged } from '../ml/evidence.ts';
import type { Importance } from '../ml/judgement.ts';
import type { StudyMaterial } from '../ml/search/conclude-studies.ts';
import type { Checkpoint } from '../ml/search/fit-checkpoint.ts';
import type { RemovablePart } from '../ml/search/list-components.ts';
import type { NestedFold } from '../ml/search/nested.ts';
import type { Candidate } from '../ml/search/out-of-fold.ts';
import type { ProbeResult } from '../ml/search/probe-trial.ts';
import type { RefitRows } from '../ml/search/refit.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { Probe, Studies } from '../ml/studies.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Run, RunState } from './run.ts';

/** What a run needs from the store. */
export interface RunJournal {
  find(runId: string): Promise<Run | null>;
  move(runId: string, to: RunState, fields?: Partial<Run>): Promise<Run | null>;
  /** @param trialNumber of this trial alone. */
  folds(runId: string, trialNumber?: number): Promise<readonly { trialNumber: number; fold: FoldResult }[]>;
  /** @param prediction what the fold's model says of its judged rows, row-major; kept until the run has ended. */
  saveFold(runId: string, trialNumber: number, fold: FoldResult, prediction: Float32Array): Promise<void>;
  /** What was saved with the fold; null where it is lost. */
  prediction(runId: string, trialNumber: number, fold: number): Promise<Float32Array | null>;
  /** Keeps a fit that is on its way: the last state, and the best where that is another one, in place of those before;
   *  until the trial is saved, or the run has ended.
   *  @param refit the rows of the trial's refit, where it is the one. */
  saveCheckpoint(
    runId: string,
    trialNumber: number,
    checkpoint: Checkpoint,
    refit?: RefitRows,
  ): Promise<void>;
  /** What was kept last, or where that is damaged, what was best; null where there is nothing that can be used. */
  checkpoint(runId: string, trialNumber: number, refit?: RefitRows): Promise<Checkpoint | null>;
  /** Keeps what a probe of a trial showed, until the run has ended. */
  saveProbe(runId: string, trialNumber: number, probe: Probe, result: ProbeResult): Promise<void>;
  /** What was kept of it; null where there is nothing that can be used. */
  probe(runId: string, trialNumber: number, probe: Probe): Promise<ProbeResult | null>;
  /** @param numbers of these trials alone. */
  trials(runId: string, numbers?: readonly number[]): Promise<readonly TrialResult[]>;
  /** Once; and not any more when the run is being judged. @returns whether it was kept. */
  saveTrial(runId: string, result: TrialResult): Promise<boolean>;
}

/** Where a run has its trials computed: here (trial.ts) or by any worker (jobs/trial-desk.ts). */
export interface TrialDesk {
  /** Computes a trial and writes it down, once, with its folds as they come. Never rejects because of the trial itself.
   *  @param options.onFold told of folds that are written down.
   *  @returns what the journal has kept of it; a result of the state `stopped` soon after `signal` aborts. */
  trial(
    spec: TrialSpec,
    options: { signal: AbortSignal; together: number; onFold: (fold: FoldResult) => void },
  ): Promise<TrialResult>;
}

/** Trains trials again with something changed, and says what that shows. All reject when `signal` aborts. */
export interface StudyEngine {
  /** @param folds the first ones, in which it is trained. */
  probe(
    spec: TrialSpec,
    probe: Probe,
    folds: number,
    options: { signal: AbortSignal; together: number },
  ): Promise<ProbeResult>;
  /** What can be left out of these trials. @param most parts. */
  components(
    specs: readonly TrialSpec[],
    importance: readonly Importance[],
    most: number,
    options: { signal: AbortSignal },
  ): Promise<readonly RemovablePart[]>;
  conclude(
    study: StudyMaterial,
    options: { signal: AbortSignal },
  ): Promise<Pick<Studies, 'stability' | 'ablation' | 'curve'>>;
}

/** What a run needs from the engine: computing happens in other threads, one trial each.
 *  @typeParam Refit a trial trained anew. @typeParam Model what people get. This room only hands both through. */
export interface RunEngine<Refit, Model> {
  // `together`: how many trials or refits the run wants to have computed at this time. Where they are fewer than there
  // are threads, one may take several; its numbers do not depend on that.
  /** Evaluates a trial by cross-validation, continuing after `finishedFolds`, and in the middle of a fold where there is a
   *  `checkpoint` of it. Never rejects because of the trial
   *  itself, but for MEMORY_TOO_SMALL, which another machine may not share: a trial that fails says so in its result.
   *  Resolves as `stopped` soon after `signal` aborts.
   *  @param options.limitSeconds what it may take; it fails when it takes longer. No limit without it.
   *  @param options.memoryMb what it may hold, in place of what every thread may. */
  trial(
    spec: TrialSpec,
    finishedFolds: readonly FoldResult[],
    options: {
      signal: AbortSignal;
      together: number;
      checkpoint: Checkpoint | null;
      onFold: (fold: FoldResult, prediction: Float32Array) => void;
      onCheckpoint: (checkpoint: Checkpoint) => void;
      limitSeconds?: number;
      memoryMb?: number;
    },
  ): Promise<TrialResult>;
  // The steps of the finish (finish.ts) reject when `signal` aborts.
  /** Chooses the model by what the trials predicted; the best trial comes first. */
  select(candidates: readonly Candidate[], options: { signal: AbortSignal }): Promise<Selection>;
  /** Trains a trial again, with what its folds found, and in the middle of it where there is a `checkpoint`. */
  refit(
    spec: TrialSpec,
    folds: readonly FoldResult[],
    which: RefitRows,
    options: {
      signal: AbortSignal;
      together: number;
      checkpoint: Checkpoint | null;
      onCheckpoint: (checkpoint: Checkpoint) => void;
    },
  ): Promise<Refit>;
  /** Looks at the holdout. @param options.chapters whether importances and explanations are wanted, which take longest.
   *  @param refits on the training rows: of every member and of the best trial. */
  judge(
    selection: Selection,
    refits: readonly (Refit & { readonly trial: number })[],
    options: { signal: AbortSignal; chapters: boolean },
  ): Promise<Judged>;
  /** Makes the choice among these trials anew on an outer part of the rows, and judges it on the rest.
   *  @param options.limitSeconds what it may take; no limit without it.
   *  @returns null where nothing could be judged.
   *  @throws TRAINING_TOO_LONG */
  nested(
    specs: readonly TrialSpec[],
    outer: number,
    options: { signal: AbortSignal; limitSeconds?: number },
  ): Promise<NestedFold | null>;
  /** What studies of the model are made with. */
  readonly studies: StudyEngine;
  /** The members as one model. */
  assemble(selection: Selection, parts: readonly { readonly weight: number; readonly refit: Refit }[]): Model;
}
