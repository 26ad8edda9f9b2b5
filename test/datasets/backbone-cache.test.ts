import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import { fetchBackbone } from '../../src/datasets/backbone-cache.ts';
import { parseBackboneSource } from '../../src/datasets/backbone-source.ts';
import { makeFolder } from './files.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of these files; counts what it was asked for. */
async function serve(files: Record<string, string | Uint8Array>): Promise<{ host: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const body = files[(request.url ?? '').replace(/[?].*/, '')];
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const weight = (shape: number[]) => ({ name: 'w', shape, dtype: 'float32' });
const modelJson = (paths: string[], shape: number[]) =>
  JSON.stringify({
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential' },
    weightsManifest: [{ paths, weights: [weight(shape)] }],
  });
/** 12 bytes of weights in two shards. */
const NETWORK = {
  'model.json': modelJson(['shards/1.bin', 'shards/2.bin'], [3]),
  'shards/1.bin': Uint8Array.of(1, 2, 3, 4, 5),
  'shards/2.bin': Uint8Array.of(6, 7, 8, 9, 10, 11, 12),
};
const WEIGHTS = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

async function folderWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await makeFolder();
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), body);
  }
  return folder;
}

async function setUp() {
  const home = await makeFolder();
  const scratch = await makeFolder();
  const artifacts = await openFolderArtifacts(home);
  const get = (text: string, limits = {}) =>
    fetchBackbone(parseBackboneSource(text), artifacts, scratch, limits);
  return { home, scratch, artifacts, get };
}

const underUrl = (files: Record<string, string | Uint8Array>, prefix: string) =>
  Object.fromEntries(Object.entries(files).map(([name, body]) => [`${prefix}/${name}`, body]));

