/** Entry of the training threads (`worker_threads`, through piscina): a table and a task in, a reply out. Carries the
 *  engine and nothing else, so that whatever happens in here cannot touch a queue, a store or Slack.
 *
 *  Started from source, which the pool has tsx load. */
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { replyWith } from '../src/errors/thread-reply.ts';
import { storeTable } from '../src/ml/data/stored-table.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { PretrainedNetwork } from '../src/ml/neural/backbones/pretrained-network.ts';
import type { SentenceEncoder } from '../src/ml/neural/sentences/encoder.ts';
import type { SentenceModel } from '../src/ml/neural/sentences/model.ts';
import type { ShardTrainer } from '../src/ml/neural/shards/shard-trainer.ts';
import { calibrate } from '../src/ml/search/calibrate.ts';
import type { Clock } from '../src/ml/search/clock.ts';
import { concludeStudies } from '../src/ml/search/conclude-studies.ts';
import type {
  EngineEvent,
  EngineReply,
  EngineResults,
  EngineTask,
  RunMaterial,
  ShardResult,
} from '../src/ml/search/engine-task.ts';
import { evaluateTrial } from '../src/ml/search/evaluate-trial.ts';
import { examineClaim } from '../src/ml/search/examine-claim.ts';
import { historyOf } from '../src/ml/search/forecast-next.ts';
import { predictForeign } from '../src/ml/search/foreign-predictions.ts';
import { judge } from '../src/ml/search/judge.ts';
import { learningTable } from '../src/ml/search/learning-table.ts';
import { listComponents } from '../src/ml/search/list-components.ts';
import { lookAt } from '../src/ml/search/look-at-pictures.ts';
import { nestedFold, outerParts } from '../src/ml/search/nested.ts';
import { restorePredictor } from '../src/ml/search/predictor.ts';
import { probeTrial } from '../src/ml/search/probe-trial.ts';
import { loadEncoder } from '../src/ml/search/read-sentences.ts';
import { refit } from '../src/ml/search/refit.ts';
import { selectEnsemble } from '../src/ml/search/select-ensemble.ts';
import { type SplitTable, splitTable } from '../src/ml/search/split-table.ts';
import { type AskedWorkers, askForShards } from './ask-for-shards.ts';
import { threadCpuSeconds } from './thread-cpu.mjs';
import { createTreeHelpers, helperCpuSeconds } from './tree-helpers.ts';

/** What the pool adds to a task.
 *  @property events   where `EngineEvent`s go.
 *  @property stopFlag 4 bytes, an Int32; anything but 0 asks the task to end. Also read in the middle of a fit, so a
 *                     thread stops within a step. */
interface TaskChannel {
  readonly events: MessagePort;
  readonly stopFlag: SharedArrayBuffer;
}

/** Steps are told at most this often; there can be thousands in a second. */
const MS_BETWEEN_STEPS = 100;

/** Rejects only for what is not a known error: the pool treats that as a defect. */
export default function run(input: EngineTask & TaskChannel): Promise<EngineReply> {
  const stop = new Int32Array(input.stopFlag);
  const shouldStop = () => Atomics.load(stop, 0) !== 0;
  const tell = (event: EngineEvent) =>
    input.events.postMessage(event, event.kind === 'fold' ? [event.prediction.buffer] : []);
  return replyWith(() => perform(input, tell, shouldStop, askForShards(input.events)));
}

async function perform(
  task: EngineTask,
  tell: (event: EngineEvent) => void,
  shouldStop: () => boolean,
  shards: AskedWorkers,
): Promise<EngineResults[EngineTask['kind']]> {
  switch (task.kind) {
    case 'describe': {
      const { startBackend } = await import('../src/ml/neural/backend.ts');
      return startBackend();
    }
    case 'calibrate': {
      const table = learningTable(task.table, task.experiment);
      return calibrate(table, task.experiment, task.families, clock, task.means);
    }
    case 'examine': {
      const table = learningTable(task.table, task.experiment);
      return examineClaim(table, task.experiment, task.metric, shouldStop);
    }
    case 'foreign':
      return predictForeign(task.model, task.name, task.table, task.experiment, shouldStop);
    case 'read':
      return readTexts(task.model, task.texts, shouldStop);
    case 'look':
      return lookAt(task.network, task.images, shouldStop);
    case 'trial': {
      let toldMs = 0;
      return evaluateTrial(materialOf(task).table, task.experiment, task.spec, {
        ...shared(task),
        ...helpersFor(task),
        ...sharedWith(shards),
        finishedFolds: task.finishedFolds,
        ...(task.checkpoint && { resumeFrom: task.checkpoint }),
        shouldStop,
        onCheckpoint: (checkpoint) => tell({ kind: 'checkpoint', checkpoint }),
        onFold: (fold, prediction) => tell({ kind: 'fold', fold, prediction }),
        onStep: (fold, point) => {
          const now = performance.now();
          if (now - toldMs < MS_BETWEEN_STEPS) return;
          toldMs = now;
          tell({ kind: 'step', fold, point });
        },
      });
    }
    case 'shard':
      return trainShard(task, shouldStop);
    case 'select': {
      const { table, experiment, candidates } = task;
      const selection = selectEnsemble(experiment, materialOf(task).rows, candidates);
      const { forecast } = experiment;
      return forecast
        ? { ...selection, history: storeTable(historyOf(table, experiment, forecast)) }
        : selection;
    }
    case 'refit': {
      const { experiment, spec, folds, which } = task;
      return refit(materialOf(task).table, experiment, spec, folds, which, {
        ...shared(task),
        ...helpersFor(task),
        ...sharedWith(shards),
        shouldStop,
        ...(task.checkpoint && { resumeFrom: task.checkpoint }),
        onCheckpoint: (checkpoint) => tell({ kind: 'checkpoint', checkpoint }),
      });
    }
    case 'judge': {
      const { experiment, selection, refits, chapters = true } = task;
      const { table, rows } = materialOf(task);
      const options = { clock, shouldStop, rows, chapters, ...networkOf(task) };
      return judge(table, experiment, selection, refits, options);
    }
    case 'nested': {
      const { experiment, specs, outer } = task;
      const { table, rows } = materialOf(task);
      const part = outerParts(experiment, rows)[outer];
      return part ? nestedFold(table, experiment, specs, part, { ...shared(task), shouldStop }) : null;
    }
    case 'probe': {
      const { experiment, spec, probe, folds } = task;
      const options = { ...shared(task), ...helpersFor(task), shouldStop };
      return probeTrial(materialOf(task).table, experiment, spec, probe, folds, options);
    }
    case 'components': {
      const { experiment, specs, importance, most } = task;
      const { table, rows } = materialOf(task);
      return listComponents(table, experiment, rows, specs, importance, most);
    }
    case 'conclude': {
      const { table, rows } = materialOf(task);
      return concludeStudies(table, task.experiment, rows, task.study);
    }
    case 'predict': {
      const predictor = await restorePredictor(
        task.predictor,
        (id) => encoderOf(task.sentences, id),
        async (id) => task.networks?.find((network) => network.id === id) as PretrainedNetwork,
      );
      const table = task.table ?? predictor.history;
      if (!table) throw new RangeError('only a forecast can do without a table');
      return predictor.predict(await predictor.see(table));
    }
  }
}

