/** A PGlite that looks like a `pg.Pool`, so that Kysely and BullMQ's PostgreSQL backend share one embedded database.
 *
 *  PGlite is one session: there is one transaction at a time. A client that begins one keeps everybody else waiting
 *  until it commits, rolls back or is released, so the statements of two transactions never mix. */
import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';

/** What `pg` calls a result. */
interface Result {
  readonly command: string;
  readonly rowCount: number;
  // biome-ignore lint/suspicious/noExplicitAny: rows are typed by whoever wrote the query, as in pg
  readonly rows: any[];
}

type Release = () => void;

/** A first-come, first-served lock. */
class Turnstile {
  #last: Promise<void> = Promise.resolve();

  async enter(): Promise<Release> {
    const before = this.#last;
    let leave: Release = () => undefined;
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }
}

/** Owned by whoever opened the database: `end` only refuses further work. */
export class EmbeddedPool extends EventEmitter {
  /** Tells BullMQ that a lost connection would be noticed: this one cannot be lost. */
  readonly options = { keepAlive: true };
  readonly #engine: PGlite;
  readonly #turnstile = new Turnstile();
  readonly #clients = new Set<EmbeddedClient>();
  readonly #unsubscribe: () => void;
  #ended = false;

  constructor(engine: PGlite) {
    super();
    this.setMaxListeners(0); // BullMQ adds one for each of its connections
    this.#engine = engine;
    this.#unsubscribe = engine.onNotification((channel, payload) => {
      for (const client of this.#clients) client.notify(channel, payload);
    });
  }

  async query(text: string, values?: readonly unknown[]): Promise<Result> {
    const client = await this.connect();
    try {
      return await client.query(text, values);
    } finally {
      client.release();
    }
  }

  async connect(): Promise<EmbeddedClient> {
    // The wording is pg's, because BullMQ recognises a closing pool by it.
    if (this.#ended) throw new Error('Cannot use a pool after calling end on the pool');
    const client = new EmbeddedClient(this.#engine, this.#turnstile, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  /** Resolves when the statement or transaction under way has ended. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#unsubscribe();
    const leave = await this.#turnstile.enter();
    leave();
  }
}

class EmbeddedClient extends EventEmitter {
  readonly #engine: PGlite;
  readonly #turnstile: Turnstile;
  readonly #onRelease: () => void;
  readonly #channels = new Set<string>();
  /** Set while this client is in a transaction. */
  #leave: Release | null = null;

  constructor(engine: PGlite, turnstile: Turnstile, onRelease: () => void) {
    super();
    this.#engine = engine;
    this.#turnstile = turnstile;
    this.#onRelease = onRelease;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Result> {
    const leave = this.#leave ?? (await this.#turnstile.enter());
    let inTransaction = this.#leave !== null;
    const statement = withoutComments(text);
    try {
      const result = await this.#run(text, values);
      if (BEGINS.test(statement)) inTransaction = true;
      if (ENDS.test(statement)) inTransaction = false;
      const channel = LISTENS.exec(statement)?.[1];
      if (channel) this.#channels.add(channel.toLowerCase());
      return result;
    } finally {
      this.#leave = inTransaction ? leave : null;
      if (!inTransaction) leave();
    }
  }

  /** Passes a notification on if this client listens to its channel. */
  notify(channel: string, payload: string): void {
    if (this.#channels.has(channel)) this.emit('notification', { channel, payload });
  }

  /** A transaction that was left open is rolled back. */
  release(): void {
    this.#onRelease();
    const leave = this.#leave;
    this.#leave = null;
    if (leave) void this.#engine.exec('ROLLBACK').finally(leave);
  }

  async #run(text: string, values: readonly unknown[]): Promise<Result> {
    // Only the simple protocol takes several statements in one text, only the extended one takes values.
    const result =
      values.length === 0
        ? (await this.#engine.exec(text)).at(-1)
        : await this.#engine.query(text, [...values]);
    const rows = result?.rows ?? [];
    return { command: result?.command ?? '', rowCount: result?.affectedRows || rows.length, rows };
  }
}

const BEGINS = /^(begin|start\s+transaction)\b/i;
/** `rollback to` a savepoint stays in the transaction. */
const ENDS = /^(commit|end|abort|rollback)\b(?!\s+(work\s+|transaction\s+)?to\b)/i;
const LISTENS = /^listen\s+"?(\w+)/i;

function withoutComments(text: string): string {
  return text.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}
