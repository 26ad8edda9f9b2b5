import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Artifacts } from '../../src/artifacts/s3.ts';
import type { Artifacts } from '../../src/thread/ports.ts';
import { describeArtifacts } from '../contracts/artifacts.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

let server: S3Server;
let scratch: string;
let caches = 0;
beforeAll(async () => {
  server = await startS3Server();
  scratch = await mkdtemp(join(tmpdir(), 'mw-s3-'));
});
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true });
});

/** As one more machine. */
async function openMachine({
  prefix = 'some/where/',
  maxBytes = 1e9,
  folder = join(scratch, `cache-${caches++}`),
} = {}) {
  const { endpoint, bucket, credentials } = server;
  const location = { endpoint, bucket, credentials, prefix, region: 'us-east-1' };
  return { folder, artifacts: await openS3Artifacts(location, { folder, maxBytes }) };
}

describeArtifacts(
  'artifacts in object storage',
  async () => (await openMachine({ prefix: 'contract/' })).artifacts,
);

describe('objects as files', () => {
  const dataset = Buffer.from('a,b\n1,2\n');
  const name = `t1/datasets/${createHash('sha256').update(dataset).digest('hex')}`;
  const fetches = () => server.requests.filter((request) => request.startsWith('GET some/where/t1/')).length;

  it('are fetched once by a machine, however many ask and whenever', async () => {
    const [one, other] = [await openMachine(), await openMachine()];
    await one.artifacts.put(name, dataset);
    const before = fetches();
    const paths = await Promise.all(Array.from({ length: 5 }, () => other.artifacts.localPath(name)));
    expect(new Set(paths).size).toBe(1);
    expect(await readFile(paths[0] as string)).toEqual(dataset);
    const restarted = await openMachine({ folder: other.folder });
    expect(await restarted.artifacts.localPath(name)).toBe(paths[0]);
    expect(fetches() - before).toBe(1);
  });

  it('are refused where the bytes are not those of their name', async () => {
    const { artifacts, folder } = await openMachine();
    const damaged = `t1/datasets/${'0'.repeat(64)}`;
    await artifacts.put(damaged, Buffer.from('other bytes'));
    await expect(artifacts.localPath(damaged)).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('are the newest version, while an older one can still be read', async () => {
    const { artifacts } = await openMachine();
    await artifacts.put('t1/changing', Buffer.from('first'));
    const first = await artifacts.localPath('t1/changing');
    await artifacts.put('t1/changing', Buffer.from('second'));
    const second = await artifacts.localPath('t1/changing');
    expect(await readFile(second as string, 'utf8')).toBe('second');
    expect(await readFile(first as string, 'utf8')).toBe('first');
  });

  it('make room for others when they were not asked for lately', async () => {
    const { artifacts, folder } = await openMachine({ maxBytes: 25 });
    for (const part of ['a', 'b', 'c']) await artifacts.put(`t1/${part}`, Buffer.from(part.repeat(10)));
    const old = [await artifacts.localPath('t1/a'), await artifacts.localPath('t1/b')] as [string, string];
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await utimes(old[0], hoursAgo(3), hoursAgo(3));
    await utimes(old[1], hoursAgo(2), hoursAgo(2));
    await artifacts.localPath('t1/c');
    const left = await readdir(folder);
    expect(left.map((file) => join(folder, file))).not.toContain(old[0]);
    expect(left).toHaveLength(2);
  });
});

describe('an upload', () => {
  it('of a large file goes in parts, which come together in order', async () => {
    const { artifacts } = await openMachine();
    const path = join(scratch, 'large');
    const bytes = Buffer.alloc(70 * 2 ** 20);
    for (let i = 0; i < bytes.length; i += 4096) bytes.writeUInt32LE(i, i);
    await writeFile(path, bytes);
    await artifacts.putFile('t1/large', path);
    expect(server.objects.get('some/where/t1/large')?.bytes.equals(bytes)).toBe(true);
    expect(server.requests.filter((request) => request === 'PUT some/where/t1/large')).toHaveLength(3);
  });

  it('is repeated where the server is busy', async () => {
    const { artifacts } = await openMachine();
    server.refuse(2);
    await artifacts.put('t1/patient', Buffer.from('x'));
    expect(server.objects.has('some/where/t1/patient')).toBe(true);
  });
});

describe('a bucket that cannot be used', () => {
  const open = (changes: object): Promise<Artifacts> => {
    const { endpoint, bucket, credentials } = server;
    const location = { endpoint, bucket, credentials, prefix: '', region: 'us-east-1', ...changes };
    return openS3Artifacts(location, { folder: join(scratch, 'none'), maxBytes: 1 });
  };

  it.each([
    ['with other keys', { credentials: { accessKeyId: 'TESTKEY', secretAccessKey: 'another' } }],
    ['that does not exist', { bucket: 'nobody' }],
    ['without a server', { endpoint: 'http://127.0.0.1:1' }],
  ])('%s is named when it is opened', async (_, changes) => {
    await expect(open(changes)).rejects.toMatchObject({ code: 'ARTIFACTS_UNREACHABLE' });
  });
});