function shared(task: RunMaterial) {
  const { memoryMb } = task;
  return { clock, rows: materialOf(task).rows, ...networkOf(task), ...(memoryMb !== null && { memoryMb }) };
}

/** A fit is charged for its parts wherever they are computed. */
function sharedWith(shards: AskedWorkers) {
  return { shards, clock: { ...clock, cpuSeconds: () => clock.cpuSeconds() + shards.cpuSeconds } };
}

/** Of the last part that this thread computed: its rows and its network wait for the next round. */
let kept: { readonly key: string; readonly trainer: ShardTrainer } | undefined;

async function trainShard(
  { key, rows, round, shard }: EngineTask & { readonly kind: 'shard' },
  shouldStop: () => boolean,
): Promise<ShardResult | null> {
  const [shards, { ShardTrainer }] = await Promise.all([
    import('../src/ml/neural/shards/shard-round.ts'),
    import('../src/ml/neural/shards/shard-trainer.ts'),
  ]);
  const startSeconds = clock.cpuSeconds();
  const read = shards.readRound(round);
  if (kept?.key !== key) kept = { key, trainer: new ShardTrainer(read.fit, shard, shards.readRows(rows)) };
  const outcome = kept.trainer.train(read, shouldStop);
  if (outcome.epoch.stopped) return null;
  return { outcome: shards.writeOutcome(outcome), cpuSeconds: clock.cpuSeconds() - startSeconds };
}

function networkOf({ network }: Pick<RunMaterial, 'network'>) {
  return network ? { network } : {};
}

function helpersFor({ threads }: { readonly threads: number }) {
  return threads > 1 ? { helpers: createTreeHelpers(threads - 1) } : {};
}

/** Of the last run that this thread worked for: a run has many tasks, and dividing a million rows takes a second. */
let divided: { readonly key: string; readonly table: Table; readonly rows: SplitTable } | undefined;

/** The table that models learn from, and how it is divided.
 *  @throws what `learningTable` and `splitTable` throw. */
function materialOf({ key, table, experiment }: RunMaterial): { table: Table; rows: SplitTable } {
  if (divided?.key !== key) {
    const learned = learningTable(table, experiment);
    divided = { key, table: learned, rows: splitTable(learned, experiment) };
  }
  return divided;
}

/** Of the last model that this thread read texts with: it takes a moment to bring its weights into their order. */
let encoder: Promise<SentenceEncoder> | undefined;
let encoderId: string | undefined;

function encoderOf(installed: SentenceModel | null, id: string): Promise<SentenceEncoder> {
  if (!encoder || encoderId !== id || installed?.id !== id) {
    encoder = loadEncoder(installed, id);
    encoderId = id;
  }
  return encoder;
}

/** Texts between two looks at whether to stop. */
const TEXTS_AT_ONCE = 8;

async function readTexts(
  model: SentenceModel,
  texts: readonly string[],
  shouldStop: () => boolean,
): Promise<Float32Array<ArrayBuffer> | null> {
  const { width, encode } = await encoderOf(model, model.id);
  const vectors = new Float32Array(texts.length * width);
  for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
    if (shouldStop()) return null;
    vectors.set(encode(texts.slice(from, from + TEXTS_AT_ONCE)), from * width);
  }
  return vectors;
}

/** A fit's helpers are paid for by the thread that has called them. */
const clock: Clock = {
  now: () => performance.now(),
  cpuSeconds: () => threadCpuSeconds() + helperCpuSeconds(),
};
