import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanRecord } from '../../src/plan/plan.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { approvePlan, rejectPlan } from '../../src/thread/decide.ts';
import { ANYONE, type Conversation, openTestStory, person, type TestStory } from './conversation.ts';

let test: TestStory;
beforeAll(async () => {
  test = await openTestStory();
});
afterAll(() => test.close());

const button = ({ id, hash }: PlanRecord) => ({ planId: id, hash });
const approve = (record: PlanRecord, who = person('U2'), policy = ANYONE) =>
  approvePlan(test.story, policy, who, button(record));
const reject = (record: PlanRecord, who = person('U2'), reason = 'too slow') =>
  rejectPlan(test.story, ANYONE, who, button(record), reason);

async function withPlan(): Promise<Conversation & { record: PlanRecord }> {
  const thread = await test.conversation();
  await thread.dataIsRead();
  return { ...thread, record: await thread.planIsProposed() };
}

describe('an approval', () => {
  it('is recorded and starts exactly one run, whose id is the plan', async () => {
    const { record, place, jobs, events, state } = await withPlan();
    const decision = await approve(record);
    expect(decision).toMatchObject({
      kind: 'decided',
      record: { status: 'approved', decision: { by: 'U2', reason: null } },
      replies: [{ kind: 'run', run: { id: record.id, state: 'queued', threadId: place.id } }],
    });
    expect(jobs('run')).toEqual([]);
    expect(test.story.queue.jobs).toContainEqual({
      queue: 'run',
      id: record.id,
      payload: { runId: record.id },
    });
    expect((await state()).planStatus).toBe('approved');
    expect((await events()).at(-1)).toMatchObject({ kind: 'plan-decided', user: 'U2', decision: 'approved' });
  });

  it('by a double click is one approval', async () => {
    const { record, place, events } = await withPlan();
    const decisions = await Promise.all([approve(record), approve(record), approve(record)]);
    expect(decisions.map(({ kind }) => kind)).toEqual(['decided', 'decided', 'decided']);
    expect(await test.story.runs.ofThread(place.id)).toHaveLength(1);
    expect((await events()).filter(({ kind }) => kind === 'plan-decided')).toHaveLength(1);
  });

  it('by a second person comes too late and changes nothing', async () => {
    const { record, place } = await withPlan();
    await approve(record);
    const late = await approve(record, person('U3'));
    expect(late).toMatchObject({ kind: 'too-late', record: { status: 'approved', decision: { by: 'U2' } } });
    expect(await test.story.runs.ofThread(place.id)).toHaveLength(1);
  });

  it('by many at once is by one of them', async () => {
    const { record, place } = await withPlan();
    const people = Array.from({ length: 12 }, (_, i) => person(`U${i + 10}`));
    const decisions = await Promise.all(people.map((who) => approve(record, who)));
    expect(decisions.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
    expect(decisions.filter(({ kind }) => kind === 'too-late')).toHaveLength(11);
    expect(await test.story.runs.ofThread(place.id)).toHaveLength(1);
  });

  it('and a rejection at once leave one of the two', async () => {
    for (let i = 0; i < 5; i++) {
      const { record, place } = await withPlan();
      const [yes, no] = await Promise.all([approve(record, person('U2')), reject(record, person('U3'))]);
      expect([yes.kind, no.kind].sort()).toEqual(['decided', 'too-late']);
      expect(await test.story.runs.ofThread(place.id)).toHaveLength(yes.kind === 'decided' ? 1 : 0);
    }
  });

  it('mends what a crash left undone when the same click comes again', async () => {
    const { record, place } = await withPlan();
    await test.story.plans.decide(record.id, record.hash, 'approved', {
      by: 'U2',
      at: '2026-01-31T12:00:00.000Z',
      reason: null,
    });
    expect(await test.story.runs.ofThread(place.id)).toEqual([]);
    expect((await approve(record)).kind).toBe('decided');
    expect(await test.story.runs.ofThread(place.id)).toHaveLength(1);
  });

  it('of a plan that a newer one replaced comes too late', async () => {
    const { record, planIsProposed, place } = await withPlan();
    const newer = await planIsProposed({ seed: 2 });
    expect(await approve(record)).toMatchObject({
      kind: 'too-late',
      record: { status: 'superseded', decision: null },
    });
    expect(await test.story.runs.ofThread(place.id)).toEqual([]);
    expect((await approve(newer)).kind).toBe('decided');
  });

  it('of something that is not a plan of ours is unknown', async () => {
    const { record, place } = await withPlan();
    const forged = { ...record, hash: 'f'.repeat(64) };
    const invented = { ...record, id: '0'.repeat(16) };
    for (const plan of [forged, invented]) expect(await approve(plan)).toEqual({ kind: 'unknown' });
    expect(await test.story.runs.ofThread(place.id)).toEqual([]);
    expect((await test.story.plans.find(record.id))?.status).toBe('proposed');
  });

  it('from another workspace is unknown, even to a member of both', async () => {
    const { record, place } = await withPlan();
    const stranger = person('U2', { workspace: 'T2', home: 'T2' });
    expect(await approve(record, stranger)).toEqual({ kind: 'unknown' });
    expect(await reject(record, stranger)).toEqual({ kind: 'unknown' });
    expect(await test.story.runs.ofThread(place.id)).toEqual([]);
  });

  it.each([
    ['a guest', person('U2', { isGuest: true })],
    ['a bot', person('U2', { isBot: true })],
    ['somebody from a shared channel', person('U2', { home: 'T2' })],
  ])('by %s is refused', async (_, who) => {
    const { record } = await withPlan();
    expect(await approve(record, who)).toMatchObject({ kind: 'refused', sentence: expect.any(String) });
    expect(await reject(record, who)).toMatchObject({ kind: 'refused' });
    expect((await test.story.plans.find(record.id))?.status).toBe('proposed');
  });

  it('of an expensive plan needs a second person', async () => {
    const { record } = await withPlan();
    const policy = { approvers: [], selfApprovalSeconds: 30 };
    expect(await approve(record, person('U1'), policy)).toMatchObject({ kind: 'refused' });
    expect(await approve(record, person('U2'), policy)).toMatchObject({ kind: 'decided' });
  });

  it('adds one job to a real queue, however many clicks there were', async () => {
    const { record } = await withPlan();
    const queue = await openQueue({ pool: test.store.queuePool(), soleProcess: false });
    try {
      const taken: string[] = [];
      await queue.work('run', async ({ runId }) => void taken.push(runId));
      const story = { ...test.story, queue };
      await Promise.all(
        Array.from({ length: 6 }, () => approvePlan(story, ANYONE, person('U2'), button(record))),
      );
      while (taken.length === 0) await delay(20);
      await approvePlan(story, ANYONE, person('U2'), button(record));
      await delay(300);
      expect(taken).toEqual([record.id]);
    } finally {
      await queue.close();
    }
  });
});

describe('a rejection', () => {
  it('is recorded with its reason and starts nothing', async () => {
    const { record, place, state } = await withPlan();
    expect(await reject(record)).toMatchObject({
      kind: 'decided',
      record: { status: 'rejected' },
      replies: [],
    });
    expect((await test.story.plans.find(record.id))?.decision).toMatchObject({
      by: 'U2',
      reason: 'too slow',
    });
    expect((await state()).planStatus).toBe('rejected');
    expect(await test.story.runs.ofThread(place.id)).toEqual([]);
  });

  it('that is sent twice is one, with the first reason', async () => {
    const { record, events } = await withPlan();
    await reject(record);
    expect(await reject(record, person('U2'), 'another reason')).toMatchObject({ kind: 'decided' });
    expect((await events()).filter(({ kind }) => kind === 'plan-decided')).toMatchObject([
      { reason: 'too slow' },
    ]);
  });

  it('after an approval comes too late, even by the same person', async () => {
    const { record } = await withPlan();
    await approve(record);
    expect(await reject(record)).toMatchObject({ kind: 'too-late', record: { status: 'approved' } });
  });

  it("of one's own plan needs no second person", async () => {
    const { record } = await withPlan();
    const policy = { approvers: [], selfApprovalSeconds: 0 };
    expect((await rejectPlan(test.story, policy, person('U1'), button(record), '')).kind).toBe('decided');
  });

  it('may be longer than we keep', async () => {
    const { record } = await withPlan();
    await reject(record, person('U2'), 'x'.repeat(5000));
    expect((await test.story.plans.find(record.id))?.decision?.reason).toHaveLength(500);
  });
});
