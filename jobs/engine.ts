/** The engine as jobs use it: each task in a thread of its own. */
import { ModelwrightError } from '../src/errors/errors.ts';
import { unwrap } from '../src/errors/thread-reply.ts';
import type { ClaimFindings } from '../src/ml/claim.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { UploadedPredictions } from '../src/ml/data/uploaded-predictions.ts';
import type { Experiment, MetricName } from '../src/ml/experiment.ts';
import type {
  EngineEvent,
  EngineReply,
  EngineResults,
  EngineTask,
  RunMaterial,
} from '../src/ml/search/engine-task.ts';
import type { ForecastPrediction } from '../src/ml/search/forecast-next.ts';
import { pictureColumn } from '../src/ml/search/look-at-pictures.ts';
import {
  needsSentences,
  networksOf,
  type Prediction,
  type SerialisedPredictor,
} from '../src/ml/search/predictor.ts';
import { textColumns } from '../src/ml/search/read-sentences.ts';
import type { RefitResult } from '../src/ml/search/refit.ts';
import type { Calibration } from '../src/ml/tuning/calibration.ts';
import { type Family, PRETRAINED, type TrialSpec } from '../src/ml/tuning/trial.ts';
import { canonicalJson, sha256 } from '../src/plan/identity.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { RunEngine } from '../src/run/ports.ts';
import { createPictureViewer, type FindNetwork, namedNetwork } from './look-at-pictures.ts';
import { createTextReader, type FindSentenceModel } from './read-sentences.ts';
import { answerShards, type ComputeShard, type ShardHands } from './shard-questions.ts';
import { shardsHere } from './shards-here.ts';

/** The part of the thread pool that this needs. */
interface EnginePool {
  run(
    task: EngineTask,
    options: {
      signal?: AbortSignal;
      onEvent?: (event: EngineEvent, answer: (value: unknown) => void) => void;
      limitMs?: number;
    },
  ): Promise<EngineReply>;
  readonly free: number;
  close(): Promise<void>;
}

/** Who computes parts of the fits of one trial or refit, which `signal` ends. */
export type ShardDesk = (signal: AbortSignal) => ShardHands;

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
  /** What somebody else's model, an ONNX file, predicts for the rows.
   *  @throws MODEL_COLUMNS, MODEL_LABELS, MODEL_UNREADABLE, MODEL_ENGINE_MISSING, TRAINING_TOO_LONG */
  foreign(
    model: Uint8Array,
    name: string,
    table: Table,
    experiment: Experiment,
    signal: AbortSignal,
  ): Promise<UploadedPredictions>;
  /** @param table asked for with every task, so that a run which waits for its trials need not hold it.
   *  @param shards who computes parts of one fit, where its rows are divided; idle threads of this process, unless given. */
  forPlan(
    table: () => Promise<Table>,
    plan: Pick<Plan, 'experiment' | 'dataset' | 'sentences' | 'backbone'> & Partial<Pick<Plan, 'budget'>>,
    shards?: ShardDesk,
  ): PlanEngine;
  /** Trains a part of the rows of somebody's fit for a round. */
  shard: ComputeShard;
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

/** What a model of others may take for all rows: it may never end. */
const FOREIGN_MS = 120_000;

