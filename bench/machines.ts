/** What spreading trials over workers costs and brings.
 *
 *  `npm run bench -- machines [--data FILE --target COLUMN] [--trials 40] [--rows 4000]`
 *
 *  - overhead: a run of trials that take no time, through the queue and without it, per trial;
 *  - two workers: one run of real trials on one worker process and on two, each with one thread;
 *  - fairness: 2,000 trials of 20 runs in one queue, at the moment when half of them are done.
 *
 *  Starts a Redis and a PostgreSQL of its own where their programs are installed. */
import { parseArgs } from 'node:util';
import {
  type OwnServer,
  ownPostgresMissing,
  ownRedisMissing,
  startPostgres,
  startRedis,
} from '../test/support/servers.ts';
import type { Bench } from './index.ts';
import { measureFairness } from './machines/fairness.ts';
import { measureOverhead } from './machines/overhead.ts';
import { measureSpeedup } from './machines/speedup.ts';
import { usage } from './usage.ts';

export const bench: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      target: { type: 'string', default: 'label' },
      trials: { type: 'string', default: '40' },
      rows: { type: 'string', default: '4000' },
    },
  });
  const [trials, rows] = [Number(values.trials), Number(values.rows)];
  if (!(trials >= 2) || !(rows >= 100)) throw usage('--trials must be 2 or more, --rows 100 or more');
  const missing = ownRedisMissing ?? ownPostgresMissing;
  if (missing !== null) process.stdout.write(`${missing}\n`);
  const redis = missing === null ? await startRedis() : null;
  const postgres = missing === null ? await startPostgres() : null;
  try {
    const overhead = [];
    for (const [name, urls] of placesOf(redis, postgres)) {
      const row = { name, ...(await measureOverhead(urls)) };
      overhead.push(row);
      process.stdout.write(
        `overhead per trial, ${name.padEnd(22)} ${row.alone.toFixed(1)} ms one after the other, ${row.sideBySide.toFixed(1)} ms side by side\n`,
      );
    }
    const fairness = redis && (await measureFairness(redis.url));
    if (fairness) {
      process.stdout.write(
        `${fairness.trials} trials of ${fairness.runs} runs, half done: the run that is furthest has ${fairness.most}, the last ${fairness.least} (${(fairness.most / fairness.least).toFixed(2)})\n`,
      );
    }
    const speedup =
      redis &&
      postgres &&
      (await measureSpeedup({
        redis,
        postgres,
        trials,
        rows,
        data: values.data ?? null,
        target: values.target,
      }));
    if (speedup) {
      process.stdout.write(
        `${speedup.trials} trials: ${speedup.oneSeconds.toFixed(1)} s on one worker, ${speedup.twoSeconds.toFixed(1)} s on two (${(speedup.oneSeconds / speedup.twoSeconds).toFixed(2)} times as fast); ` +
          `the trials alone ${(speedup.oneTrialSeconds / speedup.twoTrialSeconds).toFixed(2)} times\n`,
      );
    }
    return { overhead, fairness, speedup };
  } finally {
    await Promise.all([redis?.close(), postgres?.close()]);
  }
};

type Urls = { readonly databaseUrl: string | null; readonly redisUrl: string | null };

function placesOf(redis: OwnServer | null, postgres: OwnServer | null): [string, Urls][] {
  return [
    ['embedded', { databaseUrl: null, redisUrl: null }],
    ...(redis ? [['Redis', { databaseUrl: null, redisUrl: redis.url }] as [string, Urls]] : []),
    ...(redis && postgres
      ? [['Redis and PostgreSQL', { databaseUrl: postgres.url, redisUrl: redis.url }] as [string, Urls]]
      : []),
  ];
}
