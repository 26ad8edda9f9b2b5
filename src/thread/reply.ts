/** What we say in a thread, as values: handlers and jobs hand them to the slack room, which turns them into
 *  messages; the demo and the command line print them. Texts are mrkdwn made with `say`. */

import type { PlanRecord } from '../plan/plan.ts';
import type { ImageProfile, Profile, TargetProfile } from '../profile/profile.ts';
import type { ChapterName, ChapterSource } from '../report/chapters/chapter.ts';
import type { Report } from '../report/report.ts';
import type { Question } from '../requirements/questions.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Run } from '../run/run.ts';

export type Reply =
  | { readonly kind: 'text'; readonly text: string }
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
  /** How the pictures of a plan are varied; `labels` are those of the classes. */
  | { readonly kind: 'variants'; readonly images: ImageProfile; readonly labels: readonly string[] }
  /** The plan with Approve, Edit and Reject. */
  | { readonly kind: 'plan'; readonly record: PlanRecord }
  /** The run has started: the message that will move. */
  | { readonly kind: 'run'; readonly run: Run; readonly record: PlanRecord }
  | { readonly kind: 'report'; readonly report: Report }
  /** A chapter that somebody asked for, and that its run has. */
  | { readonly kind: 'chapter'; readonly chapter: ChapterName; readonly source: ChapterSource };

export function text(mrkdwn: string): Reply {
  return { kind: 'text', text: mrkdwn };
}
