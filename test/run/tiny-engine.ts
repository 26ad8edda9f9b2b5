/** A small engine that keeps the promises of `RunEngine`: scores are a pure function of the trial's seed and the fold,
 *  folds come one by one with other trials in between, and an abort ends a trial before its next fold. */
import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { foldsPerTrial } from '../../src/ml/experiment.ts';
import type { Judgement } from '../../src/ml/judgement.ts';
import { isBetter } from '../../src/ml/metrics/registry.ts';
import { Random } from '../../src/ml/random.ts';
import type { StudyMaterial } from '../../src/ml/search/conclude-studies.ts';
import type { Checkpoint } from '../../src/ml/search/fit-checkpoint.ts';
import type { ProbeResult } from '../../src/ml/search/probe-trial.ts';
import type { RefitRows } from '../../src/ml/search/refit.ts';
import type { Probe } from '../../src/ml/studies.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunEngine, RunJournal } from '../../src/run/ports.ts';
import type { RunBook } from '../../src/thread/ports.ts';

/** A trial trained anew, in words. */
export interface TinyRefit {
  readonly name: string;
  readonly score: number;
  readonly cpuSeconds: number;
}

export interface TinyEngine extends RunEngine<TinyRefit, string> {
  /** Number of the trial of every fold that was computed. */
  readonly computed: readonly number[];
  /** The best trial of every judging. */
  readonly judged: readonly number[];
  /** @property from what the refit was told to go on from. */
  readonly refits: readonly {
    readonly trial: number;
    readonly which: RefitRows;
    readonly from: Checkpoint | null;
  }[];
  /** The trials that every nested fold chose from. */
  readonly nestedFrom: readonly (readonly number[])[];
  /** What trials were told to go on from. */
  readonly resumed: readonly (Checkpoint | null)[];
  /** Every probe that was computed. */
  readonly probed: readonly { readonly trial: number; readonly probe: Probe }[];
  /** What studies were concluded from. */
  readonly concluded: readonly StudyMaterial[];
  /** Trials that are computing right now. */
  readonly busy: () => number;
}

interface Temper {
  /** Why a trial fails, or null. */
  readonly fails?: (spec: TrialSpec) => string | null;
  /** Waits in the middle of a refit, e.g. for ever: an abort ends the wait. */
  readonly waitInRefit?: (spec: TrialSpec, which: RefitRows, signal: AbortSignal) => Promise<void> | null;
  /** Waits before a fold, e.g. for ever: an abort ends the wait. */
  readonly wait?: (spec: TrialSpec, fold: number, signal: AbortSignal) => Promise<void> | null;
  /** Waits while it chooses, and while it judges: to the end of the wait, which an abort has to end. */
  readonly waitInSelect?: (candidates: number, signal: AbortSignal) => Promise<void>;
  readonly waitInJudge?: (chapters: boolean, signal: AbortSignal) => Promise<void>;
  /** What a fold says that its fit took; 0.1 unless given. */
  readonly foldSeconds?: (spec: TrialSpec) => number;
  readonly beforeFold?: (computed: number) => void;
  readonly duringFinal?: () => void;
  readonly duringNested?: (outer: number) => void;
  /** What goes wrong when a trial is trained again, or null. */
  readonly refitFails?: (spec: TrialSpec) => Error | null;
  /** Waits in the middle of a probe, e.g. for ever: an abort ends the wait. */
  readonly waitInProbe?: (spec: TrialSpec, probe: Probe) => Promise<void> | null;
  readonly afterProbe?: (probed: number) => void;
  /** Whether the judgement comes with evidence, which studies belong to. */
  readonly hasEvidence?: boolean;
  /** Trials that the model consists of at most; 1 unless given. */
  readonly members?: number;
}

