/** Reports of runs. */
import type { Kysely } from 'kysely';
import { Report } from '../report/report.ts';
import type { ReportShelf } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

export function reportShelf(db: Kysely<Tables>): ReportShelf {
  return {
    async save(value, place) {
      const report = JSON.stringify(Report.parse(value));
      await db
        .insertInto('reports')
        .values({ run_id: value.runId, thread_id: place.threadId, team: place.team, report })
        .onConflict((conflict) => conflict.column('run_id').doUpdateSet({ report }))
        .execute();
    },

    async find(runId) {
      const row = await db
        .selectFrom('reports')
        .select('report')
        .where('run_id', '=', runId)
        .executeTakeFirst();
      return row ? Report.parse(row.report) : null;
    },

    async ofTeam(team, limit) {
      const rows = await db
        .selectFrom('reports')
        .innerJoin('runs', 'runs.id', 'reports.run_id')
        .select('reports.report')
        .where('reports.team', '=', team)
        .orderBy('runs.number', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => Report.parse(row.report));
    },
  };
}