/** @param findSentenceModel asked when there are texts to read. @param findNetwork when there are pictures. */
export function createEngine(
  pool: EnginePool,
  { threads, memoryMb }: EngineLimits,
  findSentenceModel: FindSentenceModel,
  findNetwork: FindNetwork,
): Engine {
  const compute = computeOn(pool);
  const texts = createTextReader(findSentenceModel, (model, part, signal) =>
    compute({ kind: 'read', model, texts: part }, { signal }),
  );
  const pictures = createPictureViewer(findNetwork, (network, images, signal) =>
    compute({ kind: 'look', network, images }, { signal }),
  );
  const shard: ComputeShard = (part, options) => compute({ kind: 'shard', ...part }, options);
  const predict: Predict = async (table, predictor) => {
    const sentences = needsSentences(predictor) ? await findSentenceModel() : null;
    const networks = await Promise.all(networksOf(predictor).map((id) => namedNetwork(findNetwork, id)));
    return compute({ kind: 'predict', table, predictor, sentences, networks });
  };
  return {
    describe: () => compute({ kind: 'describe' }),
    async calibrate(table, experiment, families, budgetSeconds, signal) {
      const hasTexts = textColumns(table, experiment.features).length > 0;
      const wantsNetwork =
        pictureColumn(table, experiment.features) && families.some((family) => PRETRAINED.has(family));
      const means = {
        sentences: hasTexts ? await findSentenceModel() : null,
        network: wantsNetwork ? await findNetwork(null) : null,
        budgetSeconds,
        threads,
      };
      return compute({ kind: 'calibrate', table, experiment, families, means }, { signal });
    },
    examine: (table, experiment, metric, signal) =>
      compute({ kind: 'examine', table, experiment, metric }, { signal }),
    async foreign(model, name, table, experiment, signal) {
      const task = { kind: 'foreign', model, name, table, experiment } as const;
      const predicted = await compute(task, { signal, limitMs: FOREIGN_MS });
      if (!predicted) throw signal.reason;
      return predicted;
    },
    shard,
    forPlan(table, plan, desk = (signal) => shardsHere(shard, () => pool.free, signal)) {
      const { experiment, dataset, sentences = null, backbone = null, budget } = plan;
      const planMb = budget?.memoryMb ?? Number.POSITIVE_INFINITY;
      const mostMb = Math.min(memoryMb ?? Number.POSITIVE_INFINITY, planMb);
      const key = keyOf([dataset, experiment]);
      const material = async () => ({
        ...{ key, table: await table(), experiment },
        memoryMb: Number.isFinite(mostMb) ? mostMb : null,
      });
      const read = async (signal: AbortSignal) => {
        const plain = await material();
        return {
          ...plain,
          // Another table for the threads, which keep what they make of one by its key.
          key: keyOf([dataset, experiment, sentences, backbone]),
          table: await pictures.see(await texts.read(plain.table, plan, signal), plan, signal),
          network: backbone ? await namedNetwork(findNetwork, backbone.id) : null,
        };
      };
      return planEngine(experiment, { plain: material, read }, threads, { compute, predict, desk });
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

/** The same in every process and for every trial of a run, so that threads divide its rows once. */
function keyOf(parts: readonly unknown[]): string {
  return sha256(canonicalJson(parts));
}

interface Materials {
  readonly plain: () => Promise<RunMaterial>;
  /** Once its texts and pictures are read. Only tasks that need them wait for it: others come first, so that a run which is
   *  stopped early has something. */
  readonly read: (signal: AbortSignal) => Promise<RunMaterial>;
}

function planEngine(
  experiment: Experiment,
  { plain, read }: Materials,
  threads: number,
  {
    compute,
    predict,
    desk,
  }: { readonly compute: Compute; readonly predict: Predict; readonly desk: ShardDesk },
): PlanEngine {
  const materialFor = ({ family, parameters }: TrialSpec, signal: AbortSignal) =>
    (parameters.sentences ?? 'none') !== 'none' || PRETRAINED.has(family) ? read(signal) : plain();
  const forOneOf = (together: number) => Math.max(1, Math.floor(threads / together));
  return {
    async trial(spec, finishedFolds, { signal, together, checkpoint, onFold, onCheckpoint, ...limits }) {
      const hands = desk(signal);
      const stopped = { number: spec.number, folds: [], score: null, seconds: 0, cpuSeconds: 0 };
      try {
        return await compute(
          {
            kind: 'trial',
            ...(await materialFor(spec, signal)),
            ...(limits.memoryMb !== undefined && { memoryMb: limits.memoryMb }),
            threads: forOneOf(together),
            spec,
            finishedFolds,
            checkpoint,
          },
          {
            signal,
            ...(limits.limitSeconds !== undefined && { limitMs: 1000 * limits.limitSeconds }),
            onEvent: (event, answer) => {
              if (event.kind === 'shards') void answerShards(hands, event, answer);
              if (event.kind === 'fold') onFold(event.fold, event.prediction);
              if (event.kind === 'checkpoint') onCheckpoint(event.checkpoint);
            },
          },
        );
      } catch (error) {
        if (signal.aborted) return { ...stopped, state: 'stopped', reason: 'stopped' };
        // A thread that ran out of memory or died takes only its trial along.
        if (!(error instanceof ModelwrightError) || error.code === 'MEMORY_TOO_SMALL') throw error;
        return { ...stopped, state: 'failed', reason: error.person };
      }
    },
    async select(candidates, { signal }) {
      return compute({ kind: 'select', ...(await plain()), candidates }, { signal });
    },
    async refit(spec, folds, which, { signal, together, checkpoint, onCheckpoint }) {
      const task = { ...(await materialFor(spec, signal)), threads: forOneOf(together), spec, folds, which };
      const hands = desk(signal);
      const refitted = await compute(
        { kind: 'refit', ...task, checkpoint },
        {
          signal,
          onEvent: (event, answer) => {
            if (event.kind === 'shards') void answerShards(hands, event, answer);
            if (event.kind === 'checkpoint') onCheckpoint(event.checkpoint);
          },
        },
      );
      if (!refitted) throw signal.reason;
      return refitted;
    },
    async judge(selection, refits, { signal, chapters }) {
      const judgement = await compute(
        { kind: 'judge', ...(await read(signal)), selection, refits, chapters },
        { signal },
      );
      if (!judgement) throw signal.reason;
      return judgement;
    },
    async nested(specs, outer, { signal, limitSeconds }) {
      const fold = await compute(
        { kind: 'nested', ...(await read(signal)), specs, outer },
        { signal, ...(limitSeconds !== undefined && { limitMs: 1000 * limitSeconds }) },
      );
      signal.throwIfAborted();
      return fold;
    },
    studies: {
      async probe(spec, probe, folds, { signal, together }) {
        const task = {
          ...(await materialFor(spec, signal)),
          threads: forOneOf(together),
          spec,
          probe,
          folds,
        };
        const probed = await compute({ kind: 'probe', ...task }, { signal });
        if (!probed) throw signal.reason;
        return probed;
      },
      async components(specs, importance, most, { signal }) {
        return compute({ kind: 'components', ...(await plain()), specs, importance, most }, { signal });
      },
      async conclude(study, { signal }) {
        return compute({ kind: 'conclude', ...(await plain()), study }, { signal });
      },
    },
    assemble({ stacker, recalibration, threshold, spread, history }, parts) {
      const members = parts.map(({ weight, refit }) => ({ ...refit.member, weight }));
      const forecast = spread && history && { forecast: { spread, history } };
      const calibrator = recalibration?.calibrator;
      return {
        format: 'modelwright-predictor-2',
        experiment,
        members,
        stacker,
        ...(calibrator && { calibrator }),
        threshold,
        ...forecast,
      };
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
