/** The main job as a scripted conversation, headless and for real: the bot, a worker and the local workspace in one
 *  process, two people, one data set. Prints the transcript as it happens and saves what was posted. */
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/log.ts';
import type { Driver } from './driver.ts';
import type { Block, WireMessage } from './server/types.ts';
import { Transcript } from './transcript.ts';

const CHANNEL = 'churn-project';
/** How long a step that computes may take on a slow machine, beyond the budget of the run itself. */
const PATIENCE_MS = 120_000;

interface Wish {
  readonly data: string;
  readonly target: string;
  readonly budgetSeconds: number;
  readonly seed: number;
  readonly out: string;
}

function readWish(): Wish {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: 'examples/data/telco_churn.csv' },
      target: { type: 'string', default: 'churn' },
      budget: { type: 'string', default: '60s' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: 'out/demo' },
    },
  });
  const [, amount, unit] = /^(\d+)(s|m)?$/.exec(values.budget) ?? [];
  if (!amount || !/^\d+$/.test(values.seed)) {
    throw new Error(
      'usage: npm run demo -- [--data FILE --target COLUMN] [--budget 60s] [--seed 1] [--out DIR]',
    );
  }
  const { data, target, seed, out } = values;
  const budgetSeconds = Number(amount) * (unit === 'm' ? 60 : 1);
  return { data: resolve(data), target, budgetSeconds, seed: Number(seed), out: resolve(out) };
}

async function demo(wish: Wish): Promise<void> {
  await rm(wish.out, { recursive: true, force: true });
  await mkdir(wish.out, { recursive: true });
  const home = await mkdtemp(join(tmpdir(), 'modelwright-demo-'));
  const config = readConfig({ MODELWRIGHT_HOME: home, MODELWRIGHT_PORT: '0', LOG_LEVEL: 'warn' });
  const app = await startApp(config, createLogger(config.logLevel));
  try {
    const { driver } = app.workspace as NonNullable<typeof app.workspace>;
    const transcript = new Transcript(driver, (line) => process.stdout.write(`${line}\n`));
    const thread = await converse(driver, wish);
    const files = await transcript.save(CHANNEL, thread, wish.out);
    files.push(...(await saveModel(home, wish.out)));
    process.stdout.write(`\nSaved:\n${files.map((file) => `  ${file}`).join('\n')}\n`);
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** @returns the thread's first message. */
async function converse(driver: Driver, wish: Wish): Promise<string> {
  const request = await driver.mention({
    user: 'ana',
    channel: CHANNEL,
    text: `Please train a model to predict ${wish.target}`,
    files: [{ path: wish.data }],
  });
  const channel = request.channel;
  const thread = request.ts;
  const expect = (actionId: string, timeoutMs = PATIENCE_MS) =>
    driver.waitForMessage((message) => actionOf(message, actionId) !== null, { channel, thread, timeoutMs });

  // The profile: suspicious columns are decided as suggested, then the form is filled in.
  const profile = await expect('requirements_open');
  for (const { actionId, blockId } of suggestedDecisions(profile)) {
    await driver.click({ user: 'ana', message: profile, actionId, blockId });
  }
  await driver.click({ user: 'ana', message: profile, actionId: 'requirements_open' });
  const form = await driver.waitForModal('ana', { callbackId: 'requirements_submit' });
  const sent = await driver.submitModal({
    user: 'ana',
    viewId: form.id,
    values: {
      meaning: 'A missed case costs us about 400 a year, a needless offer about 20.',
      budget: String(wish.budgetSeconds),
      deployment: 'A nightly batch of all customers.',
    },
  });
  if (sent.outcome !== 'closed') throw new Error(`the form was not taken: ${JSON.stringify(sent.errors)}`);

  // The plan: another seed makes another version; a guest may not approve it; a colleague may.
  let plan = await expect('plan_approve');
  if (wish.seed !== 1) plan = await changeSeed(driver, plan, wish.seed);
  await driver.reply({ user: 'ana', channel, thread, text: 'Why this split?' });
  await driver.click({ user: 'gus', message: plan, actionId: 'plan_approve' });
  await driver.waitForEphemeral('gus');
  await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });

  // The run: its message moves until the report is there.
  const timeoutMs = wish.budgetSeconds * 1000 + PATIENCE_MS;
  await driver.waitForMessage((message) => pictureCount(message) >= 3, { channel, thread, timeoutMs });
  await driver.reply({ user: 'ana', channel, thread, text: 'status' });
  await driver.waitForMessage((message) => /^Run 1 has finished/.test(message.text), { channel, thread });
  return thread;
}

async function changeSeed(driver: Driver, plan: WireMessage, seed: number): Promise<WireMessage> {
  await driver.click({ user: 'ana', message: plan, actionId: 'plan_edit' });
  const form = await driver.waitForModal('ana', { callbackId: 'plan_edit_submit' });
  await driver.submitModal({ user: 'ana', viewId: form.id, values: { seed: String(seed) } });
  return driver.waitForMessage(
    (message) => message.ts > plan.ts && actionOf(message, 'plan_approve') !== null,
    {
      channel: plan.channel,
      thread: plan.thread_ts ?? plan.ts,
      timeoutMs: PATIENCE_MS,
    },
  );
}

interface ActionElement {
  readonly action_id?: string;
  readonly style?: string;
}

function actionsOf(message: WireMessage): { blockId: string; element: ActionElement }[] {
  return ((message.blocks ?? []) as Block[]).flatMap((block) =>
    block.type === 'actions'
      ? (block.elements as ActionElement[]).map((element) => ({
          blockId: String(block.block_id),
          element,
        }))
      : [],
  );
}

function actionOf(message: WireMessage, actionId: string): ActionElement | null {
  return actionsOf(message).find(({ element }) => element.action_id === actionId)?.element ?? null;
}

/** The preselected button of every suspicious column. */
function suggestedDecisions(message: WireMessage): { actionId: string; blockId: string }[] {
  return actionsOf(message)
    .filter(({ blockId, element }) => blockId.startsWith('suspect-') && element.style === 'primary')
    .map(({ blockId, element }) => ({ blockId, actionId: String(element.action_id) }));
}

function pictureCount(message: WireMessage): number {
  return ((message.blocks ?? []) as Block[]).filter((block) => block.type === 'image').length;
}

/** Copies the newest model from the artifacts. @returns its files. */
async function saveModel(home: string, out: string): Promise<string[]> {
  const artifacts = join(home, 'artifacts');
  const entries = await readdir(artifacts, { recursive: true });
  const manifest = entries.find((entry) => basename(entry) === 'model.json');
  if (!manifest) throw new Error('the run left no model');
  const target = join(out, 'model');
  await cp(join(artifacts, manifest, '..'), target, { recursive: true });
  return (await readdir(target)).map((file) => join(target, file));
}

try {
  await demo(readWish());
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
