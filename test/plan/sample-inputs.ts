/** What a plan is made from, in the shape of the telco, letter and housing data. */
import type { Task } from '../../src/ml/experiment.ts';
import type { Calibration } from '../../src/ml/tuning/calibration.ts';
import type { Family } from '../../src/ml/tuning/trial.ts';
import type { ColumnProfile, Profile, TargetProfile } from '../../src/profile/profile.ts';

export function column(name: string, change: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: 'categorical',
    missing: 0,
    distinct: 3,
    range: null,
    top: [{ value: 'a', count: 10 }],
    infinite: 0,
    flags: [],
    ...change,
  };
}

export function profileOf(names: readonly string[], change: Partial<Profile> = {}): Profile {
  return {
    rows: 1000,
    columns: names.map((name) => column(name)),
    duplicateRows: 0,
    targetCandidates: [],
    timeColumns: [],
    groupColumns: [],
    warnings: [],
    ...change,
  };
}

export function targetOf(target: string, task: Task, change: Partial<TargetProfile> = {}): TargetProfile {
  const labels = { binary: ['No', 'Yes'], multiclass: ['A', 'B', 'C'], regression: [] }[task];
  return {
    target,
    task,
    classes: labels.map((label, i) => ({ label, count: 500 - 100 * i })),
    missing: 0,
    suspects: [],
    useless: [],
    split: { kind: 'stratified' },
    splitReason: 'Nothing orders or groups the rows.',
    conflictingRows: 0,
    warnings: [],
    ...change,
  };
}

export const telco = {
  profile: profileOf(['customer_id', 'tenure', 'monthly_charges', 'contract', 'churn'], {
    targetCandidates: [
      { column: 'churn', task: 'binary', plausibility: 0.9, reason: 'named like an outcome' },
    ],
  }),
  target: targetOf('churn', 'binary', {
    useless: [{ column: 'customer_id', reason: 'It names rows instead of describing them.' }],
    suspects: [
      {
        column: 'contract',
        kind: 'predicts-alone',
        evidence: 'It alone predicts churn with an AUC of 0.99.',
        suggestion: 'drop',
      },
    ],
  }),
};

export function calibrationOf(
  seconds: Partial<Record<Family, number>> = { linear: 0.8, gbdt: 3, realmlp: 5, mlp: 5 },
  change: Partial<Calibration> = {},
): Calibration {
  return {
    costs: Object.entries(seconds).map(([family, secondsPerTrial]) => ({
      family: family as Family,
      secondsPerTrial,
      secondsPerRefit: secondsPerTrial / 4,
      memoryMb: 100,
    })),
    judgingSeconds: 1,
    seconds: 2,
    ...change,
  };
}