/** Rows of the store, and predictions in memory. */
export function tinyJournal(runs: RunBook): RunJournal & { readonly predictions: Map<string, Float32Array> } {
  const predictions = new Map<string, Float32Array>();
  const checkpoints = new Map<string, Checkpoint>();
  const probes = new Map<string, ProbeResult>();
  const probeKey = (runId: string, trial: number, probe: Probe) =>
    `${runId}/${trial}/${JSON.stringify(probe)}`;
  return {
    ...runs,
    predictions,
    saveProbe: async (runId, trial, probe, result) => {
      probes.set(probeKey(runId, trial, probe), result);
    },
    probe: async (runId, trial, probe) => probes.get(probeKey(runId, trial, probe)) ?? null,
    async saveFold(runId, trial, fold, prediction) {
      predictions.set(`${runId}/${trial}/${fold.fold}`, prediction);
      await runs.saveFold(runId, trial, fold);
    },
    saveCheckpoint: async (runId, trial, checkpoint, refit) => {
      checkpoints.set(`${runId}/${trial}/${refit}`, checkpoint);
    },
    checkpoint: async (runId, trial, refit) => checkpoints.get(`${runId}/${trial}/${refit}`) ?? null,
    prediction: async (runId, trial, fold) => predictions.get(`${runId}/${trial}/${fold}`) ?? null,
  };
}

