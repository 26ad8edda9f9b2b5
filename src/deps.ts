/** The one place where adapters are constructed and joined. */
import { mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename, join } from 'node:path';
import type { Logger } from '@slack/bolt';
import type { DataReader, DataTask } from '../jobs/data-reader.ts';
import { createEngine, type Engine } from '../jobs/engine.ts';
import type { IngestDeps } from '../jobs/ingest.ts';
import type { PictureTask } from '../jobs/picture-thread.ts';
import { openFolderArtifacts } from './artifacts/folder.ts';
import type { Config } from './config.ts';
import { downloadDataset } from './datasets/download-dataset.ts';
import { ModelwrightError } from './errors/errors.ts';
import { type ThreadReply, unwrap } from './errors/thread-reply.ts';
import type { EngineEvent, EngineReply, EngineTask } from './ml/search/engine-task.ts';
import { findSentenceModel } from './pretrained/sentence-model.ts';
import { openNetworks } from './pretrained-networks.ts';
import { type JobQueues, openQueue } from './queue/queue.ts';
import { createTrainingPool } from './queue/training-pool.ts';
import type { Picture } from './report/charts/picture.ts';
import type { SlackClients } from './slack/clients.ts';
import { downloadFile } from './slack/download.ts';
import type { Painter } from './slack/speaker.ts';
import { ruleBasedSpecialist } from './specialist/rule-based/dialogue.ts';
import { openStore, type Store } from './store/store.ts';
import { datasetArtifact } from './thread/artifact-names.ts';
import type { Artifacts, DataDesk, DatasetRecord, Story } from './thread/ports.ts';
import type { Specialist } from './thread/specialist.ts';

/** What every process has: the database, the queues, the artifacts. */
export interface Foundations {
  readonly store: Store;
  readonly queue: JobQueues;
  readonly story: Story;
  close(): Promise<void>;
}

/** @param location where nothing is configured: the folder of the embedded database, or `memory` for one that ends
 *  with the process. */
