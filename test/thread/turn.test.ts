import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from '../../src/thread/events.ts';
import type { Specialist, SpecialistTools, Turn } from '../../src/thread/specialist.ts';
import { setRequirements } from '../../src/thread/turn.ts';
import { openTestStory, spoken, type TestStory } from './conversation.ts';

let test: TestStory;
beforeAll(async () => {
  test = await openTestStory();
});
afterAll(() => test.close());

const file = (name: string): DataSource => ({ kind: 'file', fileId: `F-${name}`, name, bytes: 1 });

/** Remembers the turns it sees and answers with what it is told to do. */
function specialistWho(
  act: (tools: SpecialistTools, turn: Turn) => Promise<unknown> = async () => undefined,
) {
  const turns: Turn[] = [];
  const specialist: Specialist = {
    async answer(turn, tools) {
      turns.push(turn);
      await act(tools, turn);
      return [{ kind: 'text', text: 'noted' }];
    },
  };
  return { specialist, turns };
}

describe('a message', () => {
  it('is answered, and remembered with its answer', async () => {
    const { say, events } = await test.conversation();
    const replies = await say('what is AUC?');
    expect(spoken(replies)).toContain('AUC: The chance that');
    expect(await events()).toEqual([
      { kind: 'message', user: 'U1', text: 'what is AUC?' },
      { kind: 'replied', text: spoken(replies) },
    ]);
  });

  it('that is received again, because a crash cut it short, gives the same answer and changes nothing', async () => {
    const { say, dataIsRead, append, events, jobs } = await test.conversation();
    await dataIsRead();
    await append({ kind: 'column-decided', user: 'U1', column: 'contract', decision: 'drop' });
    const first = await say('go ahead, use 5 minutes', { key: 'again' });
    const before = await events();
    expect(await say('go ahead, use 5 minutes', { key: 'again' })).toEqual(first);
    expect(await events()).toEqual(before);
    expect(jobs('propose')).toHaveLength(1);
  });

  it('with data that is received again is read once', async () => {
    const { say, events, jobs } = await test.conversation();
    const message = { key: 'again', files: [file('telco.csv')] };
    expect(await say('predict churn', message)).toEqual(await say('predict churn', message));
    expect((await events()).filter(({ kind }) => kind === 'data-received')).toHaveLength(1);
    expect(jobs('ingest')).toHaveLength(1);
  });

  it('may be as long as anybody likes; its beginning counts', async () => {
    const { specialist, turns } = specialistWho();
    const { say, events } = await test.conversation(specialist);
    await say(`predict churn ${'\u0000😀 <b>'.repeat(3000)}`);
    expect(turns[0]?.text.length).toBeLessThanOrEqual(4000);
    expect(turns[0]?.text).toMatch(/^predict churn/);
    expect((await events())[0]).toMatchObject({ kind: 'message', text: turns[0]?.text });
  });

  it('is read as it was typed, not as Slack escapes it', async () => {
    const { specialist, turns } = specialistWho();
    const { say } = await test.conversation(specialist);
    await say('  is a &lt; b &amp;&amp; c?  ');
    expect(turns[0]?.text).toBe('is a < b && c?');
  });

  it('makes who wrote first the owner of the thread', async () => {
    const { say, place } = await test.conversation();
    await say('hi', { user: 'U9' });
    expect((await test.story.threads.find(place.id))?.owner).toBe('U1');
  });
});

describe('data in a message', () => {
  it('is noted and read by a job', async () => {
    const { say, state, jobs, place } = await test.conversation();
    const replies = await say('predict churn', { key: 'm-1', files: [file('telco.csv')] });
    expect(spoken(replies)).toBe('Reading telco.csv. A moment.');
    expect((await state()).reading).toEqual(file('telco.csv'));
    expect(jobs('ingest')).toEqual([
      { queue: 'ingest', id: `ingest-${place.id}-m-1`, payload: { threadId: place.id, key: 'm-1' } },
    ]);
  });

  it('is read only when the specialist has taken the goal from the message', async () => {
    let goalWhenQueued: string | undefined;
    const { queue } = test.story;
    const { say, state } = await test.conversation();
    const add = queue.add.bind(queue);
    queue.add = async (name, id, payload) => {
      if (name === 'ingest') goalWhenQueued = (await state()).requirements.goal;
      return add(name, id, payload);
    };
    try {
      await say('please predict churn', { files: [file('telco.csv')] });
    } finally {
      queue.add = add;
    }
    expect(goalWhenQueued).toBe('please predict churn');
  });

  it('is read even when the specialist is at a loss', async () => {
    const { specialist } = specialistWho(() => Promise.reject(new Error('the voice is gone')));
    const { say, jobs } = await test.conversation(specialist);
    await expect(say('predict churn', { files: [file('telco.csv')] })).rejects.toThrow('the voice is gone');
    expect(jobs('ingest')).toHaveLength(1);
  });

  it('of several files is the last, and we say so', async () => {
    const { say, state } = await test.conversation();
    const replies = await say('', { files: [file('a.csv'), file('b.csv')] });
    expect(spoken(replies)).toBe(
      'Reading b.csv. A moment.\nI take one data set at a time and use the last one, b.csv.',
    );
    expect((await state()).reading).toEqual(file('b.csv'));
  });

  it('may be an address', async () => {
    const { say, state } = await test.conversation();
    const replies = await say('predict churn from <https://x.org/telco.csv?a=1&amp;b=2|telco.csv>');
    expect(spoken(replies)).toBe('Reading telco.csv. A moment.');
    expect((await state()).reading).toEqual({
      kind: 'url',
      url: 'https://x.org/telco.csv?a=1&b=2',
      name: 'telco.csv',
    });
  });

  it('is the file, not an address that is mentioned beside it', async () => {
    const { say, state } = await test.conversation();
    await say('as described on <https://wiki.example/churn>', { files: [file('telco.csv')] });
    expect((await state()).reading).toEqual(file('telco.csv'));
  });

  it('with a hostile name does no harm', async () => {
    const { say } = await test.conversation();
    const [reply] = await say('', { files: [file('<!channel>`*x*`.csv')] });
    expect(reply).toEqual({ kind: 'text', text: 'Reading `&lt;!channel&gt;ˋ*x*ˋ.csv`. A moment.' });
  });
});

