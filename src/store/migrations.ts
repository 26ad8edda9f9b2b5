/** The history of the tables. A migration that was released is never changed; append the next one. */
import { type CreateTableBuilder, type Kysely, type Migration, Migrator, sql } from 'kysely';
import { SCHEMA, type Tables } from './schema.ts';

const MIGRATIONS: Record<string, Migration> = {
  '0001-first': {
    async up(db: Kysely<unknown>): Promise<void> {
      const { schema } = db.withSchema(SCHEMA);
      await schema
        .createTable('threads')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('team', 'text', (column) => column.notNull())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('root_ts', 'text', (column) => column.notNull())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('events', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await schema
        .createTable('thread_events')
        .addColumn('thread_id', 'text', (column) => column.notNull().references(`${SCHEMA}.threads.id`))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('event', 'json', (column) => column.notNull())
        .addPrimaryKeyConstraint('thread_events_pk', ['thread_id', 'key'])
        .addUniqueConstraint('thread_events_in_order', ['thread_id', 'seq'])
        .execute();
      await schema
        .createTable('datasets')
        .addColumn('team', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('record', 'json', (column) => column.notNull())
        .addPrimaryKeyConstraint('datasets_pk', ['team', 'hash'])
        .execute();
      await schema
        .createTable('target_profiles')
        .addColumn('team', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('target_key', 'text', (column) => column.notNull())
        .addColumn('profile', 'json', (column) => column.notNull())
        .addPrimaryKeyConstraint('target_profiles_pk', ['team', 'hash', 'target_key'])
        .execute();
      await schema
        .createTable('plans')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('thread_id', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('plan', 'json', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('proposed_at', 'text', (column) => column.notNull())
        .addColumn('decision', 'json')
        .addUniqueConstraint('plans_version', ['thread_id', 'version'])
        .execute();
      await schema
        .createTable('workspaces')
        .addColumn('team', 'text', (column) => column.primaryKey())
        .addColumn('last_run', 'integer', (column) => column.notNull())
        .execute();
      await schema
        .createTable('runs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('thread_id', 'text', (column) => column.notNull())
        .addColumn('team', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('queued_at', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text')
        .addColumn('ended_at', 'text')
        .addColumn('stopped_by', 'text')
        .addColumn('reason', 'json')
        .addColumn('earlier_seconds', 'float8', (column) => column.notNull().defaultTo(0))
        .addUniqueConstraint('runs_number', ['team', 'number'])
        .execute();
      await schema.createIndex('runs_of_thread').on('runs').column('thread_id').execute();
      await schema
        .createTable('folds')
        .addColumn('run_id', 'text', (column) => column.notNull())
        .addColumn('trial', 'integer', (column) => column.notNull())
        .addColumn('fold', 'integer', (column) => column.notNull())
        .addColumn('result', 'json', (column) => column.notNull())
        .addPrimaryKeyConstraint('folds_pk', ['run_id', 'trial', 'fold'])
        .execute();
      await schema
        .createTable('trials')
        .addColumn('run_id', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('result', 'json', (column) => column.notNull())
        .addPrimaryKeyConstraint('trials_pk', ['run_id', 'number'])
        .execute();
      await schema
        .createTable('reports')
        .addColumn('run_id', 'text', (column) => column.primaryKey())
        .addColumn('thread_id', 'text', (column) => column.notNull())
        .addColumn('team', 'text', (column) => column.notNull())
        .addColumn('report', 'json', (column) => column.notNull())
        .execute();
      await schema
        .createTable('inbox')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('also_known_as', 'text', (column) => column.unique())
        .addColumn('body', 'json', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.generatedAlwaysAsIdentity())
        .addColumn('received_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
        .addColumn('done', 'boolean', (column) => column.notNull().defaultTo(false))
        .execute();
      await schema
        .createTable('posts')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('channel', 'text')
        .addColumn('ts', 'text')
        .execute();
      await schema
        .createTable('uploads')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('file_id', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0002-usage': {
    async up(db: Kysely<unknown>): Promise<void> {
      const { schema } = db.withSchema(SCHEMA);
      const count = (table: CreateTableBuilder<string, string>, name: string) =>
        table.addColumn(name, 'float8', (column) => column.notNull());
      let table: CreateTableBuilder<string, string> = schema
        .createTable('usage')
        .addColumn('key', 'text', (column) => column.primaryKey());
      for (const name of ['team', 'thread_id', 'user_id', 'at', 'model']) {
        table = table.addColumn(name, 'text', (column) => column.notNull());
      }
      for (const name of ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens']) {
        table = count(table, name);
      }
      await count(table, 'microdollars').execute();
      await schema.createIndex('usage_of_team').on('usage').columns(['team', 'at']).execute();
      await schema.createIndex('usage_of_thread').on('usage').column('thread_id').execute();
    },
  },
  '0003-run-cpu': {
    async up(db: Kysely<unknown>): Promise<void> {
      await db
        .withSchema(SCHEMA)
        .schema.alterTable('runs')
        .addColumn('cpu_seconds', 'float8', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
};

/** Brings the tables up to date. Kysely holds an advisory lock meanwhile, so processes may start side by side. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableSchema: SCHEMA,
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
