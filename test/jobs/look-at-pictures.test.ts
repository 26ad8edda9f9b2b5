import { describe, expect, it } from 'vitest';
import { createPictureViewer, type LookAtPart } from '../../jobs/look-at-pictures.ts';
import type { ImageColumn, Table } from '../../src/ml/data/table.ts';

const N = 70;
const picture: ImageColumn = {
  ...{ name: 'picture', type: 'image', height: 1, width: 2, channels: 1 },
  valid: Uint8Array.from({ length: N }, (_, row) => (row === 3 ? 0 : 1)),
  values: Uint8Array.from({ length: 2 * N }, (_, i) => i),
};
const table: Table = { nRows: N, columns: [picture] };
const network = (id: string) => ({
  id,
  files: { kind: 'onnx', model: new Uint8Array() } as const,
  settings: { name: 'net', normalisation: 'unit' } as const,
});
const plan = (hash = 'ab') => ({
  dataset: { hash: hash.repeat(32), name: 'x', rows: N, columns: 1 },
  backbone: { id: 'net#sha256=1', column: 'picture' },
});
const never = new AbortController().signal;

/** The sum of each picture's two pixels. */
function sums(): { look: LookAtPart; parts: number[] } {
  const parts: number[] = [];
  return {
    parts,
    look: async (_, { nImages, pixels }) => {
      parts.push(nImages);
      return Float32Array.from({ length: nImages }, (_, i) => pixels[2 * i] + pixels[2 * i + 1]);
    },
  };
}

describe('showing the pictures of a run to a pretrained network', () => {
  it('looks at each once, in parts, and puts what was seen beside the pictures', async () => {
    const { look, parts } = sums();
    const seen = await createPictureViewer(async () => network('net#sha256=1'), look).see(
      table,
      plan(),
      never,
    );
    expect(parts).toEqual([32, 32, 6]);
    const [column] = seen.columns as [ImageColumn];
    expect(column.seen).toMatchObject({ model: 'net#sha256=1', width: 1 });
    const expected = Array.from({ length: N }, (_, i) => (i === 3 ? 0 : 4 * i + 1));
    expect([...(column.seen?.vectors ?? [])]).toEqual(expected);
  });

  it('looks once for several runs on the same pictures, and anew at others', async () => {
    const { look, parts } = sums();
    const viewer = createPictureViewer(async () => network('net#sha256=1'), look);
    await Promise.all([viewer.see(table, plan(), never), viewer.see(table, plan(), never)]);
    expect(parts).toHaveLength(3);
    await viewer.see(table, plan('cd'), never);
    expect(parts).toHaveLength(6);
  });

  it('looks at nothing for a plan without one', async () => {
    const { look, parts } = sums();
    const { dataset } = plan();
    expect(await createPictureViewer(async () => null, look).see(table, { dataset }, never)).toBe(table);
    expect(parts).toEqual([]);
  });

  it('refuses where the network is another one, or gone', async () => {
    const { look } = sums();
    for (const found of [null, network('net#sha256=2')]) {
      await expect(
        createPictureViewer(async () => found, look).see(table, plan(), never),
      ).rejects.toMatchObject({
        code: 'BACKBONE_MISSING',
        person: expect.stringContaining('its SHA-256 is 1'),
      });
    }
  });
});
