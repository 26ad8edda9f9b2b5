import { afterAll, beforeAll, describe } from 'vitest';
import { openQueue } from '../../src/queue/queue.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { describeQueue } from '../contracts/queue.ts';
import { createDatabase, createRedisPrefix, postgresMissing, redisMissing } from '../contracts/services.ts';

describe('on the embedded database', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true });
  });
  afterAll(() => store.close());

  describeQueue('embedded', (options) => openQueue({ pool: store.queuePool(), soleProcess: false }, options));
});

describe.skipIf(postgresMissing)(`on PostgreSQL ${postgresMissing ?? ''}`, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let store: Store;
  beforeAll(async () => {
    database = await createDatabase();
    store = await openStore({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  describeQueue('PostgreSQL', (options) =>
    openQueue({ pool: store.queuePool(), soleProcess: false }, options),
  );
});

describe.skipIf(redisMissing)(`on Redis ${redisMissing ?? ''}`, () => {
  const redis = createRedisPrefix();
  afterAll(() => redis.drop());

  describeQueue('Redis', (options) => openQueue({ redisUrl: redis.url, prefix: redis.prefix }, options));
});
