/** Runs while they go: seen, stopped, several at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  backendOf,
  buttonsOf,
  leaksIn,
  mention,
  openApp,
  picturesOf,
  smallCsv,
  type TestApp,
  type TestThread,
  wordsOf,
} from './support/app.ts';

describe('running', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());
  afterEach(() => {
    expect(leaksIn(app)).toEqual([]);
  });

  /** An approved plan and the message that moves. @param rows decide how long a trial takes. */
  async function running(rows: number, request: string) {
    const thread = await mention(app, request, { file: { bytes: smallCsv(rows), name: `rows${rows}.csv` } });
    const profile = await thread.waitForButton('assumptions_accept');
    await app.driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
    const plan = await thread.waitForPlan(1);
    await app.driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
    return { thread, run: await thread.waitForButton('run_stop') };
  }

  /** What Slack shows beside the thread: `processing` comes with its own Stop button. */
  function sessionOf({ channel, ts }: TestThread) {
    const { sessions } = backendOf(app.driver).workspace;
    return [...sessions.values()].find((session) => session.channel === channel && session.thread_ts === ts)
      ?.status;
  }

  /** Looks into the App Home, which reads the run's state at that moment, until the trials are over. */
  async function trialsEnded(user: string, run: number): Promise<void> {
    const going = new RegExp(`Run ${run}[^•]*: (?:waiting for a worker|training|stopping)`);
    for (;;) {
      app.driver.openHome(user);
      await sleep(100);
      const home = JSON.stringify(app.driver.homeOf(user)?.blocks ?? []);
      if (home.includes(`Run ${run}`) && !going.test(home)) return;
    }
  }

  it('stops when somebody asks and keeps the best trial so far', async () => {
    const { thread, run } = await running(4000, 'predict label, use 200 trials, within 10 minutes');
    await app.driver.waitForUpdate(run, (message) => / [1-9]\d* of \d+ trials/.test(message.text));
    expect(sessionOf(thread)).toBe('processing');
    await app.driver.click({ user: 'ben', message: run, actionId: 'run_stop' });
    await trialsEnded('ben', 1);
    await thread.waitFor(/Stopping run \d+\. The best finished trial is kept and judged\./);
    const report = await thread.waitFor((message) => picturesOf(message).length >= 3);
    expect(wordsOf(report)).toMatch(/Stopped by a person when \d+ of \d+ trials had finished/);
    const ended = await app.driver.waitForUpdate(run, (message) => message.text.includes('stopped'));
    expect(buttonsOf(ended)).toEqual([]);
    await expect.poll(() => sessionOf(thread)).toBe('active');
  });

  it('stops before any trial has finished, and says that there is nothing to keep', async () => {
    // A single trial is one of boosted trees, which take seconds; a linear model would have ended before the button is pressed.
    const { thread, run } = await running(30_000, 'predict label, use 1 trial, within 10 minutes');
    app.driver.stop({ user: 'ben', channel: thread.channel, thread: thread.ts }); // Slack's own stop button
    await thread.waitFor(/Stopping run \d+/);
    await thread.waitFor(/Stopped before the first trial had finished/);
    await app.driver.waitForUpdate(run, (message) => message.text.includes('stopped'));
    await thread.reply('ana', 'stop');
    await thread.waitFor(/Nothing is running in this thread/);
  });

  it('lets no guest stop a run with Slack’s own button', async () => {
    const { thread, run } = await running(4000, 'predict label, use 200 trials, within 10 minutes');
    app.driver.stop({ user: 'gus', channel: thread.channel, thread: thread.ts });
    await app.driver.waitForEphemeral('gus', (message) => /full members/.test(message.text));
    expect(thread.said.some((message) => /Stopping/.test(message.text))).toBe(false);
    await app.driver.click({ user: 'ana', message: run, actionId: 'run_stop' });
    await thread.waitFor(/Stopping run/);
    await app.driver.waitForUpdate(run, (message) => message.text.includes('stopped'));
  });

  it('takes two threads at once, each to its own report', async () => {
    const [first, second] = await Promise.all([
      running(240, 'predict label, use 3 trials'),
      running(200, 'predict label, use 3 trials'),
    ]);
    const reports = await Promise.all(
      [first, second].map(({ thread }) => thread.waitFor((message) => picturesOf(message).length >= 4)),
    );
    expect(reports.map((report) => report.text)).toEqual([
      expect.stringContaining('48 held-out rows'),
      expect.stringContaining('40 held-out rows'),
    ]);
  });

  it('lists in the App Home what a person asked for or approved, and nothing to others', async () => {
    const words = async (user: string, expected: RegExp) => {
      app.driver.openHome(user);
      const home = await app.driver.waitForHome(user, (view) => expected.test(JSON.stringify(view.blocks)));
      return JSON.stringify(home.blocks);
    };
    for (const user of ['ana', 'ben']) {
      expect(await words(user, /Run 4/)).toMatch(/predict `label` in `rows240\.csv`. .*AUC 0\.\d{3}/);
    }
    expect(await words('gus', /Your runs/)).toContain('None yet');
  });
});
