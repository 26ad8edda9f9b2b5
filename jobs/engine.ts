/** The engine as jobs use it: each task in a thread of its own. */
import { randomUUID } from 'node:crypto';
import { ModelwrightError } from '../src/errors/errors.ts';
import { unwrap } from '../src/errors/thread-reply.ts';
import type { ClaimFindings } from '../src/ml/claim.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { Experiment, MetricName } from '../src/ml/experiment.ts';
import type {
  EngineEvent,
  EngineReply,
  EngineResults,
  EngineTask,
  RunMaterial,
} from '../src/ml/search/engine-task.ts';
import type { ForecastPrediction } from '../src/ml/search/forecast-next.ts';
import { needsSentences, type Prediction, type SerialisedPredictor } from '../src/ml/search/predictor.ts';
import { textColumns } from '../src/ml/search/read-sentences.ts';
import type { RefitResult } from '../src/ml/search/refit.ts';
import type { Calibration } from '../src/ml/tuning/calibration.ts';
import type { Family, TrialSpec } from '../src/ml/tuning/trial.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { RunEngine } from '../src/run/ports.ts';
import { createTextReader, type FindSentenceModel } from './read-sentences.ts';

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
    budgetSeconds: number,
    signal: AbortSignal,
  ): Promise<Calibration>;
  /** What the data says of a wanted score, before anything is planned. */
  examine(
    table: Table,
    experiment: Experiment,
    metric: MetricName,
    signal: AbortSignal,
  ): Promise<ClaimFindings | null>;
  forPlan(table: Table, plan: Pick<Plan, 'experiment' | 'dataset' | 'sentences'>): PlanEngine;
  predict(table: Table, predictor: SerialisedPredictor): Promise<Prediction>;
  close(): Promise<void>;
}

export interface PlanEngine extends RunEngine<RefitResult, SerialisedPredictor> {
  /** The values to come, by a model that forecasts; null where it would have to know more about them. */
  forecast(model: SerialisedPredictor): Promise<ForecastPrediction | null>;
}

interface EngineLimits {
  /** That may compute side by side. */
  readonly threads: number;
  /** What one thread may hold; null for no limit. */
  readonly memoryMb: number | null;
}

/** @param findSentenceModel asked when there are texts to read. */
export function createEngine(
  pool: EnginePool,
  { threads, memoryMb }: EngineLimits,
  findSentenceModel: FindSentenceModel,
): Engine {
  const compute = computeOn(pool);
  const texts = createTextReader(findSentenceModel, (model, part, signal) =>
    compute({ kind: 'read', model, texts: part }, { signal }),
  );
  const predict: Predict = async (table, predictor) => {
    const sentences = needsSentences(predictor) ? await findSentenceModel() : null;
    return compute({ kind: 'predict', table, predictor, sentences });
  };
  return {
    describe: () => compute({ kind: 'describe' }),
    async calibrate(table, experiment, families, budgetSeconds, signal) {
      const hasTexts = textColumns(table, experiment.features).length > 0;
      const means = { sentences: hasTexts ? await findSentenceModel() : null, budgetSeconds, threads };
      return compute({ kind: 'calibrate', table, experiment, families, means }, { signal });
    },
    examine: (table, experiment, metric, signal) =>
      compute({ kind: 'examine', table, experiment, metric }, { signal }),
    forPlan(table, plan) {
      const { experiment } = plan;
      const material = { key: randomUUID(), table, experiment, memoryMb };
      const read = async (signal: AbortSignal) => ({
        ...material,
        // Another table for the threads, which keep what they make of one by its key.
        key: `${material.key} read`,
        table: await texts.read(table, plan, signal),
      });
      return planEngine(material, read, threads, { compute, predict });
    },
    predict,
    close: () => pool.close(),
  };
}

type Compute = ReturnType<typeof computeOn>;
/** @param table null for a forecast that continues its own history. */
type Predict = (table: Table | null, predictor: SerialisedPredictor) => Promise<Prediction>;

function computeOn(pool: EnginePool) {
  return async <Kind extends EngineTask['kind']>(
    task: EngineTask & { readonly kind: Kind },
    options: Parameters<EnginePool['run']>[1] = {},
  ): Promise<EngineResults[Kind]> => unwrap((await pool.run(task, options)) as EngineReply<Kind>);
}

/** @param read the material once its texts are read. Only tasks that need them wait for it: trials on words alone come
 *              first, so that a run which is stopped early has something. */
function planEngine(
  material: RunMaterial,
  read: (signal: AbortSignal) => Promise<RunMaterial>,
  threads: number,
  { compute, predict }: { readonly compute: Compute; readonly predict: Predict },
): PlanEngine {
  const { experiment } = material;
  const materialFor = ({ parameters }: TrialSpec, signal: AbortSignal) =>
    (parameters.sentences ?? 'none') === 'none' ? material : read(signal);
  const forOneOf = (together: number) => Math.max(1, Math.floor(threads / together));
  return {
    async trial(spec, finishedFolds, { signal, together, checkpoint, onFold, onCheckpoint }) {
      const stopped = { number: spec.number, folds: [], score: null, seconds: 0, cpuSeconds: 0 };
      try {
        return await compute(
          {
            kind: 'trial',
            ...(await materialFor(spec, signal)),
            threads: forOneOf(together),
            spec,
            finishedFolds,
            checkpoint,
          },
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
      const task = { ...(await materialFor(spec, signal)), threads: forOneOf(together), spec, folds, which };
      const refitted = await compute({ kind: 'refit', ...task }, { signal });
      if (!refitted) throw signal.reason;
      return refitted;
    },
    async judge(selection, refits, { signal }) {
      const judgement = await compute(
        { kind: 'judge', ...(await read(signal)), selection, refits },
        { signal },
      );
      if (!judgement) throw signal.reason;
      return judgement;
    },
    assemble({ stacker, threshold, spread, history }, parts) {
      const members = parts.map(({ weight, refit }) => ({ ...refit.member, weight }));
      const forecast = spread && history && { forecast: { spread, history } };
      return { format: 'modelwright-predictor-2', experiment, members, stacker, threshold, ...forecast };
    },
    async forecast(predictor) {
      try {
        const prediction = await predict(null, predictor);
        return prediction.kind === 'forecast' ? prediction : null;
      } catch (error) {
        if (error instanceof ModelwrightError && error.code === 'SERIES_FUTURE_UNKNOWN') return null;
        throw error;
      }
    },
  };
}
