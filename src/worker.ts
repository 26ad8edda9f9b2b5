/** The door of a worker: takes the jobs that compute. `npm start` has one in its own process; more of them, on any
 *  machine that reaches the same database and artifacts, make runs faster. */
import { pathToFileURL } from 'node:url';
import type { Logger } from '@slack/bolt';
import { startWorkerJobs } from '../jobs/index.ts';
import { type Config, loadConfig } from './config.ts';
import { type Desk, type Foundations, openDesk, openEngine, openFoundations } from './deps.ts';
import { runDoor } from './door.ts';
import { ModelwrightError } from './errors/errors.ts';
import { createLogger } from './log.ts';
import { versions } from './versions.ts';

/** Starts to compute in this process. @param closing what must be closed with it, in reverse. */
export async function startWorkerIn(
  { queue, story }: Foundations,
  { reader }: Desk,
  config: Pick<Config, 'threads'>,
  log: Logger,
  closing: (() => Promise<void>)[],
): Promise<void> {
  const engine = openEngine(config);
  closing.push(() => engine.close());
  // Closed before the engine: a trial whose thread is ended under it counts as failed, one that is asked to stop is
  // given back with the folds that it has.
  closing.push(() => queue.close());
  const backend = await engine.describe();
  log.info(backend.sentence);
  await startWorkerJobs(
    queue,
    {
      story,
      reader,
      threads: config.threads,
      versions: versions(backend),
      calibrate: engine.calibrate,
      examine: engine.examine,
      engine: engine.forPlan,
      hardStop: true,
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
