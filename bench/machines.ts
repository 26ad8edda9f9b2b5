/** What spreading trials over workers costs and brings.
 *
 *  `npm run bench -- machines [--data FILE --target COLUMN] [--trials 40] [--rows 4000] [--only overhead,shards]`
 *
 *  - overhead: a run of trials that take no time, through the queue and without it, per trial;
 *  - two workers: one run of real trials on one worker process and on two, each with one thread;
 *  - fairness: 2,000 trials of 20 runs in one queue, at the moment when half of them are done;
 *  - shards: networks whose rows are in 1, 2 and 4 parts, on a table like Covertype (`--shard-rows 40000`, `--epochs` the
 *    families' own, `--families mlp,realmlp,tabm`): score, processor time, and that of the longest way;
 *  - shards on workers: one network in two parts on one worker process and on two, by the clock.
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
import { isSharded, measureShards, type ShardsMeasured } from './machines/shards.ts';
import { measureSpeedup } from './machines/speedup.ts';
import { usage } from './usage.ts';

const PARTS: readonly string[] = ['overhead', 'fairness', 'speedup', 'shards', 'shard-speedup'];

export const bench: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      target: { type: 'string', default: 'label' },
      trials: { type: 'string', default: '40' },
      rows: { type: 'string', default: '4000' },
      only: { type: 'string', default: PARTS.join(',') },
      'shard-rows': { type: 'string', default: '40000' },
      epochs: { type: 'string' },
      families: { type: 'string', default: 'mlp,realmlp,tabm' },
    },
  });
  const [trials, rows] = [Number(values.trials), Number(values.rows)];
  if (!(trials >= 2) || !(rows >= 100)) throw usage('--trials must be 2 or more, --rows 100 or more');
  const only = values.only.split(',');
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw usage(`--only takes some of ${PARTS.join(', ')}`);
  const shards = only.includes('shards') ? await measureAllShards(values) : [];
  if (only.every((part) => part === 'shards')) return { shards };
  const missing = ownRedisMissing ?? ownPostgresMissing;
  if (missing !== null) process.stdout.write(`${missing}\n`);
  const redis = missing === null ? await startRedis() : null;
  const postgres = missing === null ? await startPostgres() : null;
  try {
    const overhead = [];
    for (const [name, urls] of only.includes('overhead') ? placesOf(redis, postgres) : []) {
      const row = { name, ...(await measureOverhead(urls)) };
      overhead.push(row);
      process.stdout.write(
        `overhead per trial, ${name.padEnd(22)} ${row.alone.toFixed(1)} ms one after the other, ${row.sideBySide.toFixed(1)} ms side by side\n`,
      );
    }
    const fairness = only.includes('fairness') && redis && (await measureFairness(redis.url));
    if (fairness) {
      process.stdout.write(
        `${fairness.trials} trials of ${fairness.runs} runs, half done: the run that is furthest has ${fairness.most}, the last ${fairness.least} (${(fairness.most / fairness.least).toFixed(2)})\n`,
      );
    }
    const workload = { trials, rows, data: values.data ?? null, target: values.target };
    const speedup =
      only.includes('speedup') &&
      redis &&
      postgres &&
      (await measureSpeedup({ ...workload, redis, postgres }));
    if (speedup) {
      process.stdout.write(
        `${speedup.trials} trials: ${speedup.oneSeconds.toFixed(1)} s on one worker, ${speedup.twoSeconds.toFixed(1)} s on two (${(speedup.oneSeconds / speedup.twoSeconds).toFixed(2)} times as fast); ` +
          `the trials alone ${(speedup.oneTrialSeconds / speedup.twoTrialSeconds).toFixed(2)} times\n`,
      );
    }
    const shardSpeedup =
      only.includes('shard-speedup') &&
      redis &&
      postgres &&
      (await measureSpeedup({
        ...{ ...workload, redis, postgres, trials: 1, rows: Number(values['shard-rows']) },
        wanted: { families: ['mlp'], shards: 2, finish: 'single' },
      }));
    if (shardSpeedup) {
      process.stdout.write(
        `a network in two parts: ${shardSpeedup.oneSeconds.toFixed(1)} s on one worker, ${shardSpeedup.twoSeconds.toFixed(1)} s on two; ` +
          `its trial alone ${(shardSpeedup.oneTrialSeconds / shardSpeedup.twoTrialSeconds).toFixed(2)} times as fast\n`,
      );
    }
    return { overhead, fairness, speedup, shards, shardSpeedup };
  } finally {
    await Promise.all([redis?.close(), postgres?.close()]);
  }
};

const SEEDS = [1, 2];
const COUNTS = [1, 2, 4];

async function measureAllShards(options: {
  readonly 'shard-rows': string;
  readonly epochs?: string | undefined;
  readonly families: string;
}): Promise<ShardsMeasured[]> {
  const rows = Number(options['shard-rows']);
  if (!(rows >= 1000)) throw usage('--shard-rows must be 1000 or more');
  const all: ShardsMeasured[] = [];
  for (const family of options.families.split(',')) {
    if (!isSharded(family)) throw usage('--families takes some of mlp, realmlp, tabm');
    for (const seed of SEEDS) {
      for (const shards of COUNTS) {
        const epochs = options.epochs === undefined ? {} : { epochs: Number(options.epochs) };
        const row = await measureShards(family, shards, { rows, seed, ...epochs });
        all.push(row);
        process.stdout.write(
          `${family.padEnd(8)} seed ${seed}, ${shards} ${shards === 1 ? 'part: ' : 'parts:'} log loss ${row.logLoss.toFixed(4)} after ${row.bestEpoch} of ${row.epochs} epochs, ` +
            `${row.cpuSeconds.toFixed(1)} s of processor time, ${row.pathSeconds.toFixed(1)} s on the longest way\n`,
        );
      }
    }
  }
  return all;
}

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
