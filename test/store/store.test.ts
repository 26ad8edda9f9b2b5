import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { createDatabase, postgresMissing } from '../contracts/services.ts';
import { describeStore } from '../contracts/store.ts';

describeStore('a store in memory', () => openStore({ memory: true }));

describe('in a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mw-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  describeStore('a store in a folder', () => openStore({ directory: join(folder, 'db') }));
});

describe.skipIf(postgresMissing)(`on PostgreSQL ${postgresMissing ?? ''}`, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  describeStore('a store on PostgreSQL', () => openStore({ databaseUrl: database.url }));

  it('lets several processes start on an empty database at once', async () => {
    const empty = await createDatabase();
    try {
      const stores = await Promise.all(
        Array.from({ length: 4 }, () => openStore({ databaseUrl: empty.url })),
      );
      expect(await stores[0].inbox.record('Ev1', {})).toBe(true);
      expect(await stores[3].inbox.record('Ev1', {})).toBe(false);
      await Promise.all(stores.map((store) => store.close()));
    } finally {
      await empty.drop();
    }
  });
});

it('says so when the database does not answer', async () => {
  const nobody = 'postgres://nobody@127.0.0.1:1/nothing';
  await expect(openStore({ databaseUrl: nobody })).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
});
