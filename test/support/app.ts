/** The real thing for tests: the bot, a worker and the local workspace in this process, on the embedded defaults. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver, FileToShare } from '../../playground/driver.ts';
import type { Block, WireMessage } from '../../playground/server/types.ts';
import type { Backend } from '../../playground/server/web-api/method.ts';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';

export interface TestApp {
  readonly driver: Driver;
  /** Where the app keeps its things. */
  readonly home: string;
  /** Everything that the app has shown to anybody so far, as JSON: messages and what they were before, whispers, forms,
   *  homes. */
  readonly shown: readonly string[];
  close(): Promise<void>;
}

export async function openApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const home = await mkdtemp(join(tmpdir(), 'modelwright-test-'));
  const config = readConfig({
    MODELWRIGHT_HOME: home,
    MODELWRIGHT_PORT: '0',
    MODELWRIGHT_THREADS: '2',
    LOG_LEVEL: 'error',
    ...environment,
  });
  const app = await startApp(config, createLogger(config.logLevel));
  if (!app.workspace) throw new Error('a real Slack workspace is configured; tests use the local one');
  const { driver } = app.workspace;
  const shown: string[] = [];
  driver.on('change', (change) => {
    if (change.type === 'message' && !change.message.bot_id) return;
    if (change.type === 'message' || change.type === 'ephemeral') shown.push(wordsOf(change.message));
    if (change.type === 'home') shown.push(JSON.stringify(change.view.blocks));
    if (change.type === 'modals') shown.push(JSON.stringify(change.stack.map((view) => view.blocks)));
  });
  return {
    driver,
    home,
    shown,
    close: async () => {
      await app.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The action ids of a message's buttons. */
export function buttonsOf(message: WireMessage): string[] {
  return ((message.blocks ?? []) as Block[]).flatMap((block) =>
    block.type === 'actions'
      ? (block.elements as { action_id: string }[]).map((element) => element.action_id)
      : [],
  );
}

export function picturesOf(message: WireMessage): Block[] {
  return ((message.blocks ?? []) as Block[]).filter((block) => block.type === 'image');
}

/** All that a message says, blocks included, as one string. */
export function wordsOf(message: WireMessage): string {
  return JSON.stringify([message.text, message.blocks]);
}

/** A small table that a model can learn from: `label` depends on `size` and `colour`. Deterministic. */
export function smallCsv(rows = 240): string {
  const lines = ['size,colour,noise,label'];
  for (let i = 0; i < rows; i++) {
    const size = (i * 37) % 101;
    const colour = ['red', 'green', 'blue'][(i * 7) % 3];
    const noise = (i * 53) % 97;
    const isBig = size + (colour === 'red' ? 30 : 0) + (noise % 23) > 70;
    lines.push(`${size},${colour},${noise},${isBig ? 'yes' : 'no'}`);
  }
  return `${lines.join('\n')}\n`;
}

/** One thread, as a person who waits in it sees it. */
export class TestThread {
  readonly channel: string;
  readonly ts: string;
  readonly #driver: Driver;

  constructor(driver: Driver, { channel, ts }: Pick<WireMessage, 'channel' | 'ts'>) {
    this.#driver = driver;
    this.channel = channel;
    this.ts = ts;
  }

  /** What the app has said here so far, oldest first. */
  get said(): WireMessage[] {
    const messages = this.#driver.messages({ channel: this.channel, thread: this.ts });
    return messages.filter((message) => message.bot_id !== undefined);
  }

  /** The app's first message here that fits, already there or still to come. */
  waitFor(fits: RegExp | ((message: WireMessage) => boolean)): Promise<WireMessage> {
    const check = fits instanceof RegExp ? (message: WireMessage) => fits.test(message.text) : fits;
    return this.#driver.waitForMessage((message) => message.bot_id !== undefined && check(message), {
      channel: this.channel,
      thread: this.ts,
    });
  }

  waitForButton(actionId: string): Promise<WireMessage> {
    return this.waitFor((message) => buttonsOf(message).includes(actionId));
  }

  /** The card of that version of the plan. */
  waitForPlan(version: number): Promise<WireMessage> {
    return this.waitFor(
      (message) => message.text.startsWith(`Plan ${version}:`) && buttonsOf(message).length > 0,
    );
  }

  reply(user: string, text: string, file?: FileToShare): Promise<WireMessage> {
    const files = file ? [file] : [];
    return this.#driver.reply({ user, channel: this.channel, thread: this.ts, text, files });
  }
}

/** Somebody mentions the app, and a thread begins. */
export async function mention(
  { driver }: Pick<TestApp, 'driver'>,
  text: string,
  {
    user = 'ana',
    channel = 'churn-project',
    file,
  }: { user?: string; channel?: string; file?: FileToShare } = {},
): Promise<TestThread> {
  const files = file ? [file] : [];
  return new TestThread(driver, await driver.mention({ user, channel, text, files }));
}

/** The workspace behind the driver, for what no person could do: events that Slack sends by itself. */
export function backendOf(driver: Driver): Backend {
  return Reflect.get(driver, 'backend') as Backend;
}

/** What nobody may ever read in Slack: stacks, paths, tokens, and values that were forgotten in a sentence. */
const LEAKS =
  /\bat \S+ \(|\.[cm]?[jt]s:\d+|node_modules|\/tmp\/|\/work\/|file:\/\/|xox[abp]-|xapp-|Bearer |ENOENT|ECONN|\[object |\bundefined\b|\bNaN\b|\(no \w+\)/;

/** Everything shown that holds one of these; to be compared with []. */
export function leaksIn({ shown }: Pick<TestApp, 'shown'>): string[] {
  return shown.filter((text) => LEAKS.test(text));
}
