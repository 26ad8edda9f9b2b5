/** What every place for artifacts promises. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artifacts } from '../../src/thread/ports.ts';

export function describeArtifacts(name: string, open: () => Promise<Artifacts>): void {
  describe(name, () => {
    let artifacts: Artifacts;
    let scratch: string;
    beforeAll(async () => {
      artifacts = await open();
      scratch = await mkdtemp(join(tmpdir(), 'mw-artifacts-'));
    });
    afterAll(() => rm(scratch, { recursive: true }));

    it('gives back the bytes that were put, under any legal name', async () => {
      const part = fc.stringMatching(/^[a-z0-9_-][a-z0-9._-]{0,20}$/);
      const names = fc
        .array(part, { minLength: 1, maxLength: 4 })
        .map((parts) => `any/${parts.join('/')}/x.bin`);
      await fc.assert(
        fc.asyncProperty(names, fc.uint8Array({ maxLength: 5000 }), async (artifact, bytes) => {
          await artifacts.put(artifact, bytes);
          expect(Buffer.from((await artifacts.get(artifact)) ?? [])).toEqual(Buffer.from(bytes));
        }),
        { numRuns: 40 },
      );
    });

    it('has null for what was never put, also where the name is part of another', async () => {
      await artifacts.put('t1/datasets/abc', Buffer.from('a'));
      for (const absent of ['t1/datasets/abd', 't1/datasets', 't1/datasets/abc/more', 't2/datasets/abc']) {
        expect(await artifacts.get(absent)).toBeNull();
        expect(await artifacts.localPath(absent)).toBeNull();
      }
    });

    it('replaces what had the name', async () => {
      await artifacts.put('t1/replaced', Buffer.from('a longer first version'));
      await artifacts.put('t1/replaced', Buffer.from('second'));
      expect(String(Buffer.from((await artifacts.get('t1/replaced')) ?? []))).toBe('second');
    });

    it('never shows a half-written artifact to a reader', async () => {
      const versions = [0, 1].map((fill) => Buffer.alloc(3_000_000, fill));
      await artifacts.put('t1/big', versions[0]);
      let writing = true;
      const writer = (async () => {
        for (let i = 0; i < 10; i++) await artifacts.put('t1/big', versions[i % 2]);
        writing = false;
      })();
      while (writing) {
        const bytes = Buffer.from((await artifacts.get('t1/big')) ?? []);
        expect(versions.some((version) => version.equals(bytes))).toBe(true);
      }
      await writer;
    });

    it('takes a local file in and hands one out, leaving the first where it was', async () => {
      const source = join(scratch, 'table.csv');
      await writeFile(source, 'a,b\n1,2\n');
      await artifacts.putFile('t1/table', source);
      const path = await artifacts.localPath('t1/table');
      expect(await readFile(path ?? '', 'utf8')).toBe('a,b\n1,2\n');
      await writeFile(source, 'changed later');
      expect(await readFile(path ?? '', 'utf8')).toBe('a,b\n1,2\n');
    });

    it('lists names by prefix, sorted, and nothing else', async () => {
      for (const artifact of [
        't3/models/b/w.bin',
        't3/models/a.json',
        't3/models/b/card.json',
        't33/models/x',
      ]) {
        await artifacts.put(artifact, Buffer.from('x'));
      }
      expect(await artifacts.list('t3/')).toEqual([
        't3/models/a.json',
        't3/models/b/card.json',
        't3/models/b/w.bin',
      ]);
      expect(await artifacts.list('t3/models/b')).toEqual(['t3/models/b/card.json', 't3/models/b/w.bin']);
      expect(await artifacts.list('t4/')).toEqual([]);
      expect((await artifacts.list('')).filter((artifact) => artifact.includes('draft'))).toEqual([]);
    });

    it('forgets what was removed, and does not mind removing it twice', async () => {
      await artifacts.put('t1/gone', Buffer.from('x'));
      await artifacts.remove('t1/gone');
      await artifacts.remove('t1/gone');
      expect(await artifacts.get('t1/gone')).toBeNull();
    });

    it.each([
      '',
      '/etc/passwd',
      '../outside',
      't1/../../outside',
      't1/./x',
      't1//x',
      't1/x/',
      '.hidden',
      't1/.hidden',
      'T1/x',
      't1/ünï',
      't1\\x',
      't1/a b',
      't1/x\0',
      'x'.repeat(1001),
    ])('refuses the name %j everywhere', async (bad) => {
      await expect(artifacts.put(bad, Buffer.from('x'))).rejects.toThrow(/cannot be the name/);
      await expect(artifacts.putFile(bad, scratch)).rejects.toThrow(/cannot be the name/);
      await expect(artifacts.get(bad)).rejects.toThrow(/cannot be the name/);
      await expect(artifacts.localPath(bad)).rejects.toThrow(/cannot be the name/);
      await expect(artifacts.remove(bad)).rejects.toThrow(/cannot be the name/);
    });

    it('refuses to list outside of itself', async () => {
      await expect(artifacts.list('../')).rejects.toThrow(/cannot be the name/);
    });
  });
}