export async function openFoundations(
  config: Pick<Config, 'databaseUrl' | 'redisUrl' | 'home' | 'artifactsS3' | 'cacheBytes'>,
  log: Logger,
  location: 'folder' | 'memory' = 'folder',
): Promise<Foundations> {
  await mkdir(config.home, { recursive: true });
  const embedded = location === 'memory' ? { memory: true as const } : { directory: join(config.home, 'db') };
  const store = await openStore(config.databaseUrl ? { databaseUrl: config.databaseUrl } : embedded);
  try {
    const queue = await openQueue(
      config.redisUrl
        ? { redisUrl: config.redisUrl }
        : { pool: store.queuePool(), soleProcess: config.databaseUrl === null },
      { onError: (error) => log.warn('queue:', error.message) },
    );
    const { threads, datasets, plans, runs, reports } = store;
    const artifacts = await openArtifacts(config);
    const clock = { now: () => new Date().toISOString() };
    return {
      store,
      queue,
      story: { threads, datasets, plans, runs, reports, artifacts, queue, clock },
      close: async () => {
        await queue.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** S3's client takes a tenth of a second to load: only who has configured it waits for that. */
async function openArtifacts({
  artifactsS3,
  cacheBytes,
  home,
}: Pick<Config, 'artifactsS3' | 'cacheBytes' | 'home'>): Promise<Artifacts> {
  if (!artifactsS3) return openFolderArtifacts(join(home, 'artifacts'));
  const { openS3Artifacts } = await import('./artifacts/s3.ts');
  return openS3Artifacts(artifactsS3, { folder: join(home, 'cache'), maxBytes: cacheBytes });
}

/** Threads that read data and draw pictures; each starts with its first task. */
export interface Desk {
  readonly reader: DataReader;
  readonly painter: Painter;
  close(): Promise<void>;
}

export function openDesk(config: Pick<Config, 'maxUploadBytes'>): Desk {
  const { maxUploadBytes: maxBytes } = config;
  const data = createTrainingPool<DataTask, ThreadReply<unknown>, never>({
    entry: threadEntry('data-thread'),
    threads: 1,
  });
  const pictures = createTrainingPool<PictureTask, ThreadReply<Picture[]>, never>({
    entry: threadEntry('picture-thread'),
    threads: 1,
  });
  const read = async <T>(task: DataTask) => unwrap((await data.run(task)) as ThreadReply<T>);
  const draw = async (task: PictureTask) => {
    const drawn = unwrap(await pictures.run(task));
    // A Buffer leaves a thread as a plain Uint8Array.
    return drawn.map((picture) => ({ ...picture, png: Buffer.from(picture.png) }));
  };
  return {
    reader: {
      read: (path, name) => read({ kind: 'read', path, name, maxBytes }),
      profileTarget: (path, name, profile, target) =>
        read({ kind: 'profile-target', path, name, maxBytes, profile, target }),
      windows: (path, name, wanted, target) =>
        read({ kind: 'windows', path, name, maxBytes, wanted, target }),
      table: (path, name) => read({ kind: 'table', path, name, maxBytes }),
      ask: (path, name, question, smallestGroup) =>
        read({ kind: 'ask', path, name, maxBytes, question, smallestGroup }),
      sample: (path, name, count) => read({ kind: 'sample', path, name, maxBytes, count }),
    },
    painter: {
      profile: ({ name, profile, target }) => draw({ kind: 'profile', name, profile, target }),
      variants: ({ images, labels }) => draw({ kind: 'variants', images, labels }),
      answer: ({ title, answer }) => draw({ kind: 'answer', title, answer }),
      report: (report) => draw({ kind: 'report', report }),
      claim: (check) => draw({ kind: 'claim', check }),
      chapter: ({ chapter, source }) => draw({ kind: 'chapter', chapter, source }),
    },
    close: async () => {
      await Promise.all([data.close(), pictures.close()]);
    },
  };
}

/** Looks into what the artifacts hold. */
export function createDataDesk(
  { story }: Pick<Foundations, 'story'>,
  { reader }: Pick<Desk, 'reader'>,
): DataDesk {
  const pathOf = async (team: string, { hash, name }: DatasetRecord) => {
    const path = await story.artifacts.localPath(datasetArtifact(team, hash));
    if (path === null) throw new ModelwrightError('DATA_FILE_NOT_FOUND', { name });
    return path;
  };
  return {
    ask: async (team, dataset, question, smallestGroup) =>
      reader.ask(await pathOf(team, dataset), dataset.name, question, smallestGroup),
    sample: async (team, dataset, count) => reader.sample(await pathOf(team, dataset), dataset.name, count),
  };
}

/** Claude where there is a key, whose client is only then loaded; else the rules. */
export async function createSpecialist(
  config: Pick<Config, 'claude'>,
  { story, store }: Pick<Foundations, 'story' | 'store'>,
  log: Logger,
): Promise<Specialist> {
  if (!config.claude) return ruleBasedSpecialist;
  const [{ claudeSpecialist }, { openMessagesApi }, { priceOf, USUAL_LIMITS }] = await Promise.all([
    import('./specialist/claude/dialogue.ts'),
    import('./specialist/claude/messages-api.ts'),
    import('./specialist/claude/settings.ts'),
  ]);
  const { apiKey, baseUrl, price, ...settings } = config.claude;
  return claudeSpecialist({
    api: openMessagesApi({ apiKey, baseUrl, silenceMs: USUAL_LIMITS.silenceMs }),
    settings: { ...settings, price: price ?? priceOf(settings.model), limits: USUAL_LIMITS },
    usage: store.usage,
    clock: story.clock,
    log,
  });
}

/** The threads that train, as many as the configuration allows. */
export function openEngine(config: Pick<Config, 'threads' | 'memoryMb' | 'home' | 'backbone'>): Engine {
  return createEngine(
    createTrainingPool<EngineTask, EngineReply, EngineEvent>({
      entry: threadEntry('trial-thread'),
      threads: config.threads,
    }),
    { threads: config.threads, memoryMb: trainingMemoryMb(config) / config.threads },
    once(findSentenceModel),
    openNetworks(config),
  );
}

/** A model is read from its package when it is first asked for, and then kept: its weights lie on shared memory. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** Of the memory that this process may use, the share that all training threads together get. */
const TRAINING_SHARE = 0.85;

/** MB. Of what there is, not of what is free just now, so that a run does not depend on the hour. */
export function trainingMemoryMb({ memoryMb }: Pick<Config, 'memoryMb'>): number {
  if (memoryMb !== null) return memoryMb;
  const allowed = process.constrainedMemory() || Number.POSITIVE_INFINITY; // 0 where nothing constrains
  return (TRAINING_SHARE * Math.min(totalmem(), allowed)) / 2 ** 20;
}

/** Brings what a person sent to disk: from the workspace with its token, or from the open web without one. */
export function createFetch(
  config: Pick<Config, 'maxUploadBytes'>,
  slack: { readonly clients: SlackClients; readonly token: string; readonly apiUrl: string | null },
): IngestDeps['fetch'] {
  const maxBytes = config.maxUploadBytes;
  return async (_, source, directory) => {
    if (source.kind === 'url') return downloadDataset(source.url, directory, { maxBytes });
    const path = join(directory, basename(source.fileId));
    await downloadFile(slack.clients.background, source, path, {
      token: slack.token,
      slackApiUrl: slack.apiUrl,
      maxBytes,
    });
    return path;
  };
}

function threadEntry(name: string): URL {
  return new URL(`../jobs/${name}.ts`, import.meta.url);
}
