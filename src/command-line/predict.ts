/** `predict`: a saved model over new rows. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { type CsvColumn, writeCsv } from '../datasets/write-csv.ts';
import { ModelwrightError } from '../errors/errors.ts';
import { cellText, findColumn, type ImageShape, type Table } from '../ml/data/table.ts';
import type { Experiment } from '../ml/experiment.ts';
import { dayText } from '../ml/forecasting/read-series.ts';
import type { Prediction } from '../ml/search/predictor.ts';
import { loadModel } from '../models/load-model.ts';
import type { ModelManifest } from '../models/model.ts';
import { findSentenceModel } from '../pretrained/sentence-model.ts';
import { openNetworks } from '../pretrained-networks.ts';
import { plural } from '../report/format.ts';
import { withDataFile } from './data-file.ts';
import { MAX_BYTES } from './read-data.ts';

/** Writes one line per input row, in order (per recording where the model reads those, with its name): `prediction` and, for classification, `p_<class>` for every class; for
 *  pictures the file's name before them. Pictures that cannot be read have no line. A forecast writes the values that
 *  follow those of the file instead, with the ends of their intervals.
 *  @param dataPath undefined for a forecast that continues the data that it was trained on.
 *  @param directory the model's folder, or the folder that `train` wrote it into.
 *  @returns a sentence that says what was done. */
export async function predictFile(
  directory: string,
  dataPath: string | undefined,
  outPath: string,
  config: Pick<Config, 'home' | 'backbone'>,
): Promise<string> {
  const inside = join(directory, 'model');
  const folder = (await isFolder(inside)) ? inside : directory;
  const store = { get: (file: string) => readOrNull(join(folder, file)) };
  const { manifest, predictor } = await loadModel(store, findSentenceModel, openNetworks(config));
  const shape = imageShapeOf(manifest);
  const { table, notes } =
    dataPath === undefined ? { table: predictor.history, notes: [] } : await readRows(dataPath, shape);
  if (!table) {
    throw new ModelwrightError('USAGE', { detail: 'predict needs a data file: this model is no forecast' });
  }
  const prediction = predictor.predict(await predictor.see(table));
  const columns =
    prediction.kind === 'forecast'
      ? forecastColumns(prediction, predictor.experiment.forecast)
      : [
          ...(shape ? fileNames(table) : []),
          ...recordingNames(prediction, predictor.experiment),
          ...predictionColumns(prediction),
        ];
  await writeCsv(resolve(outPath), columns);
  const done = `${howMany(prediction, table, manifest.target)} written to ${outPath}`;
  return shape ? [...notes, done].join('\n') : done;
}

function howMany(prediction: Prediction, { nRows }: Table, target: string): string {
  if (prediction.kind !== 'forecast') {
    return `${plural(prediction.names?.length ?? nRows, 'prediction')} of ${target}`;
  }
  const { names, horizon } = prediction;
  const many = names.length > 1 ? ` for each of ${names.length} series` : '';
  return `${plural(horizon, 'value')} of ${target} to come${many}`;
}

/** @param shape of the pictures that the model knows; undefined for tables. */
function readRows(dataPath: string, shape: ImageShape | undefined) {
  return withDataFile(dataPath, ({ path, name }) =>
    readDataset(path, {
      ...{ name, maxBytes: MAX_BYTES, minRows: 1, minColumns: 1 },
      ...(shape && { imageShape: shape }),
    }),
  );
}

function imageShapeOf({ columns }: ModelManifest): ImageShape | undefined {
  return columns.find(({ image }) => image)?.image;
}

function fileNames(table: Table): CsvColumn[] {
  const files = findColumn(table, 'file');
  if (!files) return [];
  return [{ name: 'file', values: Array.from(files.valid, (_, row) => cellText(files, row)) }];
}

function recordingNames(
  { names }: Exclude<Prediction, { kind: 'forecast' }>,
  experiment: Experiment,
): CsvColumn[] {
  return names ? [{ name: experiment.windows?.id ?? 'recording', values: names }] : [];
}

/** @param spec names the columns that say which value is meant. */
function forecastColumns(
  { names, horizon, times, values, quantiles }: Extract<Prediction, { kind: 'forecast' }>,
  spec: Experiment['forecast'],
): CsvColumn[] {
  const { time = 'time', series } = spec ?? {};
  const ends = INTERVAL_ENDS.map(({ name, level }) => ({ name, values: [...quantiles[level]] }));
  const nameOf = (row: number) => names[Math.floor(row / horizon)];
  return [
    ...(names.some((name) => name !== null)
      ? [{ name: series ?? 'series', values: Array.from(values, (_, row) => nameOf(row)) }]
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
