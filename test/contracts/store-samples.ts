/** Values as the story makes them, with everything in them that a database could trip over. */
import type { FoldResult, TrialResult } from '../../src/ml/tuning/trial.ts';
import type { Plan, PlanRecord } from '../../src/plan/plan.ts';
import type { Profile, TargetProfile } from '../../src/profile/profile.ts';
import type { Report } from '../../src/report/report.ts';

/** A NUL, half a surrogate pair, quotes, and letters beyond ASCII. */
export const WILD_TEXT = 'na\u0000me "ünï" \u{1F600} \ud800 \\ \'; DROP TABLE runs; --';

export const AT = '2026-01-31T12:00:00.000Z';

export const PROFILE: Profile = {
  rows: 5,
  columns: [
    {
      name: WILD_TEXT,
      type: 'numeric',
      missing: 1,
      distinct: 4,
      range: {
        min: -1e-300,
        q1: 0.1 + 0.2,
        median: 1 / 3,
        q3: 1e21,
        max: Number.MAX_VALUE,
        mean: 12345678.9,
        sd: 5e-324,
        histogram: { edges: [0, 1], counts: [4] },
      },
      top: [],
      infinite: 0,
      flags: ['high-cardinality'],
    },
  ],
  duplicateRows: 0,
  targetCandidates: [{ column: 'churn', task: 'binary', plausibility: 0.9, reason: 'named like an outcome' }],
  timeColumns: [],
  groupColumns: [],
  warnings: [],
};

export function targetProfile(target: string): TargetProfile {
  return {
    target,
    task: 'binary',
    classes: [
      { label: 'No', count: 3 },
      { label: 'Yes', count: 2 },
    ],
    missing: 0,
    suspects: [],
    useless: [],
    split: { kind: 'stratified' },
    splitReason: 'the classes are uneven',
    conflictingRows: 0,
  };
}

const PLAN: Plan = {
  format: 1,
  goal: WILD_TEXT,
  dataset: { hash: 'a'.repeat(64), name: 'telco.csv', rows: 7043, columns: 20 },
  experiment: {
    target: 'churn',
    task: 'binary',
    classes: ['No', 'Yes'],
    positiveClass: 'Yes',
    features: ['tenure'],
    metric: 'roc_auc',
    split: { kind: 'stratified' },
    holdoutFraction: 0.2,
    folds: 5,
    finish: 'ensemble',
    members: 8,
    refit: 'all',
    seed: 1,
  },
  dropped: [],
  candidates: [
    {
      family: 'gbdt',
      trials: 2,
      defaults: [{ zeta: 1, alpha: 0.1 + 0.2 }],
      space: { learningRate: { kind: 'float', low: 0.01, high: 0.3, log: true } },
      reason: 'strong on tables',
    },
  ],
  sampler: 'random',
  pruner: 'none',
  reasons: [],
  budget: { seconds: 60, threads: 2 },
  estimate: {
    seconds: 30,
    lowSeconds: 20,
    highSeconds: 45,
    memoryMb: 300,
    finishSeconds: 5,
    calibration: { costs: [], judgingSeconds: 1, seconds: 2 },
  },
  versions: { modelwright: '0.1.0' },
};

export function planRecord(threadId: string, version: number): PlanRecord {
  return {
    id: `plan-${threadId}-${version}`,
    threadId,
    version,
    hash: `hash-${version}`,
    plan: PLAN,
    status: 'proposed',
    proposedAt: AT,
    decision: null,
  };
}

export function foldResult(fold: number): FoldResult {
  return {
    fold,
    scores: { roc_auc: 0.1 + 0.2, log_loss: 1 / 3 },
    bestStep: 12,
    curve: [{ step: 1, trainLoss: Math.LN2, validationLoss: 0.7 }],
    fitSeconds: 0.5,
    rowsTrained: 100,
    rowsJudged: 25,
  };
}

export function trialResult(number: number): TrialResult {
  return {
    number,
    state: 'complete',
    reason: 'all 5 folds scored',
    folds: [foldResult(0), foldResult(1)],
    score: 0.30000000000000004,
    seconds: 1.5,
    cpuSeconds: 1.25,
  };
}

export function report(runId: string): Report {
  return {
    runId,
    runNumber: 1,
    planId: runId,
    dataset: { name: 'telco.csv', hash: 'a'.repeat(64), rows: 7043, columns: 20 },
    task: 'binary',
    target: 'churn',
    classes: ['No', 'Yes'],
    metric: 'roc_auc',
    winner: { trial: 0, family: 'gbdt', parameters: { zeta: 1, alpha: true } },
    judgement: {
      holdoutRows: 1409,
      trainingRows: 5634,
      droppedRows: 0,
      shippedRows: 900,
      ensemble: null,
      threshold: null,
      holdout: { roc_auc: { value: 0.846, low: 0.827, high: 0.864 } },
      baseline: { roc_auc: { value: 0.5, low: 0.5, high: 0.5 } },
      gain: { value: 0.346, low: 0.32, high: 0.37 },
      confusion: {
        classes: ['No', 'Yes'],
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
      residuals: null,
      importance: [{ column: WILD_TEXT, mean: 0.1, low: 0.05, high: 0.15 }],
      curve: [],
      bestStep: 100,
      seconds: 3,
      cpuSeconds: 3,
    },
    trials: [],
    curves: [],
    resources: {
      wallSeconds: 30,
      cpuSeconds: 50,
      peakMemoryMb: 400,
      estimatedSeconds: 28,
      trialsPlanned: 2,
      trialsFinished: 2,
    },
    comparisons: [],
    cutShort: null,
    caveats: [],
    nextSteps: [],
    provenance: {
      planHash: 'hash-1',
      seed: 1,
      approvedBy: 'U1',
      approvedAt: AT,
      versions: {},
      startedAt: AT,
      endedAt: AT,
    },
  };
}
