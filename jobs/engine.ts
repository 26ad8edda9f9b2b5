/** The engine as jobs use it: each task in a thread of its own. */
import { randomUUID } from 'node:crypto';
import { ModelwrightError } from '../src/errors/errors.ts';
import { unwrap } from '../src/errors/thread-reply.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { Experiment } from '../src/ml/experiment.ts';
import type {
  EngineEvent,
  EngineReply,
  EngineResults,
  EngineTask,
  RunMaterial,
} from '../src/ml/search/engine-task.ts';
import type { Prediction, SerialisedPredictor } from '../src/ml/search/predictor.ts';
import type { RefitResult } from '../src/ml/search/refit.ts';
import type { Calibration } from '../src/ml/tuning/calibration.ts';
import type { Family } from '../src/ml/tuning/trial.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { RunEngine } from '../src/run/ports.ts';

/** The part of the thread pool that this needs. */
interface EnginePool {
  run(
    task: EngineTask,
    options: { signal?: AbortSignal; onEvent?: (event: EngineEvent) => void },
  ): Promise<EngineReply>;
  close(): Promise<void>;
}

export interface Engine {
  /** What computes the neural networks here, and what that costs. */
  describe(): Promise<EngineResults['describe']>;
  calibrate(
    table: Table,
    experiment: Experiment,
    families: readonly Family[],
    signal: AbortSignal,
  ): Promise<Calibration>;
  forPlan(table: Table, plan: Pick<Plan, 'experiment'>): PlanEngine;
  predict(table: Table, predictor: SerialisedPredictor): Promise<Prediction>;
  close(): Promise<void>;
}

export type PlanEngine = RunEngine<RefitResult, SerialisedPredictor>;

interface EngineLimits {
  /** That may compute side by side. */
  readonly threads: number;
  /** What one thread may hold; null for no limit. */
  readonly memoryMb: number | null;
}

export function createEngine(pool: EnginePool, { threads, memoryMb }: EngineLimits): Engine {
  const compute = computeOn(pool);
  return {
    describe: () => compute({ kind: 'describe' }),
    calibrate: (table, experiment, families, signal) =>
      compute({ kind: 'calibrate', table, experiment, families }, { signal }),
    forPlan: (table, { experiment }) =>
      planEngine({ key: randomUUID(), table, experiment, memoryMb }, threads, compute),
    predict: (table, predictor) => compute({ kind: 'predict', table, predictor }),
    close: () => pool.close(),
  };
}

type Compute = ReturnType<typeof computeOn>;

function computeOn(pool: EnginePool) {
  return async <Kind extends EngineTask['kind']>(
    task: EngineTask & { readonly kind: Kind },
    options: Parameters<EnginePool['run']>[1] = {},
  ): Promise<EngineResults[Kind]> => unwrap((await pool.run(task, options)) as EngineReply<Kind>);
}

function planEngine(material: RunMaterial, threads: number, compute: Compute): PlanEngine {
  const { experiment } = material;
  const forOneOf = (together: number) => Math.max(1, Math.floor(threads / together));
  return {
    async trial(spec, finishedFolds, { signal, together, checkpoint, onFold, onCheckpoint }) {
      const stopped = { number: spec.number, folds: [], score: null, seconds: 0, cpuSeconds: 0 };
      try {
        return await compute(
          { kind: 'trial', ...material, threads: forOneOf(together), spec, finishedFolds, checkpoint },
          {
            signal,
            onEvent: (event) => {
              if (event.kind === 'fold') onFold(event.fold, event.prediction);
              if (event.kind === 'checkpoint') onCheckpoint(event.checkpoint);
            },
          },
        );
      } catch (error) {
        if (signal.aborted) return { ...stopped, state: 'stopped', reason: 'stopped' };
        // A thread that ran out of memory or died takes only its trial along.
        if (!(error instanceof ModelwrightError)) throw error;
        return { ...stopped, state: 'failed', reason: error.person };
      }
    },
    async select(candidates, { signal }) {
      return compute({ kind: 'select', ...material, candidates }, { signal });
    },
    async refit(spec, folds, which, { signal, together }) {
      const task = { kind: 'refit', ...material, threads: forOneOf(together), spec, folds, which } as const;
      const refitted = await compute(task, { signal });
      if (!refitted) throw signal.reason;
      return refitted;
    },
    async judge(selection, refits, { signal }) {
      const judgement = await compute({ kind: 'judge', ...material, selection, refits }, { signal });
      if (!judgement) throw signal.reason;
      return judgement;
    },
    assemble({ stacker, threshold }, parts) {
      const members = parts.map(({ weight, refit }) => ({ ...refit.member, weight }));
      return { format: 'modelwright-predictor-2', experiment, members, stacker, threshold };
    },
  };
}
