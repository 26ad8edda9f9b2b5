/** What is said between whoever schedules work and a training thread. Plain values only: everything here is copied
 *  by structured clone, but for the table's columns, which lie on shared memory. */
import type { ThreadReply } from '../../errors/thread-reply.ts';
import type { ClaimFindings } from '../claim.ts';
import type { Table } from '../data/table.ts';
import type { UploadedPredictions } from '../data/uploaded-predictions.ts';
import type { CurvePoint, SerialisedEstimator } from '../estimator.ts';
import type { Judged } from '../evidence.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import type { Importance } from '../judgement.ts';
import type { ImageBatch } from '../neural/backbones/image-batch.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import type { Backend } from '../neural/backend.ts';
import type { SentenceModel } from '../neural/sentences/model.ts';
import type { Probe } from '../studies.ts';
import type { Calibration } from '../tuning/calibration.ts';
import type { Family, FoldResult, TrialResult, TrialSpec } from '../tuning/trial.ts';
import type { concludeStudies, StudyMaterial } from './conclude-studies.ts';
import type { Checkpoint } from './fit-checkpoint.ts';
import type { Refitted } from './judge.ts';
import type { RemovablePart } from './list-components.ts';
import type { Means } from './measure-sentences.ts';
import type { NestedFold } from './nested.ts';
import type { Candidate } from './out-of-fold.ts';
import type { Prediction, SerialisedPredictor } from './predictor.ts';
import type { ProbeResult } from './probe-trial.ts';
import type { RefitResult, RefitRows } from './refit.ts';
import type { Selection } from './select-ensemble.ts';

/** What the tasks of one run share.
 *  @property key      the same for tasks of the same table and experiment, and for no others: a thread divides the rows
 *                     once for all of them.
 *  @property memoryMb what the thread may hold; null for no limit. */
export interface RunMaterial {
  readonly key: string;
  readonly table: Table;
  readonly experiment: Experiment;
  readonly memoryMb: number | null;
  /** Pictures are shown to it, or it is trained further; none where the plan names none. */
  readonly network?: PretrainedNetwork | null;
}

interface FitMaterial extends RunMaterial {
  /** That one fit may take, its own included; numbers do not depend on them. */
  readonly threads: number;
}

export type EngineTask =
  | { readonly kind: 'describe' }
  | {
      readonly kind: 'calibrate';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly families: readonly Family[];
      readonly means?: Means;
    }
  | {
      readonly kind: 'examine';
      readonly table: Table;
      readonly experiment: Experiment;
      readonly metric: MetricName;
    }
  | {
      readonly kind: 'foreign';
      /** An ONNX file of somebody else. */
      readonly model: Uint8Array;
      /** For people. */
      readonly name: string;
      readonly table: Table;
      readonly experiment: Experiment;
    }
  | { readonly kind: 'read'; readonly model: SentenceModel; readonly texts: readonly string[] }
  | { readonly kind: 'look'; readonly network: PretrainedNetwork; readonly images: ImageBatch }
  | (FitMaterial & {
      readonly kind: 'trial';
      readonly spec: TrialSpec;
      readonly finishedFolds: readonly FoldResult[];
      readonly checkpoint: Checkpoint | null;
    })
  | (RunMaterial & { readonly kind: 'select'; readonly candidates: readonly Candidate[] })
  | (FitMaterial & {
      readonly kind: 'refit';
      readonly spec: TrialSpec;
      readonly folds: readonly FoldResult[];
      readonly which: RefitRows;
      readonly checkpoint?: Checkpoint | null;
    })
  | (RunMaterial & {
      readonly kind: 'judge';
      readonly selection: Selection;
      readonly refits: readonly Refitted[];
      /** Whether importances and explanations are wanted. */
      readonly chapters?: boolean;
    })
  | (RunMaterial & {
      readonly kind: 'nested';
      readonly specs: readonly TrialSpec[];
      /** Which outer fold, from 0. */
      readonly outer: number;
    })
  | (FitMaterial & {
      readonly kind: 'probe';
      readonly spec: TrialSpec;
      readonly probe: Probe;
      readonly folds: number;
    })
  | (RunMaterial & {
      readonly kind: 'components';
      readonly specs: readonly TrialSpec[];
      readonly importance: readonly Importance[];
      readonly most: number;
    })
  | (RunMaterial & { readonly kind: 'conclude'; readonly study: StudyMaterial })
  | {
      readonly kind: 'shard';
      /** The same for all rounds of a fit on this part, and for no others: a thread prepares its rows once. */
      readonly key: string;
      readonly rows: SerialisedEstimator;
      readonly round: SerialisedEstimator;
      /** Counts from 0. */
      readonly shard: number;
    }
  | {
      readonly kind: 'predict';
      readonly table: Table | null;
      readonly predictor: SerialisedPredictor;
      readonly sentences: SentenceModel | null;
      /** Those that the model names; none where it names none. */
      readonly networks?: readonly PretrainedNetwork[];
    };

/** What each kind of task results in. */
export interface EngineResults {
  /** What computes the neural networks on this machine, with a sentence for a person. */
  readonly describe: Backend;
  readonly calibrate: Calibration;
  /** Null when it was stopped, or the metric says nothing on these rows. */
  readonly examine: ClaimFindings | null;
  /** Null when it was stopped before there was a result. */
  readonly foreign: UploadedPredictions | null;
  /** Vectors of the texts, row-major. Null when it was stopped before there was a result. */
  readonly read: Float32Array<ArrayBuffer> | null;
  /** What a network sees in the pictures, row by row. Null when it was stopped before there was a result. */
  readonly look: Float32Array<ArrayBuffer> | null;
  /** A stopped trial says so in its own result. */
  readonly trial: TrialResult;
  readonly select: Selection;
  /** Null when it was stopped before there was a result. */
  readonly refit: RefitResult | null;
  /** Null when it was stopped before there was a result. */
  readonly shard: ShardResult | null;
  /** Null when it was stopped before there was a result. */
  readonly judge: Judged | null;
  /** Null when it was stopped, or nothing could be judged. */
  readonly nested: NestedFold | null;
  /** Null when it was stopped before there was a result. */
  readonly probe: ProbeResult | null;
  readonly components: RemovablePart[];
  readonly conclude: ReturnType<typeof concludeStudies>;
  readonly predict: Prediction;
}

/** What a part of a round came to, and what it took. */
export interface ShardResult {
  readonly outcome: SerialisedEstimator;
  readonly cpuSeconds: number;
}

export type EngineReply<Kind extends EngineTask['kind'] = EngineTask['kind']> = ThreadReply<
  EngineResults[Kind]
>;

/** Told while a trial or a refit runs. Steps are told at most some ten times a second; questions wait for their answer. */
export type EngineEvent =
  | { readonly kind: 'fold'; readonly fold: FoldResult; readonly prediction: Float32Array<ArrayBuffer> }
  | { readonly kind: 'step'; readonly fold: number; readonly point: CurvePoint }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'shards'; readonly id: number; readonly question: ShardQuestion };

/** What a fit asks of whoever may compute parts of its rows: the calls of `ShardWorkers`. Each is answered. */
export type ShardQuestion =
  | { readonly kind: 'open'; readonly parts: readonly SerialisedEstimator[] }
  | { readonly kind: 'offer'; readonly round: SerialisedEstimator }
  | { readonly kind: 'next' }
  | { readonly kind: 'close' };

/** @property next of a question for the next part. */
export interface ShardAnswer {
  readonly id: number;
  readonly next?: { readonly shard: number; readonly result: ShardResult | null };
}
