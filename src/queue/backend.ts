/** Where the queues live: Redis or PostgreSQL (embedded or not). BullMQ's classes are the same over both; only how
 *  they connect differs, and that difference ends here. */
import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type PgPool,
  runMigrations,
} from 'bullmq';
import { Redis } from 'ioredis';
import { ModelwrightError } from '../errors/errors.ts';

/** A `pg.Pool` or something of its shape. BullMQ's own type for it, `PgPool`, does not fit the types of `pg` 8.23. */
export interface SqlPool {
  query(text: string, values?: unknown[]): Promise<unknown>;
  connect(): Promise<unknown>;
  end(): Promise<void>;
}

export type QueueLocation =
  | {
      readonly redisUrl: string;
      /** Of all keys; default `modelwright`. */
      readonly prefix?: string;
    }
  | {
      /** Its search path is the schema `bullmq`. Its owner ends it. */
      readonly pool: SqlPool;
      /** No other process works on these queues, so whatever is marked as being worked on was cut short by the death of
       *  an earlier process and can be taken up at once. */
      readonly soleProcess: boolean;
    };

export interface Backend {
  readonly factory: BackendFactory<IQueueBackend, unknown>;
  close(): Promise<void>;
}

/** @throws ModelwrightError QUEUE_UNREACHABLE. */
export async function openBackend(location: QueueLocation): Promise<Backend> {
  try {
    return 'redisUrl' in location
      ? await openRedis(location)
      : await openPostgres(location.pool as unknown as PgPool);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ModelwrightError('QUEUE_UNREACHABLE', { detail }, { cause: error });
  }
}

async function openRedis({
  redisUrl,
  prefix = 'modelwright',
}: {
  redisUrl: string;
  prefix?: string;
}): Promise<Backend> {
  // Blocking commands must wait for as long as it takes, hence no limit of retries (BullMQ demands it).
  const connection = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: null });
  // BullMQ hears of errors on its own listener; without one here the first error would end the process.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  return {
    factory: (name, options, kind) =>
      createRedisBackend(name, { ...options, ...{ prefix }, connection }, kind),
    close: async () => {
      await connection.quit();
    },
  };
}

async function openPostgres(pool: PgPool): Promise<Backend> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  return {
    factory: (name, options, kind) => createPostgresBackend(name, { ...options, connection: pool }, kind),
    close: async () => undefined,
  };
}
