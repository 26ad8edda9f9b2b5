/** The same conversation with Claude at its head: the real client, a played model, the real Bolt app, one workspace. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diligentModel } from '../playground/claude/diligent-model.ts';
import { type FakeClaude, startFakeClaude } from '../playground/claude/server.ts';
import type { WireMessage } from '../playground/server/types.ts';
import { calls, plays } from './specialist/claude/claude-story.ts';
import {
  buttonsOf,
  leaksIn,
  mention,
  openApp,
  picturesOf,
  smallCsv,
  type TestApp,
  wordsOf,
} from './support/app.ts';

const DATA = { bytes: smallCsv(), name: 'small.csv' };

let claude: FakeClaude;
let app: TestApp;
beforeAll(async () => {
  claude = await startFakeClaude(diligentModel);
  app = await openApp({ ANTHROPIC_API_KEY: 'sk-ant-test-0123456789abcdef', ANTHROPIC_BASE_URL: claude.url });
});
afterAll(async () => {
  await app.close();
  await claude.close();
});
afterEach(() => {
  expect(leaksIn(app)).toEqual([]);
  expect(claude.refused).toEqual([]);
  expect(app.shown.join('')).not.toContain('sk-ant-');
});

describe('a conversation', () => {
  it('goes from a mention to a judged model, its numbers, and its code', async () => {
    claude.play(diligentModel);
    const { driver } = app;
    const thread = await mention(app, 'train a model to predict label, use 4 trials within 60 seconds', {
      file: DATA,
    });
    await thread.waitFor(/Noted\. I am reading your file/);
    const profile = await thread.waitForButton('assumptions_accept');
    expect(wordsOf(profile)).toContain('label');

    await thread.reply('ana', 'what is the mean size by colour?');
    const answer = await thread.waitFor(
      (message) => picturesOf(message).length === 1 && message.text === 'Mean size by colour',
    );
    expect(JSON.stringify(picturesOf(answer))).toMatch(/blue|green|red/);
    await thread.waitFor(/The largest mean is in `(red|green|blue)`: \d\d\.\d\d, over 80 rows/);

    await thread.reply('ana', 'go ahead');
    await thread.waitFor(/Making a plan/);
    const plan = await thread.waitForPlan(1);
    expect(wordsOf(plan)).toContain('4 trials');
    await thread.reply('ana', 'I approve, start the run');
    await thread.waitFor(/approved by the button on its card/);
    expect(thread.said.some((message) => message.text.startsWith('Run 1'))).toBe(false);
    await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
    const report = await thread.waitFor((message) => picturesOf(message).length >= 4);
    expect(report.text).toMatch(/AUC 0\.\d{3}/);

    await thread.reply('ana', 'how good is it? explain the result');
    const said = await thread.waitFor(
      (message) =>
        message !== report &&
        /AUC 0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\] in nested cross-validation over 240 rows/.test(
          message.text,
        ) &&
        message.ts !== report.ts,
    );
    expect(said.text).toContain(/AUC 0\.\d{3}/.exec(report.text)?.[0]);

    await thread.reply('ana', 'show me the code');
    const project = await thread.waitFor(
      /modelwright-run-1-label\.zip: README\.md, package\.json, plan\.json/,
    );
    expect(project.thread_ts).toBe(thread.ts);
  });

  it('asks with buttons, and takes what is pressed for what was said', async () => {
    claude.play(
      plays(
        calls('ask_person', { question: 'What is worse?', options: ['A missed yes', 'A false yes'] }),
        { text: 'It decides the metric.' },
        { text: 'Then recall counts.' },
      ),
    );
    const thread = await mention(app, 'help me to choose');
    const asked = await thread.waitForButton('option_choose_0');
    await app.driver.click({ user: 'ana', message: asked, actionId: 'option_choose_0' });
    await thread.waitFor(/A missed yes/);
    await thread.waitFor(/Then recall counts/);
    expect(claude.requests.at(-1)?.body).toContain('person U0ANA\\">A missed yes</data>');
  });

  it('stops at once when a person presses Stop', async () => {
    claude.play(() => ({ text: 'And on it goes, word by word by word. '.repeat(4000), pauseMs: 3 }));
    const thread = await mention(app, 'tell me a long story');
    await thread.waitFor(/And on it goes/);
    app.driver.stop({ user: 'ana', channel: thread.channel, thread: thread.ts });
    await expect.poll(() => claude.hungUp).toBeGreaterThan(0);
  });

  it('answers by rules and says so when the model is out of reach', async () => {
    claude.play(() => ({ error: { status: 401, type: 'authentication_error' } }));
    const thread = await mention(app, 'what is AUC?');
    await thread.waitFor(/My language model cannot be reached just now/);
    await thread.waitFor(/0\.5 is guessing/);
  });

  it('posts what cannot be streamed', async () => {
    claude.play(() => ({ text: 'Here **I** am.' }));
    app.driver.faults.failNext('chat.startStream', { error: 'channel_type_not_supported' });
    const thread = await mention(app, 'hello');
    const said = await thread.waitFor(/Here I am/);
    expect(wordsOf(said as WireMessage)).toContain('Here *I* am.');
    expect(buttonsOf(said)).toEqual([]);
  });
});

it('says what it has cost to whoever asks', async () => {
  await app.driver.command({ user: 'ana', channel: 'churn-project', command: '/modelwright', text: 'usage' });
  const told = await app.driver.waitForEphemeral('ana', ({ text }) => /This month/.test(text));
  expect(told.text).toMatch(/You: \$\d+\.\d\d for \d+ requests, .* tokens read, \d+% of them from the cache/);
});
