/** `predict`: a saved model over new rows. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readDataset } from '../datasets/read-dataset.ts';
import { type CsvColumn, writeCsv } from '../datasets/write-csv.ts';
import { cellText, findColumn, type ImageShape, type Table } from '../ml/data/table.ts';
import type { Prediction } from '../ml/search/predictor.ts';
import { loadModel } from '../models/load-model.ts';
import type { ModelManifest } from '../models/model.ts';
import { plural } from '../report/format.ts';
import { withDataFile } from './data-file.ts';
import { MAX_BYTES } from './read-data.ts';

/** Writes one line per input row, in order: `prediction` and, for classification, `p_<class>` for every class; for
 *  pictures the file's name before them. Pictures that cannot be read have no line.
 *  @param directory the model's folder, or the folder that `train` wrote it into.
 *  @returns a sentence that says what was done. */
export async function predictFile(directory: string, dataPath: string, outPath: string): Promise<string> {
  const inside = join(directory, 'model');
  const folder = (await isFolder(inside)) ? inside : directory;
  const { manifest, predictor } = await loadModel({ get: (file) => readOrNull(join(folder, file)) });
  const shape = imageShapeOf(manifest);
  const { table, notes } = await withDataFile(dataPath, ({ path, name }) =>
    readDataset(path, {
      ...{ name, maxBytes: MAX_BYTES, minRows: 1, minColumns: 1 },
      ...(shape && { imageShape: shape }),
    }),
  );
  const predicted = predictionColumns(predictor.predict(table));
  await writeCsv(resolve(outPath), shape ? [...fileNames(table), ...predicted] : predicted);
  const done = `${plural(table.nRows, 'prediction')} of ${manifest.target} written to ${outPath}`;
  return shape ? [...notes, done].join('\n') : done;
}

function imageShapeOf({ columns }: ModelManifest): ImageShape | undefined {
  return columns.find(({ image }) => image)?.image;
}

function fileNames(table: Table): CsvColumn[] {
  const files = findColumn(table, 'file');
  if (!files) return [];
  return [{ name: 'file', values: Array.from(files.valid, (_, row) => cellText(files, row)) }];
}

function predictionColumns(prediction: Prediction): CsvColumn[] {
  if (prediction.kind === 'values') return [{ name: 'prediction', values: [...prediction.values] }];
  const { classes, labels, probabilities } = prediction;
  const ofClass = (k: number) => labels.map((_, row) => probabilities[row * classes.length + k] as number);
  return [
    { name: 'prediction', values: labels },
    ...classes.map((label, k) => ({ name: `p_${label}`, values: ofClass(k) })),
  ];
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
