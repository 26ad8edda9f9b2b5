/** `predict`: a saved model over new rows. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDataset } from '../datasets/read-dataset.ts';
import { type CsvColumn, writeCsv } from '../datasets/write-csv.ts';
import { ModelwrightError } from '../errors/errors.ts';
import type { Table } from '../ml/data/table.ts';
import { dayText } from '../ml/forecasting/read-series.ts';
import type { Prediction } from '../ml/search/predictor.ts';
import { loadModel } from '../models/load-model.ts';
import { plural } from '../report/format.ts';
import { MAX_BYTES } from './read-data.ts';

/** Writes one line per input row, in order: `prediction` and, for classification, `p_<class>` for every class. A forecast
 *  writes the values that follow those of the file instead, with the ends of their intervals.
 *  @param dataPath undefined for a forecast that continues the data that it was trained on.
 *  @param directory the model's folder, or the folder that `train` wrote it into.
 *  @returns a sentence that says what was done. */
export async function predictFile(
  directory: string,
  dataPath: string | undefined,
  outPath: string,
): Promise<string> {
  const inside = join(directory, 'model');
  const folder = (await isFolder(inside)) ? inside : directory;
  const { manifest, predictor } = await loadModel({ get: (file) => readOrNull(join(folder, file)) });
  const table = dataPath === undefined ? predictor.history : await readRows(dataPath);
  if (!table) {
    throw new ModelwrightError('USAGE', { detail: 'predict needs a data file: this model is no forecast' });
  }
  const prediction = predictor.predict(table);
  if (prediction.kind === 'forecast') {
    const { forecast } = predictor.experiment;
    await writeCsv(
      resolve(outPath),
      forecastColumns(prediction, forecast?.time ?? 'time', forecast?.series ?? 'series'),
    );
    const { names, horizon } = prediction;
    const many = names.length > 1 ? ` for each of ${names.length} series` : '';
    return `${plural(horizon, 'value')} of ${manifest.target} to come${many} written to ${outPath}`;
  }
  await writeCsv(resolve(outPath), predictionColumns(prediction));
  return `${plural(table.nRows, 'prediction')} of ${manifest.target} written to ${outPath}`;
}

async function readRows(dataPath: string): Promise<Table> {
  const name = basename(dataPath);
  const limits = { name, maxBytes: MAX_BYTES, minRows: 1, minColumns: 1 };
  const { table } = await readDataset(resolve(dataPath), limits);
  return table;
}

/** @param time, series names of the columns that say which value is meant. */
function forecastColumns(
  { names, horizon, times, values, quantiles }: Extract<Prediction, { kind: 'forecast' }>,
  time: string,
  series: string,
): CsvColumn[] {
  const ends = INTERVAL_ENDS.map(({ name, level }) => ({ name, values: [...quantiles[level]] }));
  const nameOf = (row: number) => names[Math.floor(row / horizon)];
  return [
    ...(names.some((name) => name !== null)
      ? [{ name: series, values: Array.from(values, (_, row) => nameOf(row)) }]
      : []),
    { name: time, values: Array.from(times, dayText) },
    { name: 'prediction', values: [...values] },
    ...ends,
  ];
}

/** Ends of the 80% and the 95% interval, by their place among the quantiles. */
const INTERVAL_ENDS = [
  { name: 'low_80', level: 1 },
  { name: 'high_80', level: 5 },
  { name: 'low_95', level: 0 },
  { name: 'high_95', level: 6 },
] as const;

function predictionColumns(prediction: Exclude<Prediction, { kind: 'forecast' }>): CsvColumn[] {
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