describe('the turn that a specialist sees', () => {
  it('has the thread as it stands', async () => {
    const { specialist, turns } = specialistWho();
    const { say, dataIsRead, planIsProposed, place } = await test.conversation(specialist);
    await say('hi');
    expect(turns[0]).toMatchObject({ data: null, plan: null, run: null, report: null, earlierReports: [] });
    await dataIsRead();
    const record = await planIsProposed();
    await test.story.runs.create(record.id, place.id, place.team, '2026-01-31T12:00:00.000Z');
    await say('and now?', { user: 'U7', files: [file('more.csv')] });
    expect(turns[1]).toMatchObject({
      user: 'U7',
      text: 'and now?',
      arriving: ['more.csv'],
      data: { dataset: { name: 'telco_churn.csv' }, target: { target: 'churn' } },
      plan: { id: record.id, version: 1 },
      run: { id: record.id, state: 'queued' },
    });
  });
});

describe('the tools of a specialist', () => {
  it('write down several changes in one turn', async () => {
    const { specialist } = specialistWho(async (tools) => {
      await tools.setRequirements({ goal: 'predict churn' });
      await tools.setRequirements({ budgetSeconds: 60 });
    });
    const { say, state } = await test.conversation(specialist);
    await say('predict churn in a minute');
    expect((await state()).requirements).toMatchObject({ goal: 'predict churn', budgetSeconds: 60 });
  });

  it('show the profile, or say why there is none', async () => {
    const shown: string[] = [];
    const { specialist } = specialistWho(async (tools) => void shown.push(spoken(await tools.showProfile())));
    const { say, dataIsRead } = await test.conversation(specialist);
    await say('profile');
    await say('profile', { files: [file('telco.csv')] });
    await dataIsRead();
    await say('profile');
    expect(shown).toEqual([
      'There is no data in this thread yet. Please upload a file.',
      'I am still reading the data; its profile comes in a moment.',
      '[profile]',
    ]);
  });
});

describe('requirements', () => {
  const set = async (...changes: Parameters<typeof setRequirements>[4][]) => {
    const conversation = await test.conversation();
    await conversation.dataIsRead();
    const results = [];
    for (const [i, change] of changes.entries()) {
      results.push(await setRequirements(test.story, conversation.place.id, 'U1', `k${i}`, change));
    }
    return { results, ...(await conversation.state()) };
  };

  it('are written down once per key', async () => {
    const { place, dataIsRead, state, events } = await test.conversation();
    await dataIsRead();
    for (const budgetSeconds of [60, 90]) {
      await setRequirements(test.story, place.id, 'U1', 'same', { budgetSeconds });
    }
    expect((await state()).requirements.budgetSeconds).toBe(60);
    expect((await events()).filter(({ kind }) => kind === 'requirements-set')).toHaveLength(1);
  });

  it.each([
    [{ target: 'nope' }, 'There is no column `nope` in `telco_churn.csv`.'],
    [{ target: '<@U1>' }, 'There is no column `&lt;@U1&gt;` in `telco_churn.csv`.'],
    [{ split: { kind: 'group', column: 'nope' } }, 'There is no column `nope` in `telco_churn.csv`.'],
    [{ columnDecisions: { nope: 'drop' } }, 'There is no column `nope` in `telco_churn.csv`.'],
    [
      { split: { kind: 'group', column: 'churn' } },
      '`churn` is the column to predict, so it cannot divide the rows.',
    ],
    [
      { target: 'tenure', split: { kind: 'time', column: 'tenure' } },
      '`tenure` is the column to predict, so it cannot divide the rows.',
    ],
    [{ budgetSeconds: 1 }, 'A run may take from 10 seconds to one day.'],
  ] as const)('that cannot be are refused with a sentence: %j', async (change, sentence) => {
    const { results, requirements } = await set(change);
    expect(results).toEqual([{ ok: false, sentence }]);
    expect(requirements).toMatchObject({
      target: 'churn',
      split: null,
      budgetSeconds: null,
      columnDecisions: {},
    });
  });

  it('that are not what they should be are refused, not believed', async () => {
    const junk = [
      { metric: 'vibes' },
      { families: [] },
      { target: 7 },
      { seed: 'x' },
    ] as unknown as Parameters<typeof set>;
    const { results } = await set(...junk);
    expect(results.map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });

  it('may name any column before there is data', async () => {
    const { place, state } = await test.conversation();
    const result = await setRequirements(test.story, place.id, 'U1', 'k', { target: 'churn' });
    expect(result).toEqual({ ok: true });
    expect((await state()).requirements.target).toBe('churn');
  });

  it('may divide by what was the target before', async () => {
    const { results } = await set({ target: 'tenure', split: { kind: 'group', column: 'churn' } });
    expect(results).toEqual([{ ok: true }]);
  });
});
