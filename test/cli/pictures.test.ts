/** Pictures on the command line: profiled, trained on, predicted from a zip and from a folder, made again. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawShape, type NamedBytes, SHAPES, shapeFiles, writeZip } from '../support/pictures.ts';
import { modelwright } from '../support/processes.ts';

let folder: string;
const inFolder = (name: string) => join(folder, name);
const lines = (text: string) => text.trimEnd().split('\n');

async function succeed(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await modelwright(folder, words);
  if (code !== 0) throw new Error(`modelwright ${words.join(' ')}: ${stderr}`);
  return stdout;
}

async function unpack(files: readonly NamedBytes[], root: string): Promise<void> {
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

describe('a folder of pictures', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelwright-pictures-'));
    await unpack(await shapeFiles(20, { size: [16, 16] }), inFolder('drawings'));
    const words = ['train', 'drawings', '--target', 'label', '--budget', '30s', '--seed', '3', '--json'];
    await writeFile(inFolder('result.json'), await succeed(words));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is profiled in words and as data', async () => {
    const text = await succeed(['profile', 'drawings', '--target', 'label']);
    expect(lines(text)[0]).toBe('drawings: 60 pictures of 16 × 16 pixels, 0 exact copies');
    expect(text).toContain('circle: 20');
    const { profile } = JSON.parse(await succeed(['profile', 'drawings', '--json']));
    expect(profile.images).toMatchObject({ height: 16, width: 16, channels: 3, copies: 0 });
    expect(profile.images).not.toHaveProperty('samples');
  });

  it('becomes a model that knows the size of its pictures', async () => {
    const result = JSON.parse(await readFile(inFolder('result.json'), 'utf8'));
    expect(result.holdout.accuracy.value).toBeGreaterThan(result.baseline.accuracy.value);
    const manifest = JSON.parse(await readFile(join(result.modelDir, 'model.json'), 'utf8'));
    const image = { height: 16, width: 16, channels: 3 };
    expect(manifest.columns).toEqual([{ name: 'picture', type: 'image', image }]);
  });

  it('and a zip of new pictures of any size, without classes, are predicted by name', async () => {
    const fresh = await Promise.all(
      SHAPES.map(async (shape, i) => ({
        path: `${shape}.png`,
        bytes: await drawShape(shape, 900 + i, { size: [40, 40] }),
      })),
    );
    await writeZip(inFolder('new.zip'), [...fresh, { path: 'broken.png', bytes: Buffer.from('x') }]);
    await unpack(fresh, inFolder('new'));
    const said = await succeed(['predict', 'out/drawings-label', 'new.zip', '--out', 'zip.csv']);
    expect(said).toContain(
      'brought to 16 × 16 pixels in colour, in its own proportions, as the model was trained',
    );
    expect(said).toContain('1 picture cannot be read and is left out: broken.png');
    expect(said).toContain('3 predictions of label written to zip.csv');
    await succeed(['predict', 'out/drawings-label', 'new', '--out', 'folder.csv']);
    const predictions = lines(await readFile(inFolder('zip.csv'), 'utf8'));
    expect(predictions[0]).toBe('file,prediction,p_circle,p_square,p_triangle');
    expect(predictions.slice(1).map((line) => line.split(',')[0])).toEqual([
      'circle.png',
      'square.png',
      'triangle.png',
    ]);
    expect(lines(await readFile(inFolder('folder.csv'), 'utf8'))).toEqual(predictions);
  });

  it('is known again by its plan, and told from a folder with one other picture', async () => {
    const plan = ['train', '--plan', 'out/drawings-label/plan.json', '--json'];
    const again = JSON.parse(await succeed(plan));
    const first = JSON.parse(await readFile(inFolder('result.json'), 'utf8'));
    expect(again.baseline).toEqual(first.baseline); // on the same held-out pictures
    await writeFile(
      inFolder('drawings/shapes/circle/000.png'),
      await drawShape('circle', 5, { size: [16, 16] }),
    );
    const { code, stderr } = await modelwright(folder, plan);
    expect(code).toBe(1);
    expect(stderr).toContain('drawings does not hold the same bytes');
  });

  it('without the pictures that a model needs is refused in a sentence', async () => {
    await writeFile(inFolder('table.csv'), 'a,b\n1,2\n');
    const { code, stderr } = await modelwright(folder, [
      'predict',
      'out/drawings-label',
      'table.csv',
      '--out',
      'x.csv',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('The data lacks picture, which the model was trained with');
  });
});
