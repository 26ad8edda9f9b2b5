/** Who may decide on a plan, and what becomes of one that was edited, rejected or decided by somebody else. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  buttonsOf,
  leaksIn,
  mention,
  openApp,
  smallCsv,
  type TestApp,
  type TestThread,
  wordsOf,
} from './support/app.ts';

const DATA = { bytes: smallCsv(120), name: 'small.csv' };

describe('deciding on a plan', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ MODELWRIGHT_APPROVERS: 'U0BEN', MODELWRIGHT_SELF_APPROVAL_SECONDS: '100' });
  });
  afterAll(() => app.close());
  afterEach(() => {
    expect(leaksIn(app)).toEqual([]);
  });

  /** A thread whose first plan waits for a decision. */
  async function planned(user = 'ana', seconds = 60, channel = 'churn-project') {
    const thread = await mention(app, `predict label within ${seconds} seconds`, {
      user,
      channel,
      file: DATA,
    });
    const profile = await thread.waitForButton('assumptions_accept');
    await app.driver.click({ user, message: profile, actionId: 'assumptions_accept' });
    return { thread, plan: await thread.waitForPlan(1) };
  }
  const press = (user: string, message: { channel: string; ts: string }, actionId: string) =>
    app.driver.click({ user, message, actionId });
  const whisperTo = (user: string, sentence: RegExp) =>
    app.driver.waitForEphemeral(user, (message) => sentence.test(message.text));
  const runsIn = (thread: TestThread) => thread.said.filter((message) => /^Run \d+/.test(message.text));
  async function openEdit(user: string, plan: { channel: string; ts: string }) {
    await press(user, plan, 'plan_edit');
    return app.driver.waitForModal(user, { callbackId: 'plan_edit_submit' });
  }

  it('lets only the named approvers approve, and tells everybody else whom to ask', async () => {
    const { thread, plan } = await planned();
    await press('ana', plan, 'plan_approve');
    await whisperTo('ana', /Plans here are decided by @U0BEN/);
    await press('gus', plan, 'plan_approve');
    await whisperTo('gus', /full members of this workspace/);
    await press('modelwright', plan, 'plan_approve');
    await whisperTo('modelwright', /only answer people/);
    await press('ana', plan, 'plan_reject');
    const form = await app.driver.waitForModal('ana', { callbackId: 'plan_reject_submit' });
    const refused = await app.driver.submitModal({ user: 'ana', viewId: form.id, values: { reason: 'no' } });
    expect(refused).toMatchObject({
      outcome: 'errors',
      errors: { reason: expect.stringContaining('decided by') },
    });
    app.driver.closeModal({ user: 'ana', viewId: form.id });
    expect(buttonsOf(await thread.waitForPlan(1))).toContain('plan_approve');
    expect(runsIn(thread)).toEqual([]);
  });

  it('lets nobody of another workspace take part, in a channel that both share', async () => {
    const { thread, plan } = await planned('ana', 60, 'acme-partners');
    expect(wordsOf(plan)).toContain('small.csv'); // Slack's event did not tell the file's name
    await press('eve', plan, 'plan_approve');
    await whisperTo('eve', /full members of this workspace/);
    const before = thread.said.length;
    await thread.reply('eve', 'go ahead');
    await thread.waitFor(/full members of this workspace/);
    await thread.reply('eve', 'please');
    await thread.reply('ana', 'status');
    await thread.waitFor(/Plan 1 waits/);
    expect(thread.said).toHaveLength(before + 2); // she hears so once
    expect(runsIn(thread)).toEqual([]);
  });

  it('wants a second person for a dear plan, also from an approver', async () => {
    const { thread, plan } = await planned('ben', 300);
    await press('ben', plan, 'plan_approve');
    await whisperTo('ben', /Plans above 100 s need a second person/);
    expect(runsIn(thread)).toEqual([]);
    expect(buttonsOf(await thread.waitForPlan(1))).toContain('plan_approve');
  });

  it('makes a second version of an edited plan, and the first one says so and does nothing', async () => {
    const { thread, plan } = await planned();
    // Slack refuses once to change the first card, so that its buttons are still there for a late click.
    app.driver.faults.failNext('chat.update', { error: 'internal_error' });
    const form = await openEdit('ana', plan);
    const values = { trials: '3', seed: '7', families: ['linear'] };
    expect(await app.driver.submitModal({ user: 'ana', viewId: form.id, values })).toMatchObject({
      outcome: 'closed',
    });
    const second = await thread.waitForPlan(2);
    expect(wordsOf(second)).toContain('seed 7');
    expect(wordsOf(second)).toContain('3 trials');
    expect(wordsOf(second)).not.toContain('Gradient boosting');
    await press('ben', plan, 'plan_approve');
    await whisperTo('ben', /Plan 1 was replaced by a newer version.*Nothing has changed/);
    const replaced = await app.driver.waitForUpdate(plan, (message) => buttonsOf(message).length === 0);
    expect(wordsOf(replaced)).toContain('Replaced by a newer plan');
    expect(runsIn(thread)).toEqual([]);
    await press('ben', second, 'plan_approve');
    const decided = await app.driver.waitForUpdate(second, (message) => buttonsOf(message).length === 0);
    expect(wordsOf(decided)).toContain('Approved by <@U0BEN>');
    await thread.waitFor(/held-out rows/);
    expect(runsIn(thread)).toHaveLength(1);
  });

  it('takes the edit of whoever was first, and tells the other', async () => {
    const { thread, plan } = await planned();
    const anas = await openEdit('ana', plan);
    const bens = await openEdit('ben', plan);
    const send = (user: string, viewId: string, seed: string) =>
      app.driver.submitModal({ user, viewId, values: { seed } });
    expect(await send('ana', anas.id, '11')).toMatchObject({ outcome: 'closed' });
    expect(await send('ben', bens.id, '22')).toMatchObject({
      outcome: 'errors',
      errors: { target: expect.stringMatching(/has just edited plan 1|replaced by a newer version/) },
    });
    const second = await thread.waitForPlan(2);
    expect(wordsOf(second)).toContain('seed 11');
    expect(await send('ben', bens.id, '22')).toMatchObject({
      outcome: 'errors',
      errors: { target: expect.stringContaining('replaced by a newer version') },
    });
    app.driver.closeModal({ user: 'ben', viewId: bens.id });
    expect(thread.said.filter((message) => message.text.startsWith('Plan 3'))).toEqual([]);
  });

  it('goes back to the requirements when a plan is rejected, with the reason on its card', async () => {
    const { thread, plan } = await planned();
    await press('ben', plan, 'plan_reject');
    const form = await app.driver.waitForModal('ben', { callbackId: 'plan_reject_submit' });
    const values = { reason: 'too <!channel> dear' };
    expect(await app.driver.submitModal({ user: 'ben', viewId: form.id, values })).toMatchObject({
      outcome: 'closed',
    });
    const rejected = await app.driver.waitForUpdate(plan, (message) => buttonsOf(message).length === 0);
    expect(wordsOf(rejected)).toContain('Rejected by <@U0BEN>');
    expect(wordsOf(rejected)).toContain('Reason: too &lt;!channel&gt; dear');
    await thread.waitFor(/Plan 1 will not run. What should be different\?/);
    const asked = await thread.waitFor(/I can make a plan now/);
    await press('ana', asked, 'requirements_open');
    const requirements = await app.driver.waitForModal('ana', { callbackId: 'requirements_submit' });
    await app.driver.submitModal({ user: 'ana', viewId: requirements.id, values: { budget: '45' } });
    expect(wordsOf(await thread.waitForPlan(2))).toContain('hard stop at 45 s');
  });
});
