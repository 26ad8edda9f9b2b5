/** `predict`: a saved model over new rows. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDataset } from '../datasets/read-dataset.ts';
import { type CsvColumn, writeCsv } from '../datasets/write-csv.ts';
import type { Prediction } from '../ml/search/predictor.ts';
import { loadModel } from '../models/load-model.ts';
import { findSentenceModel } from '../pretrained/sentence-model.ts';
import { plural } from '../report/format.ts';
import { MAX_BYTES } from './read-data.ts';

/** Writes one line per input row, in order: `prediction` and, for classification, `p_<class>` for every class.
 *  @param directory the model's folder, or the folder that `train` wrote it into.
 *  @returns a sentence that says what was done. */
export async function predictFile(directory: string, dataPath: string, outPath: string): Promise<string> {
  const inside = join(directory, 'model');
  const folder = (await isFolder(inside)) ? inside : directory;
  const store = { get: (file: string) => readOrNull(join(folder, file)) };
  const { manifest, predictor } = await loadModel(store, findSentenceModel);
  const name = basename(dataPath);
  const { table } = await readDataset(resolve(dataPath), {
    name,
    maxBytes: MAX_BYTES,
    minRows: 1,
    minColumns: 1,
  });
  await writeCsv(resolve(outPath), predictionColumns(predictor.predict(table)));
  return `${plural(table.nRows, 'prediction')} of ${manifest.target} written to ${outPath}`;
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
