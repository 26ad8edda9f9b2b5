/** Data sets of workspaces: what was seen in them. Their bytes are artifacts. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Profile, TargetProfile } from '../profile/profile.ts';
import type { DatasetRecord, DatasetShelf } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

const StoredDataset = z.object({
  team: z.string(),
  hash: z.string(),
  name: z.string(),
  format: z.string(),
  bytes: z.number().int(),
  profile: Profile,
  notes: z.array(z.string()),
}) satisfies z.ZodType<DatasetRecord>;

export function datasetShelf(db: Kysely<Tables>): DatasetShelf {
  return {
    async save(dataset) {
      const record = JSON.stringify(StoredDataset.parse(dataset));
      await db
        .insertInto('datasets')
        .values({ team: dataset.team, hash: dataset.hash, record })
        .onConflict((conflict) => conflict.columns(['team', 'hash']).doUpdateSet({ record }))
        .execute();
    },

    async find(team, hash) {
      const row = await db
        .selectFrom('datasets')
        .select('record')
        .where('team', '=', team)
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row ? StoredDataset.parse(row.record) : null;
    },

    async saveTargetProfile(team, hash, target) {
      const profile = JSON.stringify(TargetProfile.parse(target));
      await db
        .insertInto('target_profiles')
        .values({ team, hash, target_key: keyOf(target.target), profile })
        .onConflict((conflict) => conflict.columns(['team', 'hash', 'target_key']).doUpdateSet({ profile }))
        .execute();
    },

    async findTargetProfile(team, hash, target) {
      const row = await db
        .selectFrom('target_profiles')
        .select('profile')
        .where('team', '=', team)
        .where('hash', '=', hash)
        .where('target_key', '=', keyOf(target))
        .executeTakeFirst();
      return row ? TargetProfile.parse(row.profile) : null;
    },
  };
}

function keyOf(column: string): string {
  return createHash('sha256').update(column).digest('hex');
}
