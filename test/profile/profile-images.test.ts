import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { type CategoricalColumn, type ImageColumn, shared, type Table } from '../../src/ml/data/table.ts';
import { Random } from '../../src/ml/random.ts';
import { profileTable } from '../../src/profile/profile-table.ts';
import { profileTarget } from '../../src/profile/profile-target.ts';

const SHAPE = { height: 4, width: 6, channels: 3 } as const;
const SIZE = 72;

/** Pictures of noise with these labels, sorted by their files' names; `looks[row]` names the picture of a row. */
function picturesOf(labels: readonly string[], looks: (row: number) => number = (row) => row): Table {
  const n = labels.length;
  const values = shared.uint8(n * SIZE);
  for (let row = 0; row < n; row++) {
    const random = new Random(looks(row));
    for (let k = 0; k < SIZE; k++) values[row * SIZE + k] = random.integer(256);
  }
  const picture: ImageColumn = {
    name: 'picture',
    type: 'image',
    valid: new Uint8Array(n).fill(1),
    ...SHAPE,
    values,
  };
  const named = (name: string, type: 'id' | 'categorical', texts: readonly string[]): CategoricalColumn => {
    const categories = [...new Set(texts)].sort();
    const codes = Int32Array.from(texts, (text) => categories.indexOf(text));
    return { name, type, valid: new Uint8Array(n).fill(1), codes, categories };
  };
  const files = labels.map((label, row) => `${label}/${String(row).padStart(4, '0')}.png`);
  return { nRows: n, columns: [named('file', 'id', files), picture, named('label', 'categorical', labels)] };
}

const twoClasses = (n: number) => Array.from({ length: n }, (_, row) => (row < n / 2 ? 'cat' : 'dog'));

describe('a profile of pictures', () => {
  it('keeps what the files told, bounded', () => {
    const files = Array.from({ length: 30 }, (_, i) => ({ file: `cat/${i}.png`, reason: 'it is cut off' }));
    const sizes = Array.from({ length: 9 }, (_, i) => ({ width: 10 + i, height: 10, count: 9 - i }));
    const seen = { sizes, formats: [{ name: 'PNG', count: 60 }], unreadable: files };
    const { images, warnings } = profileTable(picturesOf(twoClasses(60)), {}, seen);
    expect(images).toMatchObject({ source: 'files', column: 'picture', fileColumn: 'file', ...SHAPE });
    expect(images).toMatchObject({ nUnreadable: 30, nSizes: 9, copies: 0 });
    expect(images?.unreadable).toHaveLength(12);
    expect(images?.sizes).toHaveLength(6);
    expect(warnings.join(' ')).not.toMatch(/copies/);
  });

  it('shows six pictures of each class as they are', () => {
    const table = picturesOf(twoClasses(60));
    const { samples } = profileTable(table).images as NonNullable<ReturnType<typeof profileTable>['images']>;
    expect(samples.pictures.map(({ label }) => label)).toEqual([
      ...Array(6).fill('cat'),
      ...Array(6).fill('dog'),
    ]);
    const pixels = (table.columns[1] as ImageColumn).values;
    expect(Buffer.from(samples.pictures[0]?.pixels ?? '', 'base64').equals(pixels.subarray(0, SIZE))).toBe(
      true,
    );
    expect(
      Buffer.from(samples.pictures[11]?.pixels ?? '', 'base64').equals(pixels.subarray(55 * SIZE, 56 * SIZE)),
    ).toBe(true);
  });

  it('counts exact copies, within classes and across them', () => {
    // Rows 0 and 1 look alike in one class; rows 2 and 58 do in different ones.
    const table = picturesOf(twoClasses(60), (row) => (row === 1 ? 0 : row === 58 ? 2 : row));
    const profile = profileTable(table);
    expect(profile.images?.copies).toBe(2);
    expect(profile.warnings[0]).toBe(
      '2 pictures are exact copies of others (3.3%); copies always stay on one side of a split.',
    );
    const target = profileTarget(table, profile, 'label');
    expect(target.conflictingRows).toBe(2);
    expect(target.warnings).toEqual([
      '2 pictures (3.3%) look exactly like a picture with another label; no model can be right on all of them.',
    ]);
  });

  it('does not suspect that pictures lie in the folders of their classes', () => {
    const table = picturesOf(twoClasses(60));
    const profile = profileTable(table);
    const target = profileTarget(table, profile, 'label');
    expect(profile.targetCandidates[0]?.column).toBe('label');
    expect(target.suspects).toEqual([]);
    expect(target.useless.map(({ column }) => column)).toEqual(['file']);
    expect(target.split).toEqual({ kind: 'stratified' });
  });

  it('says which columns are pixels, and shows them', async () => {
    const { table } = await readDataset('examples/data/digits_8x8.csv', { name: 'digits' });
    const { images, warnings } = profileTable(table);
    expect(images).toMatchObject({ source: 'columns', column: null, height: 8, width: 8, channels: 1 });
    expect(images?.pixelColumns).toHaveLength(64);
    expect(new Set(images?.samples.pictures.map(({ label }) => label)).size).toBe(10);
    expect(warnings[0]).toBe('The columns pixel_0_0 to pixel_7_7 are the pixels of a picture of 8 × 8.');
  });
});
