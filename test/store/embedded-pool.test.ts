import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedDatabase, openEmbeddedDatabase } from '../../src/store/embedded-database.ts';
import { EmbeddedPool } from '../../src/store/embedded-pool.ts';

let database: EmbeddedDatabase;
let pool: EmbeddedPool;
beforeAll(async () => {
  database = await openEmbeddedDatabase(null);
  pool = new EmbeddedPool(database.engine);
  await pool.query('CREATE TABLE marks (mark text)');
});
afterAll(() => database.close());

async function marks(): Promise<string[]> {
  return (await pool.query('SELECT mark FROM marks')).rows.map(({ mark }) => mark);
}

it('keeps everybody else out of a transaction until it commits', async () => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO marks VALUES ($1)', ['inside']);
  const outside = pool.query('INSERT INTO marks VALUES ($1)', ['outside']);
  await client.query('SAVEPOINT s');
  await client.query('INSERT INTO marks VALUES ($1)', ['undone']);
  await client.query('ROLLBACK TO SAVEPOINT s');
  await client.query('INSERT INTO marks VALUES ($1)', ['inside too']);
  await client.query('-- the last word\n commit');
  await outside;
  client.release();
  expect(await marks()).toEqual(['inside', 'inside too', 'outside']);
});

it('lets waiting transactions in one after the other', async () => {
  const total = async () => {
    const client = await pool.connect();
    await client.query('begin');
    const { n } = (await client.query('SELECT count(*)::int AS n FROM marks')).rows[0];
    await new Promise((resolve) => setImmediate(resolve));
    await client.query('INSERT INTO marks VALUES ($1)', [`n${n}`]);
    await client.query('commit');
    client.release();
    return n;
  };
  const counts = await Promise.all(Array.from({ length: 8 }, total));
  expect(new Set(counts).size).toBe(8);
});

it('rolls back what a client leaves open when it is released', async () => {
  const client = await pool.connect();
  await client.query('START TRANSACTION ISOLATION LEVEL SERIALIZABLE');
  await client.query('DELETE FROM marks');
  client.release();
  expect(await marks()).not.toEqual([]);
});

it('stays usable after an error, alone and in a transaction', async () => {
  await expect(pool.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  const client = await pool.connect();
  await client.query('BEGIN');
  await expect(client.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
  await client.query('ROLLBACK');
  client.release();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

it('says what a statement did, as pg does', async () => {
  const inserted = await pool.query('INSERT INTO marks VALUES ($1), ($2)', ['a', 'b']);
  expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2, rows: [] });
  const several = await pool.query("SELECT 1; SELECT 'last' AS word");
  expect(several).toMatchObject({ command: 'SELECT', rowCount: 1, rows: [{ word: 'last' }] });
});

it('brings notifications to the clients that listen to the channel, and to no others', async () => {
  const [listening, elsewhere] = [await pool.connect(), await pool.connect()];
  const heard: unknown[] = [];
  listening.on('notification', (notification) => heard.push(notification));
  elsewhere.on('notification', () => heard.push('wrong'));
  await listening.query('-- who wants to know?\n/* we do */ LISTEN news;');
  await elsewhere.query('LISTEN other_news');
  await pool.query("SELECT pg_notify('news', $1)", ['first']);
  await expect.poll(() => heard.length).toBe(1);
  listening.release();
  await pool.query("NOTIFY news, 'second'");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toEqual([{ channel: 'news', payload: 'first' }]);
  elsewhere.release();
});

it('refuses work after its end, in words that BullMQ knows', async () => {
  const other = new EmbeddedPool(database.engine);
  await other.end();
  await expect(other.query('SELECT 1')).rejects.toThrow('Cannot use a pool after calling end on the pool');
});
