/** Runs, the folds and trials that are finished. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { FoldResult, TrialResult } from '../ml/tuning/trial.ts';
import { NEXT_STATES, Run, RunState } from '../run/run.ts';
import type { RunBook } from '../thread/ports.ts';
import type { Tables } from './schema.ts';

export function runBook(db: Kysely<Tables>): RunBook {
  return {
    async create(planId, threadId, team, at) {
      return db.transaction().execute(async (trx) => {
        // Locks the workspace's row, so that runs created at once take their numbers in turn.
        const { last_run: lastRun } = await trx
          .insertInto('workspaces')
          .values({ team, last_run: 0 })
          .onConflict((conflict) => conflict.column('team').doUpdateSet({ team }))
          .returning('last_run')
          .executeTakeFirstOrThrow();
        const existing = await trx.selectFrom('runs').selectAll().where('id', '=', planId).executeTakeFirst();
        if (existing) return toRun(existing);
        const number = lastRun + 1;
        await trx.updateTable('workspaces').set({ last_run: number }).where('team', '=', team).execute();
        const row = await trx
          .insertInto('runs')
          .values({ id: planId, thread_id: threadId, team, number, state: 'queued', queued_at: at })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toRun(row);
      });
    },

    async find(runId) {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst();
      return row ? toRun(row) : null;
    },

    async findByNumber(team, number) {
      const row = await db
        .selectFrom('runs')
        .selectAll()
        .where('team', '=', team)
        .where('number', '=', number)
        .executeTakeFirst();
      return row ? toRun(row) : null;
    },

    async ofThread(threadId) {
      const rows = await db
        .selectFrom('runs')
        .selectAll()
        .where('thread_id', '=', threadId)
        .orderBy('number')
        .execute();
      return rows.map(toRun);
    },

    async ofTeam(team, limit) {
      const rows = await db
        .selectFrom('runs')
        .selectAll()
        .where('team', '=', team)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRun);
    },

    async move(runId, to, fields = {}) {
      const legalFrom = RunState.options.filter((from) => NEXT_STATES[from].includes(to));
      const row = await db
        .updateTable('runs')
        .set({ state: to, ...toColumns(fields) })
        .where('id', '=', runId)
        .where('state', 'in', legalFrom)
        .returningAll()
        .executeTakeFirst();
      return row ? toRun(row) : null;
    },

    async saveFold(runId, trialNumber, fold) {
      const result = JSON.stringify(FoldResult.parse(fold));
      await db
        .insertInto('folds')
        .values({ run_id: runId, trial: trialNumber, fold: fold.fold, result })
        .onConflict((conflict) => conflict.columns(['run_id', 'trial', 'fold']).doNothing())
        .execute();
    },

    async folds(runId, trialNumber) {
      const rows = await db
        .selectFrom('folds')
        .select(['trial', 'result'])
        .where('run_id', '=', runId)
        .$if(trialNumber !== undefined, (folds) => folds.where('trial', '=', trialNumber as number))
        .orderBy('trial')
        .orderBy('fold')
        .execute();
      return rows.map((row) => ({ trialNumber: row.trial, fold: FoldResult.parse(row.result) }));
    },

    async saveTrial(runId, trial) {
      const result = JSON.stringify(TrialResult.parse(trial));
      const kept = await db
        // Locks the run's row: a run that goes on to be judged waits for results that are being written.
        .with('open', (trx) =>
          trx
            .selectFrom('runs')
            .select('id')
            .where('id', '=', runId)
            .where('state', 'in', TAKES_RESULTS)
            .forShare(),
        )
        .insertInto('trials')
        .columns(['run_id', 'number', 'result'])
        .expression((from) =>
          from
            .selectFrom('open')
            .select([
              'open.id',
              sql<number>`${trial.number}::integer`.as('number'),
              sql<string>`${result}::json`.as('result'),
            ]),
        )
        .onConflict((conflict) => conflict.columns(['run_id', 'number']).doNothing())
        .returning('number')
        .executeTakeFirst();
      return kept !== undefined;
    },

    async trials(runId, numbers) {
      if (numbers?.length === 0) return [];
      const rows = await db
        .selectFrom('trials')
        .select('result')
        .where('run_id', '=', runId)
        .$if(numbers !== undefined, (trials) => trials.where('number', 'in', numbers as number[]))
        .orderBy('number')
        .execute();
      return rows.map((row) => TrialResult.parse(row.result));
    },
  };
}

/** Once it is being judged, the trials of a run are what they are. */
const TAKES_RESULTS: readonly RunState[] = ['queued', 'running', 'stopping'];

type RunFields = NonNullable<Parameters<RunBook['move']>[2]>;

/** Fields that are absent stay as they are; null empties. */
function toColumns(fields: RunFields) {
  return {
    ...(fields.startedAt !== undefined && { started_at: fields.startedAt }),
    ...(fields.endedAt !== undefined && { ended_at: fields.endedAt }),
    ...(fields.stoppedBy !== undefined && { stopped_by: fields.stoppedBy }),
    ...(fields.reason !== undefined && { reason: fields.reason && JSON.stringify(fields.reason) }),
    ...(fields.earlierSeconds !== undefined && { earlier_seconds: fields.earlierSeconds }),
    ...(fields.cpuSeconds !== undefined && { cpu_seconds: fields.cpuSeconds }),
  };
}

function toRun(row: Selectable<Tables['runs']>): Run {
  return Run.parse({
    id: row.id,
    threadId: row.thread_id,
    number: row.number,
    state: row.state,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    stoppedBy: row.stopped_by,
    reason: row.reason,
    earlierSeconds: row.earlier_seconds,
    cpuSeconds: row.cpu_seconds,
  });
}
