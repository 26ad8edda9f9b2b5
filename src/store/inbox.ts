/** What arrived from Slack: written down before it is acknowledged, so that a crash loses nothing, and known by its
 *  id, so that what Slack sends again is not done again. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from './schema.ts';

export interface Inbox {
  /** @param alsoKnownAs a second name under which the same thing may arrive: Slack tells of one message as a mention
   *  and as a message, with two event ids but one team, channel and ts.
   *  @returns whether it was new under both names. */
  record(eventId: string, body: unknown, alsoKnownAs?: string): Promise<boolean>;
  /** It was dealt with and need not be replayed: its name is kept, what it said is not. Saying so again, or of an
   *  unknown id, is harmless. */
  done(eventId: string): Promise<void>;
  /** Recorded but not done, oldest first: what a crash cut short. */
  pending(): Promise<readonly { readonly eventId: string; readonly body: unknown }[]>;
  /** Forgets everything that arrived earlier, done or not.
   *  @returns how many were forgotten. */
  forgetOlderThan(hours: number): Promise<number>;
}

export function inbox(db: Kysely<Tables>): Inbox {
  return {
    async record(eventId, body, alsoKnownAs) {
      const recorded = await db
        .insertInto('inbox')
        .values({ key: eventId, also_known_as: alsoKnownAs ?? null, body: JSON.stringify(body) })
        .onConflict((conflict) => conflict.doNothing())
        .returning('key')
        .executeTakeFirst();
      return recorded !== undefined;
    },

    async done(eventId) {
      await db.updateTable('inbox').set({ done: true, body: 'null' }).where('key', '=', eventId).execute();
    },

    async pending() {
      const rows = await db
        .selectFrom('inbox')
        .select(['key', 'body'])
        .where('done', '=', false)
        .orderBy('seq')
        .execute();
      return rows.map((row) => ({ eventId: row.key, body: row.body }));
    },

    async forgetOlderThan(hours) {
      const forgotten = await db
        .deleteFrom('inbox')
        .where('received_at', '<', sql<Date>`now() - make_interval(secs => ${hours * 3600})`)
        .returning('key')
        .execute();
      return forgotten.length;
    },
  };
}
