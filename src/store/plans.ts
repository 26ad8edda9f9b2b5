/** Plans and who decided them. */
import type { Kysely, Selectable } from 'kysely';
import { ModelwrightError } from '../errors/errors.ts';
import { PlanRecord } from '../plan/plan.ts';
import type { PlanShelf } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

export function planShelf(db: Kysely<Tables>): PlanShelf {
  return {
    async propose(proposed) {
      const record = PlanRecord.parse(proposed);
      await db.transaction().execute(async (trx) => {
        // One proposal at a time in a thread: two at once could each miss that the other is to be superseded.
        await trx.selectFrom('threads').select('id').where('id', '=', record.threadId).forUpdate().execute();
        const versions = await trx
          .selectFrom('plans')
          .select(['id', 'version'])
          .where('thread_id', '=', record.threadId)
          .execute();
        if (versions.some(({ id }) => id === record.id)) return;
        if (versions.some(({ version }) => version === record.version)) {
          throw new ModelwrightError('PLAN_VERSION_TAKEN', {
            threadId: record.threadId,
            version: record.version,
          });
        }
        const isNewest = versions.every(({ version }) => version < record.version);
        await trx
          .insertInto('plans')
          .values({
            id: record.id,
            thread_id: record.threadId,
            version: record.version,
            hash: record.hash,
            plan: JSON.stringify(record.plan),
            status: isNewest ? record.status : 'superseded',
            proposed_at: record.proposedAt,
            decision: record.decision && JSON.stringify(record.decision),
          })
          .execute();
        await trx
          .updateTable('plans')
          .set({ status: 'superseded' })
          .where('thread_id', '=', record.threadId)
          .where('version', '<', record.version)
          .where('status', '=', 'proposed')
          .execute();
      });
    },

    async find(planId) {
      const row = await db.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirst();
      return row ? toRecord(row) : null;
    },

    async ofThread(threadId) {
      const rows = await db
        .selectFrom('plans')
        .selectAll()
        .where('thread_id', '=', threadId)
        .orderBy('version')
        .execute();
      return rows.map(toRecord);
    },

    async decide(planId, hash, status, decision) {
      // One statement, so that of two clicks at once exactly one finds the plan undecided.
      const row = await db
        .updateTable('plans')
        .set({ status, decision: JSON.stringify(decision) })
        .where('id', '=', planId)
        .where('hash', '=', hash)
        .where('status', '=', 'proposed')
        .returningAll()
        .executeTakeFirst();
      if (row) return { decided: true, record: toRecord(row) };
      return { decided: false, record: await this.find(planId) };
    },
  };
}

function toRecord(row: Selectable<Tables['plans']>): PlanRecord {
  return PlanRecord.parse({
    id: row.id,
    threadId: row.thread_id,
    version: row.version,
    hash: row.hash,
    plan: row.plan,
    status: row.status,
    proposedAt: row.proposed_at,
    decision: row.decision,
  });
}
