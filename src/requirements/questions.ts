/** What we still must ask. A question is only asked when the data cannot answer it; where a sensible default exists,
 *  the default is stated and the person may leave it. */
import type { LeakSuspect, Profile, TargetProfile } from '../profile/profile.ts';
import { type Requirements, wantsForecast } from './requirements.ts';

export type Question =
  /** Which column to predict: nothing in the request or the data decides it. */
  | { readonly id: 'target'; readonly options: readonly string[] }
  /** Whether a suspicious column may be used. */
  | { readonly id: 'suspect'; readonly suspect: LeakSuspect }
  /** What success means for the business, and with it the metric. */
  | { readonly id: 'metric' }
  /** Whether rows are ordered in time or belong together: asked only when a column hints at it. */
  | { readonly id: 'split'; readonly columns: readonly string[] }
  /** How long a run may take. */
  | { readonly id: 'budget' }
  /** Where predictions will be made. */
  | { readonly id: 'deployment' };

/** Without an answer to these no plan can be made. */
const BLOCKING: ReadonlySet<Question['id']> = new Set(['target', 'suspect']);

export function isBlocking(question: Question): boolean {
  return BLOCKING.has(question.id);
}

/** The open questions, blocking ones first.
 *  @param target the profile of the target in force, or null while it is undecided or not profiled yet. */
export function openQuestions(
  requirements: Requirements,
  profile: Profile,
  target: TargetProfile | null,
): Question[] {
  const questions: Question[] = [];
  // A forecast sees no other column but those that a person calls known, and its split follows from what it is.
  const isForecast = target !== null && wantsForecast(requirements, target);
  // What is suspicious among rows says little of recordings, which are profiled anew for their plan.
  const isOfRows = !isForecast && !requirements.windows;
  if (target && isOfRows) {
    for (const suspect of target.suspects) {
      // `in` would also find what every object inherits: a column may be called "constructor".
      if (!Object.hasOwn(requirements.columnDecisions, suspect.column))
        questions.push({ id: 'suspect', suspect });
    }
  } else if (!target && !requirements.target) {
    questions.push({ id: 'target', options: profile.targetCandidates.map((candidate) => candidate.column) });
  }
  if (!requirements.metric && !requirements.businessMeaning) questions.push({ id: 'metric' });
  const hints = [...new Set([...profile.timeColumns, ...profile.groupColumns])].filter(
    (column) => column !== (target?.target ?? requirements.target),
  );
  if (!requirements.split && isOfRows && hints.length > 0) questions.push({ id: 'split', columns: hints });
  if (!requirements.budgetSeconds) questions.push({ id: 'budget' });
  if (!requirements.deployment) questions.push({ id: 'deployment' });
  return questions;
}

/** Below this plausibility a person is asked even about the only candidate. */
const PLAUSIBLE = 0.5;
/** Two candidates closer than this are both shown. */
const CLEAR_LEAD = 0.15;

/** The target that the request and the data agree on, or null when a person must choose: the one that was named,
 *  else the only plausible candidate or one that is clearly ahead of the next. */
export function settledTarget(requirements: Requirements, profile: Profile): string | null {
  if (requirements.target) return requirements.target;
  const [first, second] = profile.targetCandidates;
  if (!first || first.plausibility < PLAUSIBLE) return null;
  const isClearlyAhead = !second || first.plausibility - second.plausibility >= CLEAR_LEAD;
  return isClearlyAhead ? first.column : null;
}
