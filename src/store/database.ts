/** The one database: PostgreSQL where an address is configured, else the embedded one. Both are reached through a pool
 *  of the same shape, so nothing else in this room knows which it is. */
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import { ModelwrightError } from '../errors/errors.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { EmbeddedPool } from './embedded-pool.ts';
import { migrate } from './migrations.ts';
import { SCHEMA, type Tables } from './schema.ts';

export type DatabaseLocation =
  | { readonly databaseUrl: string }
  /** A folder of the embedded database; created when absent, open in one process at a time. */
  | { readonly directory: string }
  /** An embedded database that ends with the process. */
  | { readonly memory: true };

/** BullMQ's tables are in this schema; its statements name no schema and rely on the search path. */
const QUEUE_SEARCH_PATH = 'bullmq';
const STORE_CONNECTIONS = 10;
/** Each worker and each event listener of the queue keeps one connection for LISTEN. */
const QUEUE_CONNECTIONS = 20;

export interface Database {
  /** Names of tables need no schema. */
  readonly db: Kysely<Tables>;
  /** For the queue, on the same database. */
  queuePool(): pg.Pool | EmbeddedPool;
  close(): Promise<void>;
}

/** @throws ModelwrightError STORE_UNREACHABLE, DATABASE_IN_USE. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const opened = 'databaseUrl' in location ? openServer(location.databaseUrl) : await openEmbedded(location);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: opened.storePool }) });
  try {
    await migrate(kysely);
  } catch (error) {
    await opened.close();
    if (error instanceof ModelwrightError) throw error;
    throw new ModelwrightError('STORE_UNREACHABLE', { detail: describe(error) }, { cause: error });
  }
  return { db: kysely.withSchema(SCHEMA), queuePool: opened.queuePool, close: opened.close };
}

type Opened = Omit<Database, 'db'> & { readonly storePool: PostgresPool };

function openServer(connectionString: string): Opened {
  const pools: pg.Pool[] = [];
  const open = (options: pg.PoolConfig) => {
    const pool = new pg.Pool({ connectionString, keepAlive: true, ...options });
    // An idle connection that the server drops is replaced on next use; unheard, the event would end the process.
    pool.on('error', () => undefined);
    // So is one that is lost while somebody has it: their next query says so.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.setMaxListeners(0); // BullMQ adds one for each of its connections
    pools.push(pool);
    return pool;
  };
  return {
    storePool: open({ max: STORE_CONNECTIONS }),
    queuePool: () => open({ max: QUEUE_CONNECTIONS, options: `-c search_path=${QUEUE_SEARCH_PATH}` }),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

async function openEmbedded(location: { directory: string } | { memory: true }): Promise<Opened> {
  const { engine, close } = await openEmbeddedDatabase('directory' in location ? location.directory : null);
  await engine.exec(`SET search_path TO ${QUEUE_SEARCH_PATH}, public`);
  const pool = new EmbeddedPool(engine);
  return {
    // Kysely's type also has the cursors of `pg-cursor`, which it uses only when it is given that package.
    storePool: pool as unknown as PostgresPool,
    queuePool: () => pool,
    close: async () => {
      await pool.end();
      await close();
    },
  };
}

function describe(error: unknown): string {
  // A refused connection to a name of several addresses is an AggregateError without a message.
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
