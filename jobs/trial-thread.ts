/** Entry of the training threads (`worker_threads`, through piscina): a table and a task in, a reply out. Carries the
 *  engine and nothing else, so that whatever happens in here cannot touch a queue, a store or Slack.
 *
 *  Started from source; the pool passes `execArgv: ['--import', 'tsx']`. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { replyWith } from '../src/errors/thread-reply.ts';
import { calibrate } from '../src/ml/search/calibrate.ts';
import type { Clock } from '../src/ml/search/clock.ts';
import type {
  EngineEvent,
  EngineReply,
  EngineResults,
  EngineTask,
  RunMaterial,
} from '../src/ml/search/engine-task.ts';
import { evaluateTrial } from '../src/ml/search/evaluate-trial.ts';
import { judge } from '../src/ml/search/judge.ts';
import { restorePredictor } from '../src/ml/search/predictor.ts';
import { refit } from '../src/ml/search/refit.ts';
import { selectEnsemble } from '../src/ml/search/select-ensemble.ts';
import { type SplitTable, splitTable } from '../src/ml/search/split-table.ts';
import { createTreeHelpers } from './tree-helpers.ts';

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
  return replyWith(() => perform(input, tell, shouldStop));
}

async function perform(
  task: EngineTask,
  tell: (event: EngineEvent) => void,
  shouldStop: () => boolean,
): Promise<EngineResults[EngineTask['kind']]> {
  switch (task.kind) {
    case 'describe': {
      const { startBackend } = await import('../src/ml/neural/backend.ts');
      return startBackend();
    }
    case 'calibrate':
      return calibrate(task.table, task.experiment, task.families, clock);
    case 'trial': {
      let toldMs = 0;
      return evaluateTrial(task.table, task.experiment, task.spec, {
        ...shared(task),
        ...helpersFor(task),
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
    case 'select':
      return selectEnsemble(task.experiment, rowsOf(task), task.candidates);
    case 'refit': {
      const { table, experiment, spec, folds, which } = task;
      return refit(table, experiment, spec, folds, which, {
        ...shared(task),
        ...helpersFor(task),
        shouldStop,
      });
    }
    case 'judge': {
      const { table, experiment, selection, refits } = task;
      return judge(table, experiment, selection, refits, { clock, shouldStop, rows: rowsOf(task) });
    }
    case 'predict':
      return (await restorePredictor(task.predictor)).predict(task.table);
  }
}

function shared(task: RunMaterial) {
  const { memoryMb } = task;
  return { clock, rows: rowsOf(task), ...(memoryMb !== null && { memoryMb }) };
}

function helpersFor({ threads }: { readonly threads: number }) {
  return threads > 1 ? { helpers: createTreeHelpers(threads - 1) } : {};
}

/** Of the last run that this thread worked for: a run has many tasks, and dividing a million rows takes a second. */
let divided: { readonly key: string; readonly rows: SplitTable } | undefined;

/** @throws what `splitTable` throws. */
function rowsOf({ key, table, experiment }: RunMaterial): SplitTable {
  if (divided?.key !== key) divided = { key, rows: splitTable(table, experiment) };
  return divided.rows;
}

const clock: Clock = { now: () => performance.now(), cpuSeconds: threadCpuSeconds };

/** `process.cpuUsage` counts the whole process, so several trials at once would each be charged for all of them.
 *  Linux tells a thread's own time; elsewhere the time that its event loop was busy comes close, since a training
 *  thread does nothing but compute. */
function threadCpuSeconds(): number {
  try {
    const fields = readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    if (Number.isFinite(ticks)) return ticks / 100;
  } catch {
    // Not Linux.
  }
  return performance.eventLoopUtilization().active / 1000;
}
