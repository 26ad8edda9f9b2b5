/** A person decides on a plan. Only here does a run begin, and only because of a recorded approval. */
import type { PlanRecord } from '../plan/plan.ts';
import { type ApprovalPolicy, type Person, whyNotApprove } from '../plan/who-may-approve.ts';
import type { Story } from './ports.ts';
import type { Reply } from './reply.ts';

export type Decision =
  /** The plan is now approved or rejected (by this click, or by the same click delivered twice). */
  | { readonly kind: 'decided'; readonly record: PlanRecord; readonly replies: readonly Reply[] }
  /** Somebody decided earlier, or a newer version took its place: nothing changed. */
  | { readonly kind: 'too-late'; readonly record: PlanRecord }
  | { readonly kind: 'refused'; readonly sentence: string }
  /** No such plan in this workspace, or not of this content: the button is not one of ours. */
  | { readonly kind: 'unknown' };

/** What the button carries. */
export interface PlanButton {
  readonly planId: string;
  readonly hash: string;
}

/** Approves a plan and queues its run. Repeating it is harmless: one plan, one run. */
export async function approvePlan(
  story: Story,
  policy: ApprovalPolicy,
  person: Person,
  button: PlanButton,
): Promise<Decision> {
  const found = await findPlan(story, person, button);
  if (!found) return { kind: 'unknown' };
  const refusal = whyNotApprove(policy, person, found.record.plan, found.owner);
  if (refusal) return { kind: 'refused', sentence: refusal };
  const decision = await decideOnce(story, person, button, 'approved', null);
  if (decision.kind !== 'decided') return decision;
  // A crash in between is mended by the same click arriving again.
  const { record } = decision;
  const run = await story.runs.create(record.id, record.threadId, found.team, story.clock.now());
  await story.queue.add('run', record.id, { runId: run.id });
  return { kind: 'decided', record, replies: [{ kind: 'run', run, record }] };
}

/** Rejects a plan with a reason; the conversation goes back to the requirements. */
export async function rejectPlan(
  story: Story,
  policy: ApprovalPolicy,
  person: Person,
  button: PlanButton,
  reason: string,
): Promise<Decision> {
  const found = await findPlan(story, person, button);
  if (!found) return { kind: 'unknown' };
  // To say no to one's own plan, no second person is needed.
  const anyBudget = { ...policy, selfApprovalSeconds: Number.POSITIVE_INFINITY };
  const refusal = whyNotApprove(anyBudget, person, found.record.plan, found.owner);
  if (refusal) return { kind: 'refused', sentence: refusal };
  return decideOnce(story, person, button, 'rejected', reason.slice(0, 500));
}

/** The plan that a button names, if it is of this content and of the workspace that the click came from. */
async function findPlan(
  story: Story,
  person: Person,
  { planId, hash }: PlanButton,
): Promise<{ record: PlanRecord; owner: string; team: string } | null> {
  const record = await story.plans.find(planId);
  const thread = record && (await story.threads.find(record.threadId));
  if (!record || !thread || record.hash !== hash || thread.place.team !== person.workspace) return null;
  return { record, owner: thread.owner, team: thread.place.team };
}

/** Decides if nobody has, and writes it into the thread's record. The same decision of the same person again counts
 *  as the first one, so that whatever follows it can be repeated. */
async function decideOnce(
  story: Story,
  person: Person,
  { planId, hash }: PlanButton,
  status: 'approved' | 'rejected',
  reason: string | null,
): Promise<Decision> {
  const at = story.clock.now();
  const { record } = await story.plans.decide(planId, hash, status, { by: person.id, at, reason });
  if (!record) return { kind: 'unknown' };
  if (record.status !== status || record.decision?.by !== person.id) return { kind: 'too-late', record };
  await story.threads.append(record.threadId, `decided-${record.id}`, {
    kind: 'plan-decided',
    user: person.id,
    planId: record.id,
    decision: status,
    reason: record.decision.reason,
  });
  return { kind: 'decided', record, replies: [] };
}
