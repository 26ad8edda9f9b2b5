/** The door of a worker: takes the jobs that compute. `npm start` has one in its own process; more of them, on any
 *  machine that reaches the same database and artifacts, make runs faster. */
import { pathToFileURL } from 'node:url';
import type { Logger } from '@slack/bolt';
import { inTurn } from '../jobs/in-turn.ts';
import { startWorkerJobs } from '../jobs/index.ts';
import { keepParts } from '../jobs/kept-parts.ts';
import { MemoryRoom } from '../jobs/memory-room.ts';
import { openShardDesks } from '../jobs/shard-desk.ts';
import { keepTables } from '../jobs/tables.ts';
import { openTrialDesks } from '../jobs/trial-desk.ts';
import { type Config, loadConfig } from './config.ts';
import {
  type Desk,
  type Foundations,
  openDesk,
  openEngine,
  openFoundations,
  trainingMemoryMb,
} from './deps.ts';
import { runDoor } from './door.ts';
import { ModelwrightError } from './errors/errors.ts';
import { createLogger } from './log.ts';
import { openNetworks } from './pretrained-networks.ts';
import { versions } from './versions.ts';

/** Of the memory for training, the part that tables take which no trial needs just now. */
const TABLES_SHARE = 0.1;
/** What a run may hold while it chooses its model; so many finish at a time as fit. */
const FINISH_MB = 4096;

/** Starts to compute in this process. @param closing what must be closed with it, in reverse. */
export async function startWorkerIn(
  { queue, story }: Foundations,
  { reader }: Desk,
  config: Pick<Config, 'threads' | 'memoryMb' | 'databaseUrl' | 'home' | 'backbone' | 'price'>,
  log: Logger,
  closing: (() => Promise<void>)[],
): Promise<void> {
  const memoryMb = trainingMemoryMb(config);
  const engine = openEngine(config);
  closing.push(() => engine.close());
  // Closed before the engine: a trial whose thread is ended under it counts as failed, one that is asked to stop is
  // given back with the folds that it has.
  closing.push(() => queue.close());
  const backend = await engine.describe();
  log.info(backend.sentence);
  // What is configured wrongly is said now, not in somebody's plan.
  const network = await openNetworks(config)(null);
  if (network) log.info(`pictures may be shown to the pretrained network ${network.id}`);
  const desks = await openTrialDesks(queue, story, (error) => log.warn('trials:', error));
  closing.push(async () => desks.close());
  const parts = keepParts(TABLES_SHARE * memoryMb * 2 ** 20);
  const shardDesks = await openShardDesks(queue, story, parts, (error) => log.warn('parts of fits:', error));
  closing.push(async () => shardDesks.close());
  await startWorkerJobs(
    queue,
    {
      story,
      reader,
      tables: keepTables(story, reader, TABLES_SHARE * memoryMb * 2 ** 20),
      desks,
      shardDesks,
      parts,
      shard: engine.shard,
      inTurn: inTurn(Math.max(1, Math.floor(memoryMb / FINISH_MB))),
      room: new MemoryRoom(memoryMb),
      mayPutOff: config.databaseUrl !== null,
      threads: config.threads,
      versions: versions(backend),
      price: config.price ?? undefined,
      calibrate: engine.calibrate,
      examine: engine.examine,
      foreign: engine.foreign,
      engine: engine.forPlan,
      hardStop: true,
      warn: (sentence) => log.warn(sentence),
      peakMemoryMb: () => process.resourceUsage().maxRSS / 1024,
    },
    log,
  );
}

async function startWorker(config: Config, log: Logger): Promise<{ close(): Promise<void> }> {
  if (!config.databaseUrl) throw new ModelwrightError('WORKER_ALONE', {});
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const foundations = await openFoundations(config, log);
    closing.push(() => foundations.close());
    const desk = openDesk(config);
    closing.push(() => desk.close());
    await startWorkerIn(foundations, desk, config, log, closing);
    log.info(`worker ready, ${config.threads} trials side by side`);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  await runDoor(log, () => startWorker(config, log));
}
