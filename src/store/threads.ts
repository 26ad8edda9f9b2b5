/** The record of threads: rows are added, never changed. */
import type { Kysely } from 'kysely';
import { ThreadEvent, threadPlace } from '../thread/events.ts';
import type { ThreadLog } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

export function threadLog(db: Kysely<Tables>): ThreadLog {
  return {
    async open(place, owner) {
      await db
        .insertInto('threads')
        .values({ id: place.id, team: place.team, channel: place.channel, root_ts: place.rootTs, owner })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    async find(threadId) {
      const row = await db.selectFrom('threads').selectAll().where('id', '=', threadId).executeTakeFirst();
      return row ? { place: threadPlace(row.team, row.channel, row.root_ts), owner: row.owner } : null;
    },

    async append(threadId, key, event) {
      // Taking a number locks the thread's row, so the order of numbers is the order of commits even when several
      // processes write. A key that two of them write at once leaves a gap in the numbers, which nobody minds.
      const appended = await db
        .with('number', (cte) =>
          cte
            .updateTable('threads')
            .set((eb) => ({ events: eb('events', '+', 1) }))
            .where('id', '=', threadId)
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('thread_events')
                    .select('seq')
                    .where('thread_id', '=', threadId)
                    .where('key', '=', key),
                ),
              ),
            )
            .returning('events'),
        )
        .insertInto('thread_events')
        .columns(['thread_id', 'seq', 'key', 'event'])
        .expression((eb) =>
          eb
            .selectFrom('number')
            .select((select) => [
              select.val(threadId).as('thread_id'),
              'events as seq',
              select.val(key).as('key'),
              select.cast<string>(select.val(JSON.stringify(ThreadEvent.parse(event))), 'json').as('event'),
            ]),
        )
        .onConflict((conflict) => conflict.columns(['thread_id', 'key']).doNothing())
        .returning('seq')
        .executeTakeFirst();
      if (appended) return true;
      if (!(await this.find(threadId))) throw new Error(`there is no thread ${threadId} to append ${key} to`);
      return false;
    },

    async events(threadId) {
      const rows = await db
        .selectFrom('thread_events')
        .select('event')
        .where('thread_id', '=', threadId)
        .orderBy('seq')
        .execute();
      return rows.map((row) => ThreadEvent.parse(row.event));
    },

    async event(threadId, key) {
      const row = await db
        .selectFrom('thread_events')
        .select('event')
        .where('thread_id', '=', threadId)
        .where('key', '=', key)
        .executeTakeFirst();
      return row ? ThreadEvent.parse(row.event) : null;
    },
  };
}
