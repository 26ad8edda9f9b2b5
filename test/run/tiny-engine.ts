/** A small engine that keeps the promises of `RunEngine`: scores are a pure function of the trial's seed and the fold,
 *  folds come one by one with other trials in between, and an abort ends a trial before its next fold. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Judgement } from '../../src/ml/judgement.ts';
import { Random } from '../../src/ml/random.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunEngine } from '../../src/run/execute.ts';

export interface TinyEngine extends RunEngine<string> {
  /** Number of the trial of every fold that was computed. */
  readonly computed: readonly number[];
  readonly judged: readonly number[];
  /** Trials that are computing right now. */
  readonly busy: () => number;
}

interface Temper {
  /** Why a trial fails, or null. */
  readonly fails?: (spec: TrialSpec) => string | null;
  /** Waits before a fold, e.g. for ever: an abort ends the wait. */
  readonly wait?: (spec: TrialSpec, fold: number) => Promise<void> | null;
  readonly beforeFold?: (computed: number) => void;
  readonly duringFinal?: () => void;
}

export function tinyEngine(plan: Plan, temper: Temper = {}): TinyEngine {
  const { metric, folds: nFolds } = plan.experiment;
  const computed: number[] = [];
  const judged: number[] = [];
  let busy = 0;

  async function trial(...[spec, finishedFolds, { signal, onFold }]: Parameters<RunEngine<string>['trial']>) {
    const folds = [...finishedFolds];
    const ended = (state: TrialResult['state'], reason: string, score: number | null): TrialResult => ({
      number: spec.number,
      state,
      reason,
      folds: [...folds].sort((a, b) => a.fold - b.fold),
      score,
      seconds: 0.5,
      cpuSeconds: 0.5,
    });
    for (let fold = 0; fold < nFolds; fold++) {
      if (folds.some((finished) => finished.fold === fold)) continue;
      await turn();
      const wait = temper.wait?.(spec, fold);
      if (wait) await Promise.race([wait, aborted(signal)]);
      if (signal.aborted) return ended('stopped', 'stopped', null);
      const failure = temper.fails?.(spec) ?? null;
      if (failure !== null) return ended('failed', failure, null);
      temper.beforeFold?.(computed.length);
      const result = foldOf(spec, fold, metric);
      folds.push(result);
      computed.push(spec.number);
      onFold(result, Float32Array.of(spec.number, fold));
    }
    const mean = folds.reduce((sum, { scores }) => sum + (scores[metric] as number), 0) / nFolds;
    return ended('complete', `all ${nFolds} folds scored`, mean);
  }

  return {
    computed,
    judged,
    busy: () => busy,
    async trial(...input) {
      busy++;
      try {
        return await trial(...input);
      } finally {
        busy--;
      }
    },
    async final([winner], { signal }) {
      if (!winner) throw new Error('there is nothing to make a model of');
      signal.throwIfAborted();
      temper.duringFinal?.();
      await turn();
      signal.throwIfAborted();
      judged.push(winner.spec.number);
      return { judgement: judgementOf(winner.trial), model: `model of trial ${winner.spec.number}` };
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function foldOf(spec: TrialSpec, fold: number, metric: Plan['experiment']['metric']): FoldResult {
  return {
    fold,
    scores: { [metric]: new Random(spec.seed).derive('fold', fold).uniform() },
    bestStep: 1,
    curve: [{ step: 1, trainLoss: 0.5, validationLoss: 0.6 }],
    fitSeconds: 0.1,
    rowsTrained: 640,
    rowsJudged: 160,
  };
}

function judgementOf({ score }: TrialResult): Judgement {
  const value = score ?? 0;
  return {
    holdoutRows: 200,
    trainingRows: 800,
    shippedRows: 1000,
    threshold: null,
    ensemble: null,
    droppedRows: 0,
    holdout: { roc_auc: { value, low: value - 0.01, high: value + 0.01 } },
    baseline: { roc_auc: { value: 0.5, low: 0.5, high: 0.5 } },
    gain: { value: value - 0.5, low: value - 0.51, high: value - 0.49 },
    confusion: null,
    residuals: null,
    importance: [],
    curve: [],
    bestStep: 1,
    seconds: 0.2,
    cpuSeconds: 0.2,
  };
}
