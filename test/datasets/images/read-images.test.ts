/** Zips and folders of pictures to tables, and everything that can be wrong with them. */
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { packFolder } from '../../../src/datasets/images/pack-folder.ts';
import { type Dataset, type ReadOptions, readDataset } from '../../../src/datasets/read-dataset.ts';
import { ModelwrightError } from '../../../src/errors/errors.ts';
import { cellText, findColumn, findImages, type ImageColumn } from '../../../src/ml/data/table.ts';
import { drawShape, type NamedBytes, shapeFiles, writeZip } from '../../support/pictures.ts';

let folder: string;
let shapes: NamedBytes[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-images-'));
  shapes = await shapeFiles(10);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let zips = 0;
async function read(files: readonly NamedBytes[], options: Partial<ReadOptions> = {}): Promise<Dataset> {
  const path = join(folder, `${zips++}.zip`);
  await writeZip(path, files);
  return readDataset(path, { name: 'pictures.zip', ...options });
}

async function refusal(work: Promise<unknown>): Promise<ModelwrightError> {
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(ModelwrightError);
  return error as ModelwrightError;
}

const text = (name: string, content: string): NamedBytes => ({ path: name, bytes: Buffer.from(content) });
const texts = ({ table }: Dataset, name: string) => {
  const column = findColumn(table, name);
  return column && Array.from(column.valid, (_, row) => cellText(column, row));
};
const moved = (files: readonly NamedBytes[], to: (path: string, i: number) => string) =>
  files.map(({ path, bytes }, i) => ({ path: to(path, i), bytes }));

describe('a zip with a folder per class', () => {
  it('becomes names, pictures and labels', async () => {
    const data = await read(shapes);
    expect(data.format).toBe('zip');
    expect(data.table.columns.map(({ name, type }) => [name, type])).toEqual([
      ['file', 'id'],
      ['picture', 'image'],
      ['label', 'categorical'],
    ]);
    expect(data.table.nRows).toBe(30);
    expect(texts(data, 'file')?.[0]).toBe('shapes/circle/000.png');
    expect(texts(data, 'label')?.slice(9, 11)).toEqual(['circle', 'square']);
    expect(findImages(data.table)).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect(data.images?.formats).toEqual([
      { name: 'PNG', count: 15 },
      { name: 'JPEG', count: 15 },
    ]);
    expect(findImages(data.table)?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('gives the same table again, in whatever order the files were packed', async () => {
    const [one, other] = await Promise.all([read(shapes), read([...shapes].reverse())]);
    expect(other.table).toEqual(one.table);
    expect(other.hash).not.toBe(one.hash);
  });

  it('is grey where every picture is', async () => {
    const data = await read(await shapeFiles(8, { grey: true, size: [20, 20] }));
    expect(findImages(data.table)).toMatchObject({ height: 20, width: 20, channels: 1 });
    expect(data.notes.join(' ')).toContain('20 × 20 pixels in grey');
  });

  it('brings mixed sizes to the middle one, and large ones to 64 pixels', async () => {
    const small = await shapeFiles(6, { size: [24, 24] });
    const wide = moved(await shapeFiles(3, { size: [90, 60] }), (path) => path.replace('/0', '/wide0'));
    const mixed = await read([...small, ...wide]);
    expect(findImages(mixed.table)).toMatchObject({ height: 24, width: 24 });
    expect(mixed.notes.join(' ')).toContain('they came in 2 sizes, most often 24 × 24');
    const large = await read(await shapeFiles(8, { size: [300, 150] }));
    expect(findImages(large.table)).toMatchObject({ height: 32, width: 64 });
  });

  it('leaves out what cannot be read, by name, and keeps the rest', async () => {
    const [first, second] = shapes as [NamedBytes, NamedBytes];
    const data = await read([
      ...shapes,
      { path: 'shapes/circle/cut.png', bytes: first.bytes.subarray(0, first.bytes.length - 60) },
      { path: 'shapes/circle/cut.jpg', bytes: second.bytes.subarray(0, second.bytes.length >> 1) },
      text('shapes/square/word.jpg', 'a document'),
      text('shapes/square/empty.png', ''),
      text('shapes/readme.txt', 'hello'),
      text('shapes/more.zip', 'PK'),
      text('__MACOSX/shapes/circle/._000.png', 'x'),
      text('shapes/.DS_Store', 'x'),
      text('shapes/Thumbs.db', 'x'),
    ]);
    expect(data.table.nRows).toBe(30);
    expect(data.images?.unreadable.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      'shapes/circle/cut.jpg: it is cut off',
      'shapes/circle/cut.png: it is cut off',
      'shapes/square/empty.png: it is no JPEG or PNG picture, whatever its name says',
      'shapes/square/word.jpg: it is no JPEG or PNG picture, whatever its name says',
    ]);
    expect(data.notes).toContain(
      '2 files that are no JPEG or PNG pictures are left out: shapes/more.zip, shapes/readme.txt. Archives inside a zip are not opened.',
    );
    expect(data.notes.join(' ')).not.toMatch(/MACOSX|DS_Store|Thumbs/);
  });

  it('that is divided into train and test is read as one', async () => {
    const data = await read(
      moved(shapes, (path, i) => path.replace('shapes/', i % 3 === 0 ? 'all/test/' : 'all/train/')),
    );
    expect([...new Set(texts(data, 'label'))].sort()).toEqual(['circle', 'square', 'triangle']);
    expect(data.notes.join(' ')).toContain('test and train are read together');
  });

  it('takes the uppermost folder for the class, and has no label for pictures outside', async () => {
    const data = await read(
      moved(shapes, (path, i) => (i === 0 ? 'shapes/lost.png' : path.replace(/\/(\d)/, `/part${i % 2}/$1`))),
    );
    expect([...new Set(texts(data, 'label'))].sort()).toEqual(['circle', 'square', 'triangle', null].sort());
    expect(data.notes.join(' ')).toContain('1 picture lies in no folder of a class and has no label');
  });
});

describe('a zip with a table of labels', () => {
  const flat = () => moved(shapes, (path) => path.replace('shapes/', '').replace('/', '_'));
  const rows = (files: readonly NamedBytes[], name: (path: string) => string) =>
    files.map(({ path }, i) => `${name(path)},${path.split('_')[0]},${i}`).join('\n');

  it.each([
    ['whole names', (path: string) => path],
    ['names without an ending', (path: string) => path.replace(/\..*/, '')],
    ['paths from elsewhere', (path: string) => `./${path}`],
  ])('takes labels and other columns from it by %s', async (_, name) => {
    const files = flat();
    const table = text('labels.csv', `image,shape,weight\n${rows(files, name)}\n`);
    const data = await read([...files, table]);
    expect(data.table.columns.map((column) => column.name)).toEqual(['file', 'picture', 'shape', 'weight']);
    expect(texts(data, 'shape')?.[29]).toBe('triangle');
    expect(texts(data, 'weight')?.[29]).toBe('29');
    expect(data.notes[0]).toBe('labels.csv says what the pictures show; its column image names their files.');
  });

  it('finds files relative to the table, and tells what does not fit together', async () => {
    const files = moved(flat(), (path) => `data/pictures/${path}`);
    const lines = files
      .slice(2)
      .map(({ path }) => `pictures/${path.split('/')[2]},${path.includes('circle')}`);
    const content = `file,round\npictures/none.png,true\n${lines.join('\n')}\n${lines[0]}\n`;
    const data = await read([...files, text('data/list.csv', content)]);
    expect(data.table.nRows).toBe(28);
    expect(data.table.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'file id',
      'picture image',
      'round boolean',
    ]);
    expect(data.notes).toEqual(
      expect.arrayContaining([
        'list.csv names 1 picture that I do not find: pictures/none.png.',
        '2 pictures are not named in list.csv and left out.',
        'list.csv names 1 picture more than once; the first line counts.',
      ]),
    );
  });

  it('goes by the folders where the table names other things', async () => {
    const data = await read([
      ...shapes,
      text('shapes/classes.csv', 'class,meaning\ncircle,round\nsquare,four\n'),
    ]);
    expect(data.table.columns.map((column) => column.name)).toEqual(['file', 'picture', 'label']);
    expect(data.notes.join(' ')).toContain('shapes/classes.csv');
  });
});

describe('a zip that cannot be learned from', () => {
  it('says what is missing', async () => {
    const empty = await refusal(read([]));
    expect(empty.person).toMatch(/no JPEG or PNG picture in pictures\.zip, it is empty/);
    const words = await refusal(read([text('a.txt', 'a'), text('b/c.csv', 'x,y\n1,2')]));
    expect(words.person).toMatch(/pictures\.zip, only a\.txt, b\/c\.csv/);
    const sheet = await refusal(read([text('[Content_Types].xml', '<x/>'), text('xl/workbook.xml', '<x/>')]));
    expect(sheet.person).toMatch(/is an Excel workbook, which I cannot read/);
    const one = await refusal(read(moved(shapes, (_, i) => `all/${i}.png`)));
    expect(one.code).toBe('IMAGES_NO_CLASSES');
    const few = await refusal(
      read([...shapes.slice(0, 5), ...shapes.slice(20, 25), text('shapes/circle/x.png', 'x')]),
    );
    expect(few.person).toMatch(
      /only 10 pictures that I can read \(shapes\/circle\/x\.png is left out: it is no/,
    );
  });

  it('may still be predicted: one picture is enough, and no class is needed', async () => {
    const { bytes } = shapes[0] as NamedBytes;
    const shape = { height: 12, width: 16, channels: 1 } as const;
    const data = await read([{ path: 'new.png', bytes }], { minRows: 1, minColumns: 1, imageShape: shape });
    expect(data.table.columns.map((column) => column.name)).toEqual(['file', 'picture']);
    expect(findImages(data.table) as ImageColumn).toMatchObject(shape);
    expect(data.notes.join(' ')).toContain('as the model was trained');
  });
});

describe('a hostile zip', () => {
  const packed = async (files: readonly NamedBytes[]): Promise<Buffer> => {
    const path = join(folder, `${zips++}.zip`);
    await writeZip(path, files);
    return readFile(path);
  };
  const readBytes = async (bytes: Uint8Array, maxBytes?: number) => {
    const path = join(folder, `${zips++}.zip`);
    await writeFile(path, bytes);
    return readDataset(path, { name: 'evil.zip', ...(maxBytes !== undefined && { maxBytes }) });
  };
  const renamed = (bytes: Buffer, from: string, to: string) =>
    Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

  it.each(['../../x', '/roots/', 'C:/abcd'])('cannot lead out of itself by %s', async (start) => {
    const files = moved(shapes, (path, i) => (i === 3 ? `inside/${path}` : path));
    const bytes = renamed(await packed(files), 'inside/', start);
    const error = await refusal(readBytes(bytes));
    expect(error.code).toBe('ZIP_UNSAFE');
    expect(error.person).toContain(start.slice(0, 4));
  });

  it('that unpacks to far more than pictures would is not unpacked', async () => {
    const bomb = new Uint8Array(60 * 1_048_576);
    const bytes = await packed([...shapes, { path: 'shapes/circle/bomb.png', bytes: bomb }]);
    const error = await refusal(readBytes(bytes));
    expect(error).toMatchObject({ code: 'ZIP_INFLATES' });
    expect(error.person).toMatch(/unpacks to 60 MB, far more/);
  });

  it('that unpacks to more than four times what a file may have is not unpacked', async () => {
    const bytes = await packed([
      ...shapes,
      { path: 'shapes/circle/big.png', bytes: new Uint8Array(2 ** 20) },
    ]);
    expect((await refusal(readBytes(bytes, bytes.length))).code).toBe('ZIP_INFLATES');
    expect((await refusal(readBytes(bytes, bytes.length - 1))).code).toBe('DATA_TOO_LARGE');
  });

  it('that lies about a size loses that file alone', async () => {
    const bytes = await packed([...shapes, { path: 'shapes/circle/lie.png', bytes: new Uint8Array(5000) }]);
    // The size in the central directory, 24 bytes into the entry, becomes 100.
    const name = bytes.lastIndexOf('shapes/circle/lie.png');
    bytes.writeUInt32LE(100, name - 46 + 24);
    const data = await readBytes(bytes);
    expect(data.table.nRows).toBe(30);
    expect(data.images?.unreadable).toEqual([
      { file: 'shapes/circle/lie.png', reason: 'it cannot be unpacked' },
    ]);
  });

  it('with a damaged picture inside loses that picture alone', async () => {
    const bytes = await packed(shapes);
    const at = bytes.indexOf('shapes/square/001.jpg') + 200; // in the packed data
    for (let i = 0; i < 40; i++) bytes[at + i] = 0x5a;
    const data = await readBytes(bytes);
    expect(data.images?.unreadable.map(({ file }) => file)).toEqual(['shapes/square/001.jpg']);
  });

  it('that is cut off, protected or no zip at all is refused in words', async () => {
    const bytes = await packed(shapes);
    expect((await refusal(readBytes(bytes.subarray(0, bytes.length >> 1)))).code).toBe('ZIP_DAMAGED');
    const locked = Buffer.from(bytes);
    const entry = locked.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    locked.writeUInt16LE(locked.readUInt16LE(entry + 8) | 1, entry + 8);
    expect((await refusal(readBytes(locked))).person).toMatch(/protected by a password/);
  });

  it('does not follow links', async () => {
    const zip = new ZipFile();
    for (const { path, bytes } of shapes) zip.addBuffer(Buffer.from(bytes), path);
    zip.addBuffer(Buffer.from('/etc/passwd'), 'shapes/circle/link.png', { mode: 0o120777 });
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
    const data = await readBytes(Buffer.concat(chunks));
    expect(data.table.nRows).toBe(30);
    expect(data.images?.unreadable).toEqual([]);
  });
});

describe('a folder', () => {
  it('is packed to the same bytes whenever its files were written', async () => {
    const root = join(folder, 'tree');
    for (const { path, bytes } of [...shapes, text('shapes/.hidden/x.png', 'x')]) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    const [one, other] = [join(folder, 'one.zip'), join(folder, 'other.zip')];
    await packFolder(root, one, 'tree');
    await utimes(join(root, shapes[0]?.path as string), new Date(0), new Date(0));
    await packFolder(`${root}/`, other, 'tree');
    expect((await readFile(other)).equals(await readFile(one))).toBe(true);
    const { table } = await readDataset(one, { name: 'tree' });
    expect(table).toEqual((await read(shapes)).table);
  });

  it('of which a picture goes away while it is packed is an error, not a hang', async () => {
    await expect(packFolder(join(folder, 'nowhere'), join(folder, 'x.zip'), 'nowhere')).rejects.toThrow(
      /ENOENT/,
    );
  });
});

it('draws the same shape for the same seed', async () => {
  const [one, other] = await Promise.all([drawShape('circle', 5), drawShape('circle', 5)]);
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
});
