/** `npm run gallery`: real runs on the data under `examples`, and docs/gallery.md with the pictures that they made. The data
 *  may be shipped, the runs are those of the command line, and nothing is drawn for the page alone.
 *
 *  The old page stays until all runs have succeeded. With `-- --runs FOLDER` the runs are kept there, and those that lie
 *  there already are only drawn again. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderScene } from '../src/report/charts/render.ts';
import { summarise } from '../src/report/summary.ts';
import { galleryPage, runPart, type ShownPicture } from './gallery/page.ts';
import { picturesOf } from './gallery/pictures.ts';
import { SHOWN, type ShownRun } from './gallery/shown.ts';
import { smallPng } from './gallery/small-png.ts';
import { type GalleryRun, trainShown } from './gallery/train.ts';

const PAGE = 'docs/gallery.md';
/** Of the pictures; in links from the page, its last part. */
const [DOCS, FOLDER] = ['docs', 'gallery'];

const { values } = parseArgs({ options: { runs: { type: 'string' } } });
const work = await mkdtemp(join(tmpdir(), 'modelwright-gallery-'));
try {
  const drawn = join(work, 'pictures');
  await mkdir(drawn);
  const parts: string[] = [];
  for (const shown of SHOWN) {
    const run = await trainShown(shown, join(values.runs ?? join(work, 'runs'), shown.name));
    const pictures = await drawRun(shown, run, drawn);
    parts.push(runPart(shown, summarise(run.report).headline, pictures, FOLDER));
  }
  const kept = join(DOCS, FOLDER);
  await rm(kept, { recursive: true, force: true });
  await cp(drawn, kept, { recursive: true });
  await writeFile(PAGE, galleryPage(parts));
} finally {
  await rm(work, { recursive: true, force: true });
}

/** Draws the pictures that the page shows of this run into a folder. */
async function drawRun(shown: ShownRun, run: GalleryRun, folder: string): Promise<ShownPicture[]> {
  const specs = await picturesOf(shown, run);
  const pictures: ShownPicture[] = [];
  for (const [kind, question] of Object.entries(shown.questions)) {
    // The picture of a row has its number in its name.
    const spec = specs.find(({ fileName }) => fileName.replace(/-\d+\.png$/, '.png') === kind);
    if (!spec) throw new Error(`the run ${shown.name} made no ${kind}`);
    const fileName = `${shown.name}-${kind}`;
    await writeFile(join(folder, fileName), await smallPng(await renderScene(spec.scene)));
    pictures.push({ question, fileName, altText: spec.altText });
  }
  return pictures;
}
