/** A part of the approved time for studies of the model: how stable it is, what its parts are worth, what more rows would bring
 *  (decision 27). */
import { type Calibration, usualMembers } from '../ml/tuning/calibration.ts';
import { type Allocation, allocate, type Wish } from './allocate.ts';

/** Of the wall clock. The trials that it costs are the last ones, which improve the score least. */
const STUDY_SHARE = 0.12;
/** Trainings of the whole model in all folds that the largest study is. */
const MOST_TRAININGS = 18;

export interface StudyReserve {
  /** Wall seconds, part of `finishSeconds`. */
  readonly seconds: number;
  /** Of a trial in this plan, as a share of what the calibration measured. */
  readonly costShare: number;
}

export type AllocationWithStudies = Allocation & { readonly studies?: StudyReserve };

/** As `allocate`, with time for studies wherever that costs no family, no fold, no steps and nothing of the protocol. */
export function allocateWithStudies(calibration: Calibration, wish: Wish): AllocationWithStudies | null {
  const usual = allocate(calibration, wish);
  if (!usual) return null;
  const seconds = Math.min(STUDY_SHARE * wish.budgetSeconds, enough(calibration, wish, usual));
  const judgingSeconds = calibration.judgingSeconds + seconds;
  const reserved = allocate({ ...calibration, judgingSeconds }, wish);
  if (!reserved || !(seconds > 0)) return usual;
  const isSame =
    reserved.folds === usual.folds &&
    reserved.stepShare === usual.stepShare &&
    reserved.repeats === usual.repeats &&
    reserved.nested === usual.nested &&
    reserved.trials.size === usual.trials.size;
  return isSame ? { ...reserved, studies: { seconds, costShare: costShare(wish, usual) } } : usual;
}

/** The smallest budget of which so many seconds on one thread are the share for studies. */
export function leastForStudies(threadSeconds: number, threads: number): number {
  return Math.ceil(threadSeconds / threads / STUDY_SHARE);
}

function enough({ costs }: Calibration, wish: Wish, { trials, folds, stepShare }: Allocation): number {
  const known = costs.filter(({ family }) => trials.has(family)).map((cost) => cost.secondsPerTrial);
  const dearest = Math.max(0, ...known);
  const share = costShare(wish, { folds, stepShare });
  return (MOST_TRAININGS * usualMembers(wish.members) * dearest * share) / wish.threads;
}

/** Studies draw the folds once, however often trials do. */
function costShare(
  { folds: measured, repeats = 1 }: Pick<Wish, 'folds' | 'repeats'>,
  { folds, stepShare }: Pick<Allocation, 'folds' | 'stepShare'>,
): number {
  return (stepShare * (folds - 1)) / (repeats * Math.max(1, measured - 1));
}

/** What the plan says about it. */
export function studiesReason(
  { studies }: AllocationWithStudies,
  budgetSeconds: number,
): { choice: string; value: string; reason: string } {
  const what = 'how stable the score is, what each part of the model is worth and what more rows would bring';
  return studies
    ? {
        choice: 'Studies',
        value: `up to ${Math.ceil(studies.seconds)} s of ${budgetSeconds} s`,
        reason: `When the model is chosen it is trained again with one thing changed at a time, to tell ${what}; the trials that this replaces are the last ones.`,
      }
    : {
        choice: 'Studies',
        value: 'none',
        reason: `The budget leaves no time to tell ${what}: that would cost a model family or a fold.`,
      };
}
