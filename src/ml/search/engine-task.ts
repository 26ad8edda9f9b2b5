/** What is said between whoever schedules work and a training thread. Plain values only: everything here is copied
 *  by structured clone, but for the table's columns, which lie on shared memory. */
import type { ThreadReply } from '../../errors/thread-reply.ts';
import type { Table } from '../data/table.ts';
import type { CurvePoint } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { Judgement } from '../judgement.ts';
import type { Backend } from '../neural/backend.ts';
import type { Calibration } from '../tuning/calibration.ts';
import type { Family, FoldResult, TrialResult, TrialSpec } from '../tuning/trial.ts';
import type { Judged } from './judge.ts';
import type { Candidate } from './out-of-fold.ts';
import type { Prediction, SerialisedPredictor } from './predictor.ts';
import type { RefitResult, RefitRows } from './refit.ts';
import type { Selection } from './select-ensemble.ts';

export type EngineTask =
  | { readonly kind: 'describe' }
  | {
      readonly kind: 'calibrate';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly families: readonly Family[];
    }
  | {
      readonly kind: 'trial';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly spec: TrialSpec;
      readonly finishedFolds: readonly FoldResult[];
    }
  | {
      readonly kind: 'select';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly candidates: readonly Candidate[];
    }
  | {
      readonly kind: 'refit';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly spec: TrialSpec;
      readonly folds: readonly FoldResult[];
      readonly rows: RefitRows;
    }
  | {
      readonly kind: 'judge';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly judged: Judged;
    }
  | { readonly kind: 'predict'; readonly table: Table; readonly predictor: SerialisedPredictor };

/** What each kind of task results in. */
export interface EngineResults {
  /** What computes the neural networks on this machine, with a sentence for a person. */
  readonly describe: Backend;
  readonly calibrate: Calibration;
  readonly trial: TrialResult;
  readonly select: Selection;
  /** Null when it was stopped before there was a result; a stopped trial says so in its own result. */
  readonly refit: RefitResult | null;
  readonly judge: Judgement | null;
  readonly predict: Prediction;
}

export type EngineReply<Kind extends EngineTask['kind'] = EngineTask['kind']> = ThreadReply<
  EngineResults[Kind]
>;

/** Told while a trial runs. Steps are told at most some ten times a second. */
export type EngineEvent =
  | { readonly kind: 'fold'; readonly fold: FoldResult; readonly prediction: Float32Array }
  | { readonly kind: 'step'; readonly fold: number; readonly point: CurvePoint };
