/** Everything we remember, in one database. */
import type { DatasetShelf, PlanShelf, ReportShelf, RunBook, ThreadLog, UsageBook } from '../thread/ports.ts';
import { type Database, type DatabaseLocation, openDatabase } from './database.ts';
import { datasetShelf } from './datasets.ts';
import { type Inbox, inbox } from './inbox.ts';
import { planShelf } from './plans.ts';
import { type PostLedger, postLedger } from './posts.ts';
import { reportShelf } from './reports.ts';
import { runBook } from './runs.ts';
import { threadLog } from './threads.ts';
import { usageBook } from './usage.ts';

export interface Store {
  readonly threads: ThreadLog;
  readonly datasets: DatasetShelf;
  readonly plans: PlanShelf;
  readonly runs: RunBook;
  readonly reports: ReportShelf;
  readonly inbox: Inbox;
  readonly posts: PostLedger;
  readonly usage: UsageBook;
  /** A pool shaped like `pg.Pool` over the same database, for a queue without Redis. Call it once; `close` ends it. */
  queuePool: Database['queuePool'];
  /** Close the queue first. */
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date; processes may do so side by side where the location allows it.
 *  @throws ModelwrightError STORE_UNREACHABLE, DATABASE_IN_USE. */
export async function openStore(location: DatabaseLocation): Promise<Store> {
  const { db, queuePool, close } = await openDatabase(location);
  return {
    threads: threadLog(db),
    datasets: datasetShelf(db),
    plans: planShelf(db),
    runs: runBook(db),
    reports: reportShelf(db),
    inbox: inbox(db),
    posts: postLedger(db),
    usage: usageBook(db),
    queuePool,
    close,
  };
}
