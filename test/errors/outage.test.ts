import { createServer } from 'node:net';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { isOutage } from '../../src/errors/outage.ts';

/** A port where nobody listens. */
let closed: number;
/** A port whose connections are cut as soon as they are made. */
let cutting: number;
beforeAll(async () => {
  const [gone, rude] = [createServer(), createServer((socket) => socket.destroy())];
  [closed, cutting] = await Promise.all([gone, rude].map(portOf));
  await new Promise((resolve) => gone.close(resolve));
  return () => rude.close();
});

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const errorOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );

describe('an outage', () => {
  it.each(['closed', 'cutting'] as const)(
    'is what PostgreSQL, Redis, S3 and the web say of a port that is %s',
    async (kind) => {
      const port = kind === 'closed' ? closed : cutting;
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'u', database: 'd' });
      client.on('error', () => undefined);
      const redis = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
      redis.on('error', () => undefined);
      const s3 = new S3Client({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${port}`,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      const errors = await Promise.all([
        errorOf(client.connect()),
        errorOf(redis.connect()),
        errorOf(s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }))),
        errorOf(fetch(`http://127.0.0.1:${port}`)),
      ]);
      expect(errors.map((error) => [String(error), isOutage(error)])).toEqual(
        errors.map((error) => [String(error), true]),
      );
      redis.disconnect();
      s3.destroy();
    },
  );

  it.each(['08006', '57P01', '57P02', '57P03', '53300'])('is the state %s of PostgreSQL', (code) => {
    expect(isOutage(Object.assign(new Error('from the server'), { code }))).toBe(true);
  });

  it('is several of them at once, and what was caused by one', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(isOutage(new AggregateError([refused, refused]))).toBe(true);
    expect(isOutage(new AggregateError([refused, new Error('a fault')]))).toBe(false);
    expect(isOutage(new Error('could not save', { cause: refused }))).toBe(true);
  });

  it.each([
    ['a fault in what was asked', Object.assign(new Error('syntax error'), { code: '42601' })],
    ['a duplicate', Object.assign(new Error('duplicate key'), { code: '23505' })],
    ['a refusal by S3', Object.assign(new Error('no such key'), { $metadata: { httpStatusCode: 404 } })],
    ['an error of ours', new ModelwrightError('DATA_EMPTY', { name: 'a.csv' })],
    ['a sentence that only speaks of one', new Error('the column "socket hang up" is empty')],
    ['no error at all', 'ECONNREFUSED'],
  ])('is not %s', (_, error) => {
    expect(isOutage(error)).toBe(false);
  });
});
