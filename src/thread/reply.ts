/** What we say in a thread, as values: handlers and jobs hand them to the slack room, which turns them into
 *  messages; the demo and the command line print them. Texts are mrkdwn made with `say`. */

import type { PlanRecord } from '../plan/plan.ts';
import type { DataAnswer } from '../profile/data-question.ts';
import type { ImageProfile, Profile, TargetProfile } from '../profile/profile.ts';
import type { ChapterName, ChapterSource } from '../report/chapters/chapter.ts';
import type { ClaimCheck } from '../report/claim-check.ts';
import type { ProjectFile } from '../report/project.ts';
import type { Report } from '../report/report.ts';
import type { Question } from '../requirements/questions.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Run } from '../run/run.ts';

export interface SharedFile {
  readonly fileName: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

export type Reply =
  /** `isSaid`: it stands in the thread already, because it was shown while it was thought. */
  | { readonly kind: 'text'; readonly text: string; readonly isSaid?: true }
  /** The data at a glance, suspects with their buttons, open questions, and the way to a plan. */
  | {
      readonly kind: 'profile';
      readonly name: string;
      readonly hash: string;
      readonly profile: Profile;
      readonly target: TargetProfile | null;
      readonly requirements: Requirements;
      readonly questions: readonly Question[];
      readonly notes: readonly string[];
    }
  /** Questions once more, without the profile: after an answer left some open. */
  | {
      readonly kind: 'questions';
      readonly questions: readonly Question[];
      readonly requirements: Requirements;
      readonly target: TargetProfile | null;
    }
  /** A question whose answer is one of a few; pressing it counts as saying it. */
  | { readonly kind: 'choice'; readonly question: string; readonly options: readonly string[] }
  /** What the data says to a question, as a picture. */
  | { readonly kind: 'answer'; readonly title: string; readonly answer: DataAnswer }
  /** A project that repeats a run, as one file. */
  | { readonly kind: 'project'; readonly name: string; readonly files: readonly ProjectFile[] }
  /** How the pictures of a plan are varied; `labels` are those of the classes. */
  | { readonly kind: 'variants'; readonly images: ImageProfile; readonly labels: readonly string[] }
  /** The plan with Approve, Edit and Reject. */
  | { readonly kind: 'plan'; readonly record: PlanRecord }
  /** The run has started: the message that will move. */
  | { readonly kind: 'run'; readonly run: Run; readonly record: PlanRecord }
  | { readonly kind: 'report'; readonly report: Report }
  /** What the check of a claim about an existing model found. */
  | { readonly kind: 'claim'; readonly check: ClaimCheck }
  /** Files that are shared in the thread. */
  | { readonly kind: 'files'; readonly text: string; readonly files: readonly SharedFile[] }
  /** A chapter that somebody asked for, and that its run has. */
  | { readonly kind: 'chapter'; readonly chapter: ChapterName; readonly source: ChapterSource };

export function text(mrkdwn: string): Reply {
  return { kind: 'text', text: mrkdwn };
}
