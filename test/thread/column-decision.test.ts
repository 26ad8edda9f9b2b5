import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideColumn } from '../../src/thread/column-decision.ts';
import { targetOf, telco } from '../plan/sample-inputs.ts';
import { type Conversation, openTestStory, spoken, type TestStory } from './conversation.ts';

let test: TestStory;
beforeAll(async () => {
  test = await openTestStory();
});
afterAll(() => test.close());

let nClicks = 0;
const click = ({ place }: Conversation, column: string, decision: 'keep' | 'drop' | 'known', user = 'U1') =>
  decideColumn(test.story, place.id, user, `click-${nClicks++}`, column, decision);

const suspect = (column: string) =>
  ({ column, kind: 'predicts-alone', evidence: 'It alone predicts churn.', suggestion: 'drop' }) as const;
const twoSuspects = targetOf('churn', 'binary', { suspects: [suspect('contract'), suspect('tenure')] });

describe('a decision about a column', () => {
  it('is written down and said, by whom', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead({ target: twoSuspects });
    const replies = await click(thread, 'contract', 'drop', 'U7');
    expect(spoken(replies)).toBe('contract is left out (decided by @U7).');
    expect((await thread.state()).requirements.columnDecisions).toEqual({ contract: 'drop' });
  });

  it('that is the last one open shows the way to the plan again', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead({ target: twoSuspects });
    await click(thread, 'contract', 'drop');
    const [said, next] = await click(thread, 'tenure', 'known');
    expect(spoken(said ? [said] : [])).toContain('stays in, because it is known at prediction time');
    expect(next).toMatchObject({
      kind: 'questions',
      questions: [{ id: 'metric' }, { id: 'budget' }, { id: 'deployment' }],
    });
  });

  it('may be changed; the last one counts', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead();
    await click(thread, 'contract', 'drop', 'U1');
    await click(thread, 'contract', 'keep', 'U2');
    expect((await thread.state()).requirements.columnDecisions).toEqual({ contract: 'keep' });
  });

  it('under a plan that waits says that the plan does not know it yet', async () => {
    const thread = await test.conversation();
    await thread.dataIsRead();
    await thread.planIsProposed();
    expect(spoken(await click(thread, 'contract', 'keep'))).toContain(
      'The plan above does not know that yet',
    );
  });

  it('about a column that the data does not have changes nothing', async () => {
    const thread = await test.conversation();
    const sentence = 'There is no column (blank) in the data of this thread any more.';
    expect(spoken(await click(thread, '', 'drop'))).toBe(sentence);
    await thread.dataIsRead({ profile: telco.profile });
    expect(spoken(await click(thread, 'gone', 'drop'))).toContain('There is no column gone');
    expect((await thread.state()).requirements.columnDecisions).toEqual({});
  });
});
