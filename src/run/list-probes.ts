/** What is trained again to study a model, as far as the plan's time allows: a pure function of plan and choice, so that the
 *  same plan studies the same whatever machine it runs on. */
import type { Member } from '../ml/judgement.ts';
import { LEAST_TRAINED_ON, SHARES } from '../ml/search/learning.ts';
import type { Probe } from '../ml/studies.ts';
import type { TrialSpec } from '../ml/tuning/trial.ts';
import { DRAWN_COST } from '../plan/allocate.ts';
import type { Plan } from '../plan/plan.ts';
import { leastForStudies } from '../plan/reserve-studies.ts';
import { costOf } from './trial.ts';

export interface StudySize {
  /** Of the members, the heaviest ones: all, or the first. */
  readonly nMembers: number;
  readonly folds: number;
  /** Seeds beside the run's own. */
  readonly repeats: number;
  /** Parts that are left out, of columns and of steps. */
  readonly parts: number;
}

/** The most that is done, and what is done with less time: fewer seeds and parts, then one member for all, then fewer folds. */
const SIZES = [
  { repeats: 4, parts: 12 },
  { repeats: 3, parts: 9 },
  { repeats: 2, parts: 6 },
] as const;
const LEAST = { repeats: 1, parts: 4 } as const;
const FEWER_FOLDS = [3, 2] as const;

/** Threads wait for each other at the end. */
const USED = 0.85;

export interface StudyPlan {
  /** Null where there is no time for the least study. */
  readonly size: StudySize | null;
  /** From which on there would be. */
  readonly leastBudgetSeconds: number;
}

/** @param specs of the members, the heaviest first. */
export function planStudy(plan: Plan, members: readonly Member[], specs: readonly TrialSpec[]): StudyPlan {
  const { budget, estimate, experiment } = plan;
  const { studies } = estimate;
  const costs = specs.map(
    (spec) =>
      (costOf(plan, spec)?.secondsPerTrial ?? 1) *
      (studies?.costShare ?? 1) *
      (spec.origin === 'default' ? 1 : DRAWN_COST),
  );
  const threadSeconds = studies ? USED * studies.seconds * budget.threads : 0;
  const [strongest = 0] = costs;
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  const nFolds = experiment.folds;
  const ofAll = { nMembers: members.length, folds: nFolds };
  const ofOne = { nMembers: 1, folds: nFolds };
  const options: StudySize[] = [
    ...SIZES.map((size) => ({ ...ofAll, ...size })),
    ...[...SIZES, LEAST].map((size) => ({ ...ofOne, ...size })),
    ...FEWER_FOLDS.filter((folds) => folds < nFolds).map((folds) => ({ nMembers: 1, folds, ...LEAST })),
  ];
  const secondsOf = ({ nMembers, folds, repeats, parts }: StudySize) =>
    (nMembers === 1 ? strongest : all) * (folds / nFolds) * (repeats + parts + partsOfCurve);
  const size = options.find((option) => secondsOf(option) <= threadSeconds) ?? null;
  const least = Math.min(...options.map(secondsOf));
  const leastBudgetSeconds = Math.max(
    leastForStudies(least / USED, budget.threads),
    // The time was there, but a family or a fold would have been given up for it.
    MORE * budget.seconds,
  );
  return { size, leastBudgetSeconds: Math.ceil(leastBudgetSeconds) };
}

const MORE = 1.5;
const partsOfCurve = SHARES.reduce((sum, share) => sum + share, 0);

/** What needs no knowledge of the columns: another seed first, then smaller training sets, then more seeds. */
export function plainProbes({ repeats }: StudySize, rowsPerFold: number, hasCurve: boolean): Probe[] {
  const seeds = Array.from({ length: repeats }, (_, i): Probe => ({ kind: 'repeat', number: i + 1 }));
  const shares = SHARES.filter((share) => share * rowsPerFold >= LEAST_TRAINED_ON);
  return [
    ...seeds.slice(0, 1),
    ...(hasCurve ? shares.map((share): Probe => ({ kind: 'share', share })) : []),
    ...seeds.slice(1),
  ];
}
