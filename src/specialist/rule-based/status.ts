/** "Status?": where the thread stands, and what a person can do next. */
import { formatSeconds } from '../../report/format.ts';
import { summarise } from '../../report/summary.ts';
import { hasEnded, type Run } from '../../run/run.ts';
import { code, say } from '../../thread/say.ts';
import type { Turn } from '../../thread/specialist.ts';

export const ASK_FOR_DATA =
  'What I need is the data: please upload a CSV, TSV, JSON Lines or Parquet file in this thread, or send an https link to one: one row per case, with the outcome as a column. For pictures, a zip with one folder per class.';

/** The run that is going on, or null. */
export function goingRun({ run }: Turn): Run | null {
  return run && !hasEnded(run) ? run : null;
}

/** The newest things first: what is going on, else what waits for somebody, else what came out. */
export function describeStatus(turn: Turn): string {
  const { run, plan, state, data } = turn;
  const going = goingRun(turn);
  const parts: string[] = [];
  if (going) parts.push(describeGoing(going));
  if (state.reading) parts.push(`I am reading ${code(state.reading.name)}.`);
  if (state.proposing) parts.push('I am measuring on your data and making a plan.');
  else if (plan?.status === 'proposed') parts.push(describeWaitingPlan(turn));
  if (run && !going) parts.push(describeEnd(turn, run));
  if (parts.length > 0) return parts.join('\n');
  return data
    ? 'The data is read and profiled; next comes the plan. Say "go ahead" when the questions are settled.'
    : `Nothing is going on in this thread yet. ${ASK_FOR_DATA}`;
}

/** What a person can do now. */
export function nextStep(turn: Turn): string {
  const { run, plan, state, data } = turn;
  if (goingRun(turn)) return 'A run is going on: ask for its status, or stop it.';
  if (state.reading) return 'I am still reading your data; its profile comes in a moment.';
  if (state.proposing) return 'I am making a plan right now.';
  if (plan?.status === 'proposed')
    return 'There is a plan above: approve, edit or reject it with its buttons, or ask me why.';
  if (run) return 'Ask me to *compare* results, to *improve it*, or say "make a plan" for another run.';
  if (data) return 'Answer the questions above, or say "go ahead" and I make a plan.';
  return ASK_FOR_DATA;
}

/** What the plan in force would take, or null without one. */
export function describeWaitingPlan({ plan }: Turn): string {
  if (!plan) return '';
  const { lowSeconds, highSeconds } = plan.plan.estimate;
  const range = `${formatSeconds(Math.round(lowSeconds))} to ${formatSeconds(Math.round(highSeconds))}`;
  return say`Plan ${plan.version} waits for somebody to press *Approve*; it would take ${range}, and never more than ${formatSeconds(plan.plan.budget.seconds)}.`;
}

const GOING: Readonly<Partial<Record<Run['state'], string>>> = {
  queued: 'waits for a free worker',
  stopping: 'is stopping; the best finished trial is kept',
  judging: 'is training the model again and judging it on the holdout',
};

function describeGoing(run: Run): string {
  const what = GOING[run.state] ?? 'is running; the message above with the bar shows how far it is';
  return say`Run ${run.number} ${what}.`;
}

function describeEnd({ report }: Turn, run: Run): string {
  const ended = say`Run ${run.number} has ${run.state}.`;
  if (report) return `${ended} ${say`${summarise(report).headline}`}`;
  return run.reason ? `${ended} ${say`${run.reason}`}` : ended;
}
