/** The steps of a conversation up to a run, and what is compared afterwards. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach } from 'vitest';
import type { Driver } from '../../playground/driver.ts';
import type { RunningWorkspace } from '../../playground/server/server.ts';
import type { WireMessage } from '../../playground/server/types.ts';
import type { FoldResult, TrialResult } from '../../src/ml/tuning/trial.ts';
import type { PlanRecord } from '../../src/plan/plan.ts';
import { formatPlanFile } from '../../src/plan/plan-file.ts';
import type { Report } from '../../src/report/report.ts';
import type { Run } from '../../src/run/run.ts';
import type { Store } from '../../src/store/store.ts';
import { buttonsOf, smallCsv } from '../support/app.ts';
import { type Ended, modelwright } from '../support/processes.ts';

/** For tests that are the steps of one story: what follows a failed step is skipped, and the log of the step shown. */
export function stopAtFirstFailure(log: () => string): void {
  let failed = false;
  beforeEach(({ skip }) => skip(failed, 'an earlier step failed'));
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    failed = true;
    process.stderr.write(log());
  });
}

const TEAM = 'T0NORTHWIND';
const CHANNEL = 'churn-project';

/** A trial takes some tenths of a second. */
const DATA = smallCsv(4000);

export interface Place {
  readonly channel: string;
  readonly thread: string;
}

/** @param trials so few that the hard stop is far away. */
export async function sendData(driver: Driver, trials: number): Promise<Place> {
  const request = await driver.mention({
    user: 'ana',
    channel: CHANNEL,
    text: `train a model to predict label, use ${trials} trials, 120 seconds`,
    files: [{ bytes: DATA, name: 'small.csv' }],
  });
  return { channel: CHANNEL, thread: request.ts };
}

/** The thread's message with that button. */
export function withButton(driver: Driver, place: Place, actionId: string): Promise<WireMessage> {
  return driver.waitForMessage((message) => buttonsOf(message).includes(actionId), place);
}

/** From the data to the plan's card. */
export async function bringPlan(
  driver: Driver,
  trials: number,
): Promise<{ place: Place; plan: WireMessage }> {
  const place = await sendData(driver, trials);
  const profile = await withButton(driver, place, 'assumptions_accept');
  await driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
  return { place, plan: await withButton(driver, place, 'plan_approve') };
}

/** Waits until the run's message shows at least so many finished trials. */
export function trialsShown(driver: Driver, place: Place, atLeast: number): Promise<WireMessage> {
  return driver.waitForMessage(({ text }) => {
    const [, finished] = /^Run 1 .*?(\d+) of \d+ trials/s.exec(text) ?? [];
    return finished !== undefined && Number(finished) >= atLeast;
  }, place);
}

export function isReport({ text }: WireMessage): boolean {
  return text.includes('held-out rows');
}

/** Calls `act` in the moment in which such a message is posted: before the app hears that it was. */
export function whenPosted(
  driver: Driver,
  isMeant: (message: WireMessage) => boolean,
  act: () => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = driver.on('change', (change) => {
      if (change.type !== 'message' || !isMeant(change.message)) return;
      end();
      act().then(resolve, reject);
    });
  });
}

/** What the app has posted in the thread: the key of each message, and its first line. */
export async function posted(
  { apiUrl, botToken }: RunningWorkspace,
  { channel, thread }: Place,
  driver: Driver,
): Promise<{ keys: string[]; lines: string[] }> {
  const slack = new WebClient(botToken, { slackApiUrl: apiUrl });
  const [{ channel: id }] = driver.messages({ channel, thread }) as [WireMessage];
  const { messages = [] } = await slack.conversations.replies({
    channel: id,
    ts: thread,
    limit: 200,
    include_all_metadata: true,
  });
  const ours = messages.filter((message) => message.bot_id);
  return {
    keys: ours.map(({ metadata }) => String((metadata?.event_payload as { key?: string } | undefined)?.key)),
    lines: ours.map(({ text }) => String(text).split('\n')[0] as string),
  };
}

export interface Stored {
  readonly run: Run;
  readonly record: PlanRecord;
  readonly report: Report | null;
  readonly trials: readonly TrialResult[];
  readonly folds: readonly { trialNumber: number; fold: FoldResult }[];
}

/** What the store knows of the workspace's one run. */
export async function readRun(store: Store): Promise<Stored> {
  const runs = await store.runs.ofTeam(TEAM, 10);
  if (runs.length !== 1) throw new Error(`there are ${runs.length} runs instead of one`);
  const run = runs[0] as Run;
  const [record, report, trials, folds] = await Promise.all([
    store.plans.find(run.id),
    store.reports.find(run.id),
    store.runs.trials(run.id),
    store.runs.folds(run.id),
  ]);
  return { run, record: record as PlanRecord, report, trials, folds };
}

/** Runs the plan again from a file, without a disturbance. */
export async function runAgain(
  { plan }: PlanRecord,
  folder: string,
  environment: Record<string, string> = {},
): Promise<Ended> {
  const data = join(folder, 'small.csv');
  await writeFile(data, DATA);
  await writeFile(join(folder, 'plan.json'), formatPlanFile(plan, data));
  return modelwright(
    folder,
    ['train', '--plan', 'plan.json', '--out', join(folder, 'again'), '--json'],
    environment,
  );
}

/** Everything in a report that does not speak of when, where and how fast. */
export function findings(report: Report): unknown {
  const { judgement, trials, curves, comparisons, winner, task, target, classes, metric, dataset } = report;
  const { seconds, cpuSeconds, ...judged } = judgement;
  return {
    ...{ task, target, classes, metric, dataset, winner, curves, comparisons, cutShort: report.cutShort },
    judged,
    trials: trials.map(({ seconds, ...trial }) => trial),
    trialsFinished: report.resources.trialsFinished,
    planHash: report.provenance.planHash,
    seed: report.provenance.seed,
    caveats: report.caveats,
    // Some of them say how long models took, or will take.
    nextSteps: report.nextSteps.map((step) =>
      step.replace(/, and took .* to evaluate/, '').replace(/, in at most [^:]+:/, ':'),
    ),
  };
}
