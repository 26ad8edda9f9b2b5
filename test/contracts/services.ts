/** PostgreSQL and Redis for the contract suites: where they are, and a place of its own in them for every test file. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';

const DATABASE_URL =
  process.env.TEST_DATABASE_URL ??
  'postgres://modelwright_test:modelwright_test@127.0.0.1:5432/modelwright_test';
const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Why the suites of a service are skipped, for the suite's name; null when it answers. */
export const postgresMissing = await reasonWhyNot('PostgreSQL', () => withAdmin(async () => undefined));
export const redisMissing = await reasonWhyNot('Redis', () => withRedis((redis) => redis.ping()));

/** An empty database of its own. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `mw_test_${randomUUID().replaceAll('-', '')}`;
  await withAdmin((client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(DATABASE_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      withAdmin(async (client) => {
        // Not WITH (FORCE): it fails for want of rights where a vacuum of the server's own is at work in the database,
        // whereas a plain drop sends that one away and waits for it.
        await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await client.query(
          'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user',
          [name],
        );
        await client.query(`DROP DATABASE ${name}`);
      }),
  };
}

/** A key prefix of its own. */
export function createRedisPrefix(): { url: string; prefix: string; drop(): Promise<void> } {
  const prefix = `mw-test-${randomUUID()}`;
  return {
    url: REDIS_URL,
    prefix,
    drop: () =>
      withRedis(async (redis) => {
        const keys = await redis.keys(`${prefix}:*`);
        if (keys.length > 0) await redis.del(...keys);
      }),
  };
}

async function withAdmin<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}

async function withRedis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(REDIS_URL, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

async function reasonWhyNot(service: string, probe: () => Promise<unknown>): Promise<string | null> {
  try {
    await probe();
    return null;
  } catch (error) {
    return `skipped: ${service} does not answer (${error instanceof Error ? error.message || error.name : error})`;
  }
}
