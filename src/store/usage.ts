/** What language models have cost. */
import type { Kysely } from 'kysely';
import type { UsageBook } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

export function usageBook(db: Kysely<Tables>): UsageBook {
  return {
    async add(entry) {
      await db
        .insertInto('usage')
        .values({
          key: entry.key,
          team: entry.team,
          thread_id: entry.threadId,
          user_id: entry.user,
          at: entry.at,
          model: entry.model,
          input_tokens: entry.inputTokens,
          output_tokens: entry.outputTokens,
          cache_read_tokens: entry.cacheReadTokens,
          cache_write_tokens: entry.cacheWriteTokens,
          microdollars: entry.microdollars,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },

    async total(team, since, { user, threadId } = {}) {
      let rows = db.selectFrom('usage').where('team', '=', team).where('at', '>=', since);
      if (user !== undefined) rows = rows.where('user_id', '=', user);
      if (threadId !== undefined) rows = rows.where('thread_id', '=', threadId);
      const total = await rows
        .select(({ fn }) => [
          fn.countAll().as('requests'),
          fn.sum('input_tokens').as('input'),
          fn.sum('output_tokens').as('output'),
          fn.sum('cache_read_tokens').as('read'),
          fn.sum('cache_write_tokens').as('written'),
          fn.sum('microdollars').as('microdollars'),
        ])
        .executeTakeFirstOrThrow();
      return {
        requests: Number(total.requests),
        inputTokens: Number(total.input ?? 0),
        outputTokens: Number(total.output ?? 0),
        cacheReadTokens: Number(total.read ?? 0),
        cacheWriteTokens: Number(total.written ?? 0),
        microdollars: Number(total.microdollars ?? 0),
      };
    },
  };
}
