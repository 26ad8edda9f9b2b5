/** "Why stratified?": the reasons of the plan in force. */
import { NETWORKS } from '../../ml/tuning/trial.ts';
import { familyLabel, plural } from '../../report/format.ts';
import { prose, say } from '../../thread/say.ts';
import type { Turn } from '../../thread/specialist.ts';

interface Reason {
  readonly choice: string;
  readonly value: string;
  readonly reason: string;
  /** What else people call it. */
  readonly alias?: string;
}

/** Words of a question that say nothing about what it is about. */
const FILLERS = new Set(
  'the,and,did,does,you,your,use,used,using,not,are,was,were,has,have,this,that,these,those,what,for,with,choose,chose,chosen,pick,picked,take,only,just,there,here,our,why,about,should,would,can,will,how,but,its,it,want,wants,each,all,any,from'.split(
    ',',
  ),
);
const RUN_ENDED = /\b(?:stop|stopped|fail|failed|failure|end|ended|cancelled|aborted|crash|crashed|error)\b/;

/** @param topic what follows "why", in lower case.
 *  @returns the reasons that the topic is about, all of them when it names none. */
export function explain({ plan, data, run, state }: Turn, topic: string): string {
  if (run?.reason && RUN_ENDED.test(topic)) return say`Run ${run.number} has ${run.state}: ${run.reason}`;
  if (!plan) {
    if (data?.target) return prose(data.target.splitReason);
    return state.proposing
      ? 'The plan is being made; it comes with a reason for every choice.'
      : 'There is no plan yet whose choices I could explain.';
  }
  const { candidates, reasons, dropped, experiment } = plan.plan;
  const all: Reason[] = [
    ...candidates.map(({ family, trials, reason }) => ({
      choice: familyLabel(family, experiment.task),
      value: plural(trials, 'trial'),
      reason,
      alias: NETWORKS.has(family) ? `${family} neural network` : family,
    })),
    ...reasons,
    ...dropped.map(({ column, reason }) => ({ choice: column, value: 'not used', reason })),
  ];
  const asked = wordsOf(topic).filter((word) => word.length > 1 && !FILLERS.has(word));
  const score = (entry: Reason) => {
    const named = wordsOf(`${entry.choice} ${entry.value} ${entry.alias ?? ''}`);
    const said = wordsOf(entry.reason);
    const count = (words: readonly string[]) =>
      asked.filter((word) => words.some((other) => isSameWord(word, other))).length;
    return 2 * count(named) + count(said);
  };
  const scored = all.map((entry) => ({ entry, score: score(entry) }));
  const best = Math.max(0, ...scored.map((candidate) => candidate.score));
  const about = best === 0 ? reasons : scored.filter((one) => one.score === best).map(({ entry }) => entry);
  return about
    .map(({ choice, value, reason }) => `${say`• *${choice}: ${value}.*`} ${prose(reason)}`)
    .join('\n');
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** "fold" and "folds", "stratify" and "stratified": the same but for the ending. */
function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const shared = Math.max(4, Math.min(a.length, b.length) - 2);
  return a.length >= shared && b.length >= shared && a.slice(0, shared) === b.slice(0, shared);
}
