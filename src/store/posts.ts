/** What we posted to Slack, by keys of our own, so that a job that runs again neither posts nor uploads twice. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** `pending` was claimed by somebody who has not said that it was posted: still on the way, or cut short by a crash. */
export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'pending' }
  | { readonly state: 'posted'; readonly channel: string; readonly ts: string };

export interface PostLedger {
  /** Claims the right to post this. Of several at once exactly one gets `new`. */
  claim(key: string): Promise<Claim>;
  posted(key: string, channel: string, ts: string): Promise<void>;
  /** Where it was posted; null when it was not, or not yet. */
  find(key: string): Promise<{ readonly channel: string; readonly ts: string } | null>;
  /** Remembers the file that was uploaded under this key; the first one counts. */
  uploaded(key: string, fileId: string): Promise<void>;
  findUpload(key: string): Promise<string | null>;
}

export function postLedger(db: Kysely<Tables>): PostLedger {
  return {
    async claim(key) {
      const claimed = await db
        .insertInto('posts')
        .values({ key, channel: null, ts: null })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .executeTakeFirst();
      if (claimed) return { state: 'new' };
      const place = await this.find(key);
      return place ? { state: 'posted', ...place } : { state: 'pending' };
    },

    async posted(key, channel, ts) {
      await db
        .insertInto('posts')
        .values({ key, channel, ts })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ channel, ts }))
        .execute();
    },

    async find(key) {
      const row = await db.selectFrom('posts').selectAll().where('key', '=', key).executeTakeFirst();
      return row?.channel && row.ts ? { channel: row.channel, ts: row.ts } : null;
    },

    async uploaded(key, fileId) {
      await db
        .insertInto('uploads')
        .values({ key, file_id: fileId })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },

    async findUpload(key) {
      const row = await db.selectFrom('uploads').select('file_id').where('key', '=', key).executeTakeFirst();
      return row?.file_id ?? null;
    },
  };
}
