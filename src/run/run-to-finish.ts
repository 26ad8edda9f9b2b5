/** What the steps of a finish share. */
import type { TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import type { FinishTime } from './finish-time.ts';
import type { RunEngine, RunJournal } from './ports.ts';
import type { WorkDone } from './progress.ts';

/** A run whose trials are over, and what its finish works with. */
export interface RunToFinish<Refit, Model> {
  readonly runId: string;
  readonly plan: Plan;
  readonly journal: RunJournal;
  readonly engine: RunEngine<Refit, Model>;
  readonly work: Pick<WorkDone, 'schedule' | 'finished'>;
  readonly signal: AbortSignal;
  /** Whether somebody pressed Stop: then nothing is done that is for the report alone. */
  readonly isStopped: boolean;
  readonly time: FinishTime;
}

/** What a task may take to end when it is asked to, and its thread to begin anew. */
export const GRACE_SECONDS = 1.5;

/** What is given up to be over in time, as sentences of the report. */
export const GIVEN_UP = {
  otherTrial: (trial: number) =>
    `The best trial, number ${trial + 1}, was not taken: training it again would have taken longer than was left.`,
  choice: 'Whether several trials together are better was not found out in time: the model is one trial.',
  members: (kept: number, chosen: number) =>
    `Of ${chosen} trials that together were best, ${kept === 1 ? 'only one was' : `only ${kept} were`} trained again in time, and the model was chosen among those.`,
  allRows:
    'The model was not trained again on all rows: it has learned from the training rows alone, as it was judged.',
  chapters: 'Importances and the chapters that explain single predictions and errors were left out.',
} as const;

export function trialsOf({
  finished,
}: RunToFinish<unknown, unknown>['work']): (number: number) => TrialResult {
  return (number) => finished.get(number) as TrialResult;
}

/** Of trials that finished, so that their settings are known. */
export function specsOf({
  schedule,
  finished,
}: RunToFinish<unknown, unknown>['work']): (number: number) => TrialSpec {
  return (number) => schedule.specOf(number, finished) as TrialSpec;
}
