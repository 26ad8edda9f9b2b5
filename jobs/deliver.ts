/** Says in the thread what another job found out. */
import type { PlanRecord } from '../src/plan/plan.ts';
import { requestClaimCheck } from '../src/thread/claim.ts';
import { profileReply } from '../src/thread/intake.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import { type Reply, text } from '../src/thread/reply.ts';
import { say } from '../src/thread/say.ts';
import type { Speaker } from '../src/thread/speaker.ts';
import { threadState } from '../src/thread/state.ts';
import { claimOutcomeKey } from './claim.ts';
import { proposalOutcomeKey } from './propose.ts';

export interface DeliverDeps {
  readonly story: Story;
  readonly speaker: Speaker;
  /** The run's moving message shows its last state. */
  runEnded(runId: string): Promise<void>;
  /** The plan's card shows what has become of it. */
  planChanged(record: PlanRecord): Promise<void>;
}

export async function deliver(deps: DeliverDeps, payload: JobPayloads['deliver']): Promise<void> {
  const { story, speaker } = deps;
  const thread = await story.threads.find(payload.threadId);
  if (!thread) return;
  const replies = await findReplies(story, payload);
  if (payload.what === 'report') await deps.runEnded(payload.id);
  await speaker.say(thread.place, `${payload.what}-${payload.id}`, replies);
  if (payload.what === 'report') await compareWithTheirs(story, payload);
  if (payload.what !== 'plan') return;
  // The cards of the plans that this one replaces must not look as if they could still be approved.
  for (const record of await story.plans.ofThread(payload.threadId)) {
    if (record.status === 'superseded') await deps.planChanged(record);
  }
}

/** With the first plan of a thread that learns from variants of pictures: what they look like. */
async function variantsFor(story: Story, { plan, threadId, version }: PlanRecord): Promise<Reply[]> {
  const thread = await story.threads.find(threadId);
  const varies = plan.candidates.some(({ defaults }) =>
    defaults.some(({ variants }) => Number(variants) > 0),
  );
  if (!thread || !varies || version > 1) return [];
  const dataset = await story.datasets.find(thread.place.team, plan.dataset.hash);
  const images = dataset?.profile.images;
  return images ? [{ kind: 'variants', images, labels: plan.experiment.classes }] : [];
}

/** Where somebody uploaded their model or what it predicts, a report is followed by the comparison. */
async function compareWithTheirs(story: Story, { threadId, id }: JobPayloads['deliver']): Promise<void> {
  const { theirs } = threadState(await story.threads.events(threadId));
  if (theirs && (await story.reports.find(id))) await requestClaimCheck(story, threadId, `run-${id}`);
}

async function findReplies(story: Story, { threadId, what, id }: JobPayloads['deliver']): Promise<Reply[]> {
  switch (what) {
    case 'questions': {
      const reply = await profileReply(story, threadId);
      return reply ? [reply] : [];
    }
    case 'plan': {
      const record = await story.plans.find(id);
      return record ? [...(await variantsFor(story, record)), { kind: 'plan', record }] : [];
    }
    case 'failure': {
      const failure = await story.threads.event(threadId, proposalOutcomeKey(id));
      return failure?.kind === 'proposal-failed' ? [text(say`${failure.sentence}`)] : [];
    }
    case 'claim': {
      const checked = await story.threads.event(threadId, claimOutcomeKey(id));
      if (checked?.kind === 'claim-failed')
        return [text(say`I could not check what was said of your model. ${checked.sentence}`)];
      return checked?.kind === 'claim-checked' ? [{ kind: 'claim', check: checked.check }] : [];
    }
    case 'report': {
      const report = await story.reports.find(id);
      if (report) return [{ kind: 'report', report }];
      const run = await story.runs.find(id);
      return run ? [text(say`Run ${run.number} ${run.state}: ${run.reason ?? 'no trial finished.'}`)] : [];
    }
  }
}
