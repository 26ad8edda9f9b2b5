/** Everything in one process on the embedded database, killed again and again. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorkspace } from '../../playground/server/server.ts';
import type { WireMessage } from '../../playground/server/types.ts';
import { openStore } from '../../src/store/store.ts';
import { type Door, killAllDoors, openWorkspace, slackEnvironment, startDoor } from '../support/processes.ts';
import {
  findings,
  isReport,
  type Place,
  posted,
  readRun,
  runAgain,
  type Stored,
  sendData,
  stopAtFirstFailure,
  trialsShown,
  whenPosted,
  withButton,
} from './conversation.ts';

/** On one thread: a run of some seconds. */
const TRIALS = 11;

const SAID_ONCE = [
  /^Noted: a run/,
  /^Reading small\.csv/,
  /^small\.csv: 4,000 rows/,
  /^Making a plan/,
  /^Plan 1: predict label/,
  /^Run 1 · finished/,
  /^(?!Run).* reaches .* held-out rows/,
];

describe('a conversation through crashes', () => {
  let slack: RunningWorkspace;
  let home: string;
  let bot: Door;
  let place: Place;
  let plan: WireMessage;
  /** The run's message. */
  let card: WireMessage;
  let afterKill: Stored;

  const start = async () => {
    bot = await startDoor('app', home, { ...slackEnvironment(slack), MODELWRIGHT_THREADS: '1' });
  };
  const stored = async () => {
    const store = await openStore({ directory: join(home, 'db') });
    try {
      return await readRun(store);
    } finally {
      await store.close();
    }
  };
  const killedWhenPosted = (isMeant: (message: WireMessage) => boolean) =>
    whenPosted(slack.driver, isMeant, () => bot.kill());

  beforeAll(async () => {
    slack = await openWorkspace();
    home = await mkdtemp(join(tmpdir(), 'modelwright-faults-'));
    await start();
  });
  stopAtFirstFailure(() => bot.log);
  afterAll(async () => {
    killAllDoors();
    await slack.close();
    await rm(home, { recursive: true, force: true });
  });

  it('answers a message and reads its data after a kill in the middle of the answer', async () => {
    const killed = killedWhenPosted(({ text }) => text.startsWith('Noted'));
    place = await sendData(slack.driver, TRIALS);
    await killed;
    await start();
    await withButton(slack.driver, place, 'assumptions_accept');
  });

  it('proposes the plan after a kill while it was made', async () => {
    const killed = killedWhenPosted(({ text }) => text.startsWith('Making a plan'));
    const profile = await withButton(slack.driver, place, 'assumptions_accept');
    await slack.driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
    await killed;
    await start();
    plan = await withButton(slack.driver, place, 'plan_approve');
  });

  it('ends at once on SIGTERM in the middle of a run, keeping what is finished', async () => {
    await slack.driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
    card = await trialsShown(slack.driver, place, 1);
    const { code } = await bot.terminate();
    expect(code).toBe(0);
  });

  it('goes on with the run after that, and is killed in it', async () => {
    const { trials } = await stored();
    const goesOn = slack.driver.waitForUpdate(card);
    await start();
    await goesOn;
    await delay(700);
    await bot.kill();
    afterKill = await stored();
    expect(afterKill.run.state).toBe('running');
    expect(afterKill.trials).toEqual(expect.arrayContaining([...trials]));
    expect(afterKill.trials.length).toBeLessThan(TRIALS);
  });

  it('ends the run after that, and is killed while it posts the report', async () => {
    const killed = killedWhenPosted(isReport);
    await start();
    await killed;
    await start();
    await slack.driver.waitForMessage(({ text }) => text.startsWith('Run 1 · finished'), place);
  });

  it('has lost and doubled nothing', async () => {
    await slack.driver.reply({ user: 'ana', channel: place.channel, thread: place.thread, text: 'status' });
    await slack.driver.waitForMessage(({ text }) => /^Run 1 has finished/.test(text), place);
    await bot.terminate();
    const { keys, lines } = await posted(slack, place, slack.driver);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(lines).size).toBe(lines.length);
    for (const once of SAID_ONCE) {
      expect(
        lines.filter((line) => once.test(line)),
        `${once} in\n${lines.join('\n')}`,
      ).toHaveLength(1);
    }

    const { run, trials, report } = await stored();
    expect(run).toMatchObject({ state: 'finished', number: 1 });
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: TRIALS }, (_, i) => i));
    // What was finished before the kill was not computed again: even its seconds are the same.
    expect(trials.filter(({ number }) => afterKill.trials.some((trial) => trial.number === number))).toEqual(
      afterKill.trials,
    );
    expect(report?.resources.trialsFinished).toBe(TRIALS);
    // What the folds predicted was kept until the end, through every kill, and no longer.
    const left = await readdir(join(home, 'artifacts'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile() && entry.parentPath.includes('predictions'))).toEqual([]);
  });

  it('reports what an undisturbed run of the same plan reports, to the last bit', async () => {
    const { record, report } = await stored();
    const { code, stderr } = await runAgain(record, home);
    expect(stderr).toContain(`${TRIALS} of ${TRIALS} trials`);
    expect(code).toBe(0);
    const again = JSON.parse(await readFile(join(home, 'again', 'report.json'), 'utf8'));
    expect(report && findings(report)).toEqual(findings(again));
  });
});
