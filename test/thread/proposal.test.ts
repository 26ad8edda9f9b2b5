import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestPlan } from '../../src/thread/proposal.ts';
import { type Conversation, openTestStory, spoken, type TestStory } from './conversation.ts';

let test: TestStory;
beforeAll(async () => {
  test = await openTestStory();
});
afterAll(() => test.close());

const ask = ({ place }: Conversation, key = 'k1') => requestPlan(test.story, place.id, 'U1', key);
const decide = (thread: Conversation) =>
  thread.append({ kind: 'column-decided', user: 'U1', column: 'contract', decision: 'drop' });

async function readyToPlan(): Promise<Conversation> {
  const thread = await test.conversation();
  await thread.dataIsRead();
  await decide(thread);
  return thread;
}

describe('a request for a plan', () => {
  it('without data asks for it, or for patience', async () => {
    const thread = await test.conversation();
    expect(spoken(await ask(thread))).toContain('I need data before I can plan');
    await thread.append({
      kind: 'data-received',
      user: 'U1',
      source: { kind: 'file', fileId: 'F', name: 'a', bytes: 1 },
    });
    expect(spoken(await ask(thread))).toContain('still reading');
    expect(thread.jobs('propose')).toEqual([]);
  });

  it('is answered by the blocking questions while there are any', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead();
    const [reply] = await ask(thread);
    expect(reply).toMatchObject({
      kind: 'questions',
      questions: [{ id: 'suspect', suspect: { column: 'contract' } }],
    });
    expect(thread.jobs('propose')).toEqual([]);
    expect((await thread.state()).proposing).toBe(false);
  });

  it('asks for the target while it is open', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead({ target: null });
    // The profile has an obvious candidate, but reading the data did not settle on it: something was wrong with it.
    expect(await ask(thread)).toMatchObject([
      { kind: 'questions', questions: [{ id: 'target', options: ['churn'] }] },
    ]);
  });

  it('goes on with a target that is chosen but not profiled yet: the job does that', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead({ target: null });
    await thread.append({ kind: 'requirements-set', user: 'U1', requirements: { target: 'tenure' } });
    expect(spoken(await ask(thread))).toContain('Making a plan');
  });

  it('is noted and given to a job, once per key', async () => {
    const thread = await readyToPlan();
    for (let i = 0; i < 2; i++) expect(spoken(await ask(thread))).toContain('Making a plan');
    const { id } = thread.place;
    expect(thread.jobs('propose')).toEqual([
      { queue: 'propose', id: `propose-${id}-k1`, payload: { threadId: id, key: 'k1' } },
    ]);
    expect(await thread.state()).toMatchObject({ proposing: true, proposalKey: 'k1' });
  });

  it('while another plan is being made changes nothing and says so', async () => {
    const thread = await readyToPlan();
    await ask(thread, 'k1');
    expect(spoken(await ask(thread, 'k2'))).toContain('I am making a plan already');
    expect(thread.jobs('propose')).toHaveLength(1);
  });

  it('mends a request whose job was lost in a crash', async () => {
    const thread = await readyToPlan();
    await thread.append({ kind: 'proposal-requested', user: 'U1', key: 'lost' });
    await ask(thread, 'k2');
    expect(thread.jobs('propose')).toMatchObject([{ payload: { key: 'lost' } }]);
  });

  it('may come again when the plan is there, or could not be made', async () => {
    const thread = await readyToPlan();
    await ask(thread, 'k1');
    await thread.planIsProposed();
    await ask(thread, 'k2');
    await thread.append({ kind: 'proposal-failed', code: 'BUDGET_TOO_SMALL', sentence: 'Too small.' });
    await ask(thread, 'k3');
    expect(thread.jobs('propose')).toHaveLength(3);
  });
});