describe('fetchBackbone', () => {
  it('reads a folder, and keeps it by the hash of its content', async () => {
    const { get, artifacts } = await setUp();
    const { files, sha256 } = await get(await folderWith(NETWORK));
    expect(files).toEqual({ kind: 'tensorflow', modelJson: NETWORK['model.json'], weights: WEIGHTS });
    expect(await artifacts.list('backbones/')).toEqual([
      `backbones/${sha256}/model.json`,
      `backbones/${sha256}/weights.bin`,
    ]);
  });

  it('reads an ONNX file by its name or that of its folder; its hash is that of the file', async () => {
    const { get } = await setUp();
    const folder = await folderWith({ 'net.onnx': Uint8Array.of(1, 2, 3) });
    const byFile = await get(join(folder, 'net.onnx'));
    expect(byFile.files).toMatchObject({ kind: 'onnx' });
    expect(byFile.sha256).toBe('039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81');
    expect((await get(folder)).sha256).toBe(byFile.sha256);
  });

  it('fetches a link once, its query also for the shards, and leaves nothing in between', async () => {
    const { get, scratch } = await setUp();
    const { host, asked } = await serve(underUrl(NETWORK, '/net'));
    const limits = { trustedHosts: [host] };
    const first = await get(`http://${host}/net/model.json?key=1`, limits);
    expect(first.files).toMatchObject({ weights: WEIGHTS });
    expect(asked).toEqual(['/net/model.json?key=1', '/net/shards/1.bin?key=1', '/net/shards/2.bin?key=1']);
    const again = await get(`http://${host}/net/model.json?key=1#normalisation=unit`, limits);
    expect(again).toEqual(first);
    expect(asked.length).toBe(3);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('takes the content that is asked for from the cache, wherever it once came from', async () => {
    const { get } = await setUp();
    const { sha256 } = await get(await folderWith(NETWORK));
    const { files } = await get(`https://nowhere.invalid/model.json#sha256=${sha256}`);
    expect(files).toMatchObject({ weights: WEIGHTS });
  });

  it('fetches again what was damaged in the cache', async () => {
    const { get, home } = await setUp();
    const { host, asked } = await serve(underUrl(NETWORK, ''));
    const limits = { trustedHosts: [host] };
    const { sha256 } = await get(`http://${host}/model.json`, limits);
    const kept = join(home, 'backbones', sha256, 'weights.bin');
    await writeFile(kept, Uint8Array.of(0));
    expect((await get(`http://${host}/model.json`, limits)).files).toMatchObject({ weights: WEIGHTS });
    expect(asked.length).toBe(6);
    expect(new Uint8Array(await readFile(kept))).toEqual(WEIGHTS);
    await rm(kept);
    await get(`http://${host}/model.json`, limits);
    expect(asked.length).toBe(9);
  });

  it('refuses content other than what is asked for, and keeps none of it', async () => {
    const { get, artifacts } = await setUp();
    const folder = await folderWith(NETWORK);
    await expect(get(`${folder}#sha256=${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'BACKBONE_CHANGED',
    });
    expect(await artifacts.list('backbones/')).toEqual([]);
  });

  it('does not open private addresses', async () => {
    const { get } = await setUp();
    await expect(get('https://10.0.0.1/model.json')).rejects.toMatchObject({ code: 'URL_PRIVATE' });
    await expect(get('https://localhost/net.onnx')).rejects.toMatchObject({ code: 'URL_PRIVATE' });
    await expect(get('ftp://host/model.json')).rejects.toMatchObject({ code: 'URL_INVALID' });
  });

  it.each([
    ['a name out of the folder', { 'model.json': modelJson(['../secret.bin'], [1]) }],
    ['an absolute name', { 'model.json': modelJson(['/etc/passwd'], [1]) }],
    ['a link', { 'model.json': modelJson(['https://host/w.bin'], [1]) }],
    ['a missing shard', { 'model.json': modelJson(['w.bin'], [1]) }],
    ['too few bytes', { 'model.json': modelJson(['w.bin'], [2]), 'w.bin': Uint8Array.of(1, 2, 3, 4) }],
    ['no JSON', { 'model.json': 'hello' }],
    ['JSON of something else', { 'model.json': '{"a": 1}' }],
    ['nothing', { 'readme.txt': 'hello' }],
  ] as [string, Record<string, string | Uint8Array>][])('refuses a folder with %s', async (_, files) => {
    const { get } = await setUp();
    await expect(get(await folderWith(files))).rejects.toMatchObject({ code: 'BACKBONE_UNREADABLE' });
  });

  it('believes no model.json that promises more than the bound, nor a shard that is longer than promised', async () => {
    const { get } = await setUp();
    const huge = await folderWith({ 'model.json': modelJson(['w.bin'], [1e9]), 'w.bin': Uint8Array.of(1) });
    await expect(get(huge)).rejects.toMatchObject({ code: 'BACKBONE_TOO_LARGE' });
    const long = await folderWith({ 'model.json': modelJson(['w.bin'], [1]), 'w.bin': new Uint8Array(100) });
    await expect(get(long)).rejects.toMatchObject({ code: 'BACKBONE_TOO_LARGE' });
    const onnx = await folderWith({ 'net.onnx': new Uint8Array(100) });
    await expect(get(onnx, { maxBytes: 50 })).rejects.toMatchObject({ code: 'BACKBONE_TOO_LARGE' });
    const { host } = await serve({ '/net.onnx': new Uint8Array(100) });
    await expect(
      get(`http://${host}/net.onnx`, { maxBytes: 50, trustedHosts: [host] }),
    ).rejects.toMatchObject({
      code: 'BACKBONE_TOO_LARGE',
    });
  });
});

describe('parseBackboneSource', () => {
  it('reads what stands behind the #', () => {
    const sha256 = 'ab'.repeat(32);
    expect(
      parseBackboneSource(
        `https://host/nets/model.json#normalisation=imagenet&output=pool&side=96&sha256=${sha256}`,
      ),
    ).toEqual({
      location: 'https://host/nets/model.json',
      sha256,
      settings: { name: 'model.json', normalisation: 'imagenet', output: 'pool', side: 96 },
    });
    expect(parseBackboneSource('nets/mobile')).toEqual({
      location: 'nets/mobile',
      sha256: null,
      settings: { name: 'mobile', normalisation: 'signed' },
    });
  });

  it.each(['net#normalization=unit', 'net#normalisation=odd', 'net#side=0', 'net#sha256=12', '#side=64'])(
    'refuses %s',
    (text) => {
      expect(() => parseBackboneSource(text)).toThrow(/BACKBONE_UNREADABLE/);
    },
  );
});
