/** The engine as jobs use it: each task in a thread of its own. */
import { ModelwrightError } from '../src/errors/errors.ts';
import { unwrap } from '../src/errors/thread-reply.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { Experiment } from '../src/ml/experiment.ts';
import type { EngineEvent, EngineReply, EngineResults, EngineTask } from '../src/ml/search/engine-task.ts';
import type { Prediction, SerialisedPredictor } from '../src/ml/search/predictor.ts';
import type { Calibration } from '../src/ml/tuning/calibration.ts';
import type { Family } from '../src/ml/tuning/trial.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { RunEngine } from '../src/run/execute.ts';
import { finishRun } from './finish-run.ts';

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
  forPlan(table: Table, plan: Pick<Plan, 'experiment'>): RunEngine<SerialisedPredictor>;
  predict(table: Table, predictor: SerialisedPredictor): Promise<Prediction>;
  close(): Promise<void>;
}

export function createEngine(pool: EnginePool): Engine {
  async function compute<Kind extends EngineTask['kind']>(
    task: Extract<EngineTask, { readonly kind: Kind }>,
    options: Parameters<EnginePool['run']>[1] = {},
  ): Promise<EngineResults[Kind]> {
    return unwrap((await pool.run(task, options)) as EngineReply<Kind>);
  }

  return {
    describe: () => compute({ kind: 'describe' }),
    calibrate: (table, experiment, families, signal) =>
      compute({ kind: 'calibrate', table, experiment, families }, { signal }),
    forPlan: (table, { experiment }) => ({
      async trial(spec, finishedFolds, { signal, onFold }) {
        const stopped = { number: spec.number, folds: [], score: null, seconds: 0, cpuSeconds: 0 };
        try {
          return await compute(
            { kind: 'trial', table, experiment, spec, finishedFolds },
            { signal, onEvent: (event) => event.kind === 'fold' && onFold(event.fold, event.prediction) },
          );
        } catch (error) {
          if (signal.aborted) return { ...stopped, state: 'stopped', reason: 'stopped' };
          // A thread that ran out of memory or died takes only its trial along.
          if (!(error instanceof ModelwrightError)) throw error;
          return { ...stopped, state: 'failed', reason: error.person };
        }
      },
      final: (candidates, { signal }) => {
        async function computeUnlessStopped<Kind extends EngineTask['kind']>(
          task: Extract<EngineTask, { readonly kind: Kind }>,
        ): Promise<NonNullable<EngineResults[Kind]>> {
          const result = await compute(task, { signal });
          if (result === null) throw signal.reason;
          return result as NonNullable<EngineResults[Kind]>;
        }
        return finishRun(table, experiment, candidates, computeUnlessStopped);
      },
    }),
    predict: (table, predictor) => compute({ kind: 'predict', table, predictor }),
    close: () => pool.close(),
  };
}
