/** Every button and modal of ours by name, and what they carry. Values come back from outside: they are parsed by
 *  the schemas here, and they are only ids; nothing in them is believed before the store has confirmed it. */
import { z } from 'zod';
import type { Profile } from '../profile/profile.ts';
import { ChapterName } from '../report/chapters/chapter.ts';
import { ColumnDecision } from '../requirements/requirements.ts';

export const ACTIONS = {
  openRequirements: 'requirements_open',
  acceptAssumptions: 'assumptions_accept',
  chooseTarget: 'target_choose',
  keepColumn: 'column_keep',
  dropColumn: 'column_drop',
  knownColumn: 'column_known',
  approvePlan: 'plan_approve',
  editPlan: 'plan_edit',
  rejectPlan: 'plan_reject',
  stopRun: 'run_stop',
  openChapter: 'chapter_open',
} as const;

export const VIEWS = {
  requirements: 'requirements_submit',
  planEdit: 'plan_edit_submit',
  planReject: 'plan_reject_submit',
} as const;

export const PlanValue = z.object({ planId: z.string().max(64), hash: z.string().max(64) });
export const ThreadValue = z.object({ threadId: z.string().max(128) });
export const ColumnValue = z.object({
  threadId: z.string().max(128),
  column: z.string(),
  decision: ColumnDecision,
});
export const TargetValue = z.object({ threadId: z.string().max(128), target: z.string() });
export const RunValue = z.object({ threadId: z.string().max(128), runId: z.string().max(64) });

export const ChapterValue = RunValue.extend({ chapter: ChapterName });

/** Modals carry where they belong; the edit and reject ones also which plan they speak of. */
export const ModalContext = z.object({
  threadId: z.string().max(128),
  planId: z.string().max(64).optional(),
  hash: z.string().max(64).optional(),
});
export type ModalContext = z.infer<typeof ModalContext>;

/** So much of a column's name goes into a button: Slack caps its whole value at 2,000 characters, and JSON may need six
 *  for one. */
const NAME_CHARACTERS = 256;

export function buttonName(column: string): string {
  return column.slice(0, NAME_CHARACTERS);
}

/** @returns the column that `buttonName` was given, or null where the data has none or several of that beginning. */
export function namedByButton(name: string, profile: Profile): string | null {
  const meant = profile.columns.filter((column) => buttonName(column.name) === name);
  return meant.length === 1 ? (meant[0]?.name ?? null) : null;
}

/** Parses what a button or modal carried. @returns null for anything that we did not write. */
export function parseValue<T>(schema: z.ZodType<T>, value: string | undefined): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(value ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
