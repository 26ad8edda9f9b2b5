/** How fast people are answered: mention to first reply, and the acknowledgement of clicks and forms, over the local
 *  workspace's real socket, idle and while a run computes. */
import { buttonsOf, openApp, smallCsv } from '../test/support/app.ts';
import type { Bench } from './index.ts';

const MENTIONS = 20;
const CHANNEL = 'churn-project';

export const bench: Bench = async () => {
  const { driver, close } = await openApp();
  try {
    const idle = await mentions(driver);
    const { busy, stopMs } = await duringRun(driver);
    const acks = driver.ackTimes.map((ack) => ack.ms);
    const result = {
      mentionToReplyMs: { idle: spread(idle), duringRun: spread(busy) },
      ackMs: spread(acks),
      stopMs: spread([stopMs]),
    };
    for (const [what, { median, max, n }] of Object.entries({
      'mention to reply, idle': result.mentionToReplyMs.idle,
      'mention to reply, during a run': result.mentionToReplyMs.duringRun,
      acknowledgement: result.ackMs,
      'Stop to a run that trains no more': result.stopMs,
    })) {
      process.stdout.write(
        `${what.padEnd(32)} median ${median.toFixed(0)} ms, max ${max.toFixed(0)} ms (n=${n})\n`,
      );
    }
    return result;
  } finally {
    await close();
  }
};

type Driver = Awaited<ReturnType<typeof openApp>>['driver'];

/** Milliseconds from each mention, with a file every second time, to the first reply in its thread. */
async function mentions(driver: Driver): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < MENTIONS; i++) {
    const start = performance.now();
    const files = i % 2 === 0 ? [{ bytes: smallCsv(60 + i), name: `data-${i}.csv` }] : [];
    const text = files.length > 0 ? 'train a model to predict label' : 'what is AUC?';
    const request = await driver.mention({ user: 'ana', channel: CHANNEL, text, files });
    const thread = request.ts;
    await driver.waitForMessage((m) => m.ts !== thread, { channel: CHANNEL, thread, timeoutMs: 30_000 });
    times.push(performance.now() - start);
  }
  return times;
}

async function duringRun(driver: Driver): Promise<{ busy: number[]; stopMs: number }> {
  const request = await driver.mention({
    user: 'ana',
    channel: CHANNEL,
    text: 'predict label within 60 seconds',
    files: [{ bytes: smallCsv(4000), name: 'larger.csv' }],
  });
  const here = { channel: CHANNEL, thread: request.ts, timeoutMs: 60_000 };
  const profile = await driver.waitForMessage((m) => buttonsOf(m).includes('assumptions_accept'), here);
  await driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
  const plan = await driver.waitForMessage((m) => buttonsOf(m).includes('plan_approve'), here);
  await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
  await driver.waitForMessage((m) => buttonsOf(m).includes('run_stop'), here);
  const busy = await mentions(driver);
  const run = await driver.waitForMessage((m) => buttonsOf(m).includes('run_stop'), here);
  const start = performance.now();
  await driver.click({ user: 'ana', message: run, actionId: 'run_stop' });
  await driver.waitForUpdate(run, (m) => !buttonsOf(m).includes('run_stop'), { timeoutMs: 60_000 });
  return { busy, stopMs: performance.now() - start };
}

function spread(values: readonly number[]): { median: number; max: number; n: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0, n: sorted.length };
}