export function tinyEngine(plan: Plan, temper: Temper = {}): TinyEngine {
  const { metric } = plan.experiment;
  const nFolds = foldsPerTrial(plan.experiment);
  const computed: number[] = [];
  const judged: number[] = [];
  const nested: number[][] = [];
  const refits: { trial: number; which: RefitRows; from: Checkpoint | null }[] = [];
  const resumed: (Checkpoint | null)[] = [];
  const probed: { trial: number; probe: Probe }[] = [];
  const concluded: StudyMaterial[] = [];
  let busy = 0;

  async function trial(...[spec, finishedFolds, options]: Parameters<TinyEngine['trial']>) {
    const { signal, checkpoint, onFold, onCheckpoint } = options;
    resumed.push(checkpoint);
    setMaxListeners(0, signal);
    const folds = [...finishedFolds];
    const ended = (state: TrialResult['state'], reason: string, score: number | null): TrialResult => ({
      number: spec.number,
      state,
      reason,
      folds: [...folds].sort((a, b) => a.fold - b.fold),
      score,
      ...secondsOf(spec, folds.length),
    });
    for (let fold = 0; fold < nFolds; fold++) {
      if (folds.some((finished) => finished.fold === fold)) continue;
      await turn();
      onCheckpoint({ fold, state: { json: { trial: spec.number }, arrays: {} } });
      const wait = temper.wait?.(spec, fold, signal);
      if (wait) await (temper.foldSeconds ? wait : Promise.race([wait, aborted(signal)]));
      if (signal.aborted) return ended('stopped', 'stopped', null);
      const failure = temper.fails?.(spec) ?? null;
      if (failure !== null) return ended('failed', failure, null);
      temper.beforeFold?.(computed.length);
      const result = { ...foldOf(spec, fold, metric), fitSeconds: temper.foldSeconds?.(spec) ?? 0.1 };
      folds.push(result);
      computed.push(spec.number);
      onFold(result, predictionOf(spec, fold));
    }
    const mean = folds.reduce((sum, { scores }) => sum + (scores[metric] as number), 0) / nFolds;
    return ended('complete', `all ${nFolds} folds scored`, mean);
  }

  function secondsOf(spec: TrialSpec, count: number) {
    const seconds = temper.foldSeconds ? temper.foldSeconds(spec) * count : 0.5;
    return { seconds, cpuSeconds: seconds };
  }

  return {
    computed,
    resumed,
    judged,
    nestedFrom: nested,
    refits,
    busy: () => busy,
    async trial(...input) {
      busy++;
      try {
        return await trial(...input);
      } finally {
        busy--;
      }
    },
    async select(candidates, { signal }) {
      signal.throwIfAborted();
      await temper.waitInSelect?.(candidates.length, signal);
      signal.throwIfAborted();
      // By what was predicted: the same trials with other predictions are another choice.
      const [best] = candidates;
      if (!best) throw new Error('there is no trial to choose from');
      const chosen = candidates.slice(0, temper.members ?? 1);
      const members = chosen.map(({ trial, family, predictions }) => {
        const weight = predictions.reduce((sum, part) => sum + part.reduce((a, b) => a + b, 0), 0);
        return { trial, family, weight };
      });
      return {
        best: best.trial,
        members,
        stacker: null,
        threshold: null,
        singleThreshold: null,
        ensemble: null,
      };
    },
    async refit(spec, folds, which, { signal, checkpoint, onCheckpoint }) {
      await turn();
      onCheckpoint({ fold: 0, state: { json: { refit: spec.number, which }, arrays: {} } });
      const wait = temper.waitInRefit?.(spec, which, signal);
      if (wait) await (temper.foldSeconds ? wait : Promise.race([wait, aborted(signal)]));
      signal.throwIfAborted();
      const failure = temper.refitFails?.(spec);
      if (failure) throw failure;
      refits.push({ trial: spec.number, which, from: checkpoint });
      const score = folds.reduce((sum, { scores }) => sum + (scores[metric] as number), 0) / folds.length;
      return { name: `trial ${spec.number} on ${which}`, score, cpuSeconds: 0.25 };
    },
    async judge({ best, members }, trained, { signal, chapters }) {
      signal.throwIfAborted();
      await temper.waitInJudge?.(chapters, signal);
      signal.throwIfAborted();
      temper.duringFinal?.();
      await turn();
      signal.throwIfAborted();
      judged.push(best);
      const known = members.map(({ trial }) => trained.find((one) => one.trial === trial) as TinyRefit);
      const scores = known.map(({ score }) => score);
      const judgement = judgementOf(scores.reduce((a, b) => (isBetter(metric, a, b) ? a : b)));
      return temper.hasEvidence ? { ...judgement, evidence: { heldOut: null } } : judgement;
    },
    async nested(specs, outer, { signal }) {
      temper.duringNested?.(outer);
      await turn();
      signal.throwIfAborted();
      nested.push(specs.map(({ number }) => number));
      const value = new Random(outer).uniform();
      return {
        scores: { [metric]: value },
        baseline: { [metric]: 0.5 },
        rowsTrained: 800,
        rowsJudged: 200,
        candidates: specs.length,
        cpuSeconds: 0.5,
      };
    },
    probed,
    studies: {
      async probe(spec, probe, folds, { signal }) {
        await turn();
        const wait = temper.waitInProbe?.(spec, probe);
        if (wait) await Promise.race([wait, aborted(signal)]);
        signal.throwIfAborted();
        probed.push({ trial: spec.number, probe });
        temper.afterProbe?.(probed.length);
        return {
          predictions: Array.from({ length: folds }, (_, fold) => predictionOf(spec, fold)),
          cpuSeconds: 0.5,
        };
      },
      components: async (specs, _, most) =>
        Array.from({ length: most }, (_, i) => ({
          component: { kind: 'columns', name: `column ${i}`, columns: [`column ${i}`] },
          probes: specs.map(({ number }) => ({
            trial: number,
            probe: { kind: 'columns', without: [`column ${i}`] },
          })),
        })),
      async conclude(study, { signal }) {
        signal.throwIfAborted();
        concluded.push(study);
        return { stability: null, ablation: null, curve: null };
      },
    },
    concluded,
    assemble: (_, parts) => `model of ${parts.map(({ refit }) => refit.name).join(' and ')}`,
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

/** A pure function of trial and fold, like the score. */
function predictionOf(spec: TrialSpec, fold: number): Float32Array<ArrayBuffer> {
  const random = new Random(spec.seed).derive('prediction', fold);
  return Float32Array.from({ length: 6 }, () => random.uniform());
}

function judgementOf(value: number): Judgement {
  return {
    holdoutRows: 200,
    trainingRows: 800,
    shippedRows: 1000,
    ensemble: null,
    threshold: null,
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
