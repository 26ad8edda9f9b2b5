/** A trained model as a value: everything that turns a table of new rows into predictions. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import { applyCalibrator, Calibrator, isFor } from '../calibration/calibrator.ts';
import { restoreTable, StoredTable } from '../data/stored-table.ts';
import { cellText, type Table } from '../data/table.ts';
import { blend } from '../ensemble/blend.ts';
import { applyStacker, Stacker } from '../ensemble/stacking.ts';
import type { SerialisedEstimator } from '../estimator.ts';
import { Experiment } from '../experiment.ts';
import { Spread } from '../forecasting/spread.ts';
import { decideClasses } from '../metrics/confusion.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import type { SentenceEncoder } from '../neural/sentences/encoder.ts';
import { pickColumns } from '../preprocessing/input.ts';
import { restorePipeline } from '../preprocessing/pipeline.ts';
import { Family } from '../tuning/trial.ts';
import { FAMILIES } from './families.ts';
import type { FittedMember } from './fit-member.ts';
import { type ForecastPrediction, forecastNext } from './forecast-next.ts';
import { recordingRows } from './learning-table.ts';
import { withPicturesSeen } from './look-at-pictures.ts';
import { loadEncoder, readSentences } from './read-sentences.ts';

type NumericArray = SerialisedEstimator['arrays'][string];

const ARRAY_TYPES = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array];
const NumericArray = z.custom<NumericArray>((value) => ARRAY_TYPES.some((type) => value instanceof type));

/** One fitted model with the preprocessing that belongs to it. */
export const SerialisedMember = z.object({
  family: Family,
  pipeline: z.unknown(),
  estimator: z.object({ json: z.unknown(), arrays: z.record(z.string(), NumericArray) }),
});
export type SerialisedMember = z.infer<typeof SerialisedMember>;

/** Plain JSON but for the arrays of each `estimator`: whoever writes it to a file keeps each array's type and name. */
export const SerialisedPredictor = z.object({
  format: z.literal('modelwright-predictor-2'),
  /** With the class labels, in the order of the probabilities. */
  experiment: Experiment,
  /** The heaviest first; a single model is an ensemble of one, with weight 1. */
  members: z.array(SerialisedMember.extend({ weight: z.number().positive() })).min(1),
  /** Combines the members in place of their weights. */
  stacker: Stacker.nullable(),
  /** Mends what they say together; absent where nothing does. */
  calibrator: Calibrator.exactOptional(),
  /** In binary tasks the probability from which on a row is taken for the positive class; null for 0.5. */
  threshold: z.number().nullable(),
  /** In forecasts: how far they are off, and the newest rows of the series, which new forecasts continue. */
  forecast: z.object({ spread: Spread, history: StoredTable }).exactOptional(),
});
export type SerialisedPredictor = z.infer<typeof SerialisedPredictor>;

/** Predictions for the rows of a table, in its order; of recordings one for each, with their names.
 *  - classes: `labels[i]` is the class a row is taken for; `probabilities` Float64Array (nRows × classes.length),
 *    row-major, in the order of `classes`;
 *  - values: `values` Float64Array (nRows);
 *  - forecast: the next values of each series, not those of the table's rows. */
export type Prediction =
  | {
      readonly kind: 'classes';
      readonly names?: readonly string[];
      readonly classes: readonly string[];
      readonly labels: readonly string[];
      readonly probabilities: Float64Array;
    }
  | { readonly kind: 'values'; readonly names?: readonly string[]; readonly values: Float64Array }
  | ForecastPrediction;

export interface Predictor {
  readonly experiment: Experiment;
  /** The newest rows of the series that it was trained on; null but in forecasts. */
  readonly history: Table | null;
  /** The table with what pretrained networks see in its pictures; `predict` must be given this one. A table without
   *  pictures, and one for a model that shows them to none, stays as it is. */
  see(table: Table): Promise<Table>;
  /** The target column is not needed; columns that the model does not know are ignored.
   *  A forecast needs the target: it continues the series of the table.
   *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED, PICTURES_UNSEEN; in forecasts also SERIES_*, of recordings WINDOW_LABELS_VARY */
  predict(table: Table): Prediction;
}

export function serialiseMember(family: Family, { pipeline, fitted }: FittedMember): SerialisedMember {
  const { json, arrays }: SerialisedEstimator = fitted.serialise();
  return { family, pipeline: pipeline.serialise(), estimator: { json, arrays: { ...arrays } } };
}

/** The inverse: predicts identically in any process.
 *  @param network needed where it was trained further. */
export async function restoreMember(
  { family, pipeline, estimator }: SerialisedMember,
  network?: PretrainedNetwork,
): Promise<FittedMember> {
  const { restore } = await FAMILIES[family].load(network);
  return { pipeline: restorePipeline(pipeline), fitted: await restore(estimator) };
}

export interface Together {
  readonly weights: readonly number[];
  readonly stacker: Stacker | null;
  readonly calibrator?: Calibrator | undefined;
  readonly nClasses: number;
}

/** What the members say together.
 *  @param predictions of each member nRows × nOutputs numbers. @returns Float64Array of that length. */
export function combine(
  predictions: readonly Float64Array[],
  { weights, stacker, calibrator, nClasses }: Together,
): Float64Array {
  const plain = stacker ? applyStacker(stacker, predictions, nClasses) : blend(predictions, weights);
  return calibrator ? applyCalibrator(calibrator, plain, nClasses) : plain;
}

/** @param encoder finds a sentence encoder by its id; asked only by models that read texts with one.
 *  @param network finds a pretrained network by its id; asked only by models that show pictures to one.
 *  @throws MODEL_FORMAT_UNKNOWN, SENTENCE_MODEL_MISSING, and what the two throw */
export async function restorePredictor(
  serialised: unknown,
  encoder: (id: string) => Promise<SentenceEncoder> = (id) => loadEncoder(null, id),
  network: (id: string) => Promise<PretrainedNetwork> = async (id) => missingNetwork(id),
): Promise<Predictor> {
  const parsed = SerialisedPredictor.safeParse(serialised);
  if (!parsed.success) {
    const detail = z.prettifyError(parsed.error).slice(0, 200);
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'model', detail });
  }
  const { experiment, stacker, calibrator, threshold, forecast: forecasting } = parsed.data;
  const { classes, task } = experiment;
  if (calibrator && !isFor(calibrator, classes.length)) {
    const detail = `its calibrator is not one for ${classes.length} classes`;
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'model', detail });
  }
  const weights = parsed.data.members.map(({ weight }) => weight);
  const networks = new Map<string, PretrainedNetwork>();
  for (const id of networksOf(parsed.data)) networks.set(id, await network(id));
  const members = await Promise.all(
    parsed.data.members.map((member) => restoreMember(member, networks.get(tunedNetworkOf(member) ?? ''))),
  );
  const read = await textReader(members, encoder);
  const outputsOf = (table: Table) =>
    combine(
      members.map(({ pipeline, fitted }) => fitted.predict(pipeline.transform(table))),
      { weights, stacker, calibrator, nClasses: Math.max(1, classes.length) },
    );
  return {
    experiment,
    history: forecasting ? restoreTable(forecasting.history) : null,
    async see(table) {
      const shown = new Map(members.flatMap(({ pipeline }) => pipeline.seen.map((one) => [one.column, one])));
      let seen = table;
      for (const { column, model } of shown.values()) {
        seen = await withPicturesSeen(seen, column, networks.get(model) as PretrainedNetwork);
      }
      return seen;
    },
    predict(given) {
      const { windows } = experiment;
      const rows = windows ? recordingRows(given, experiment.target, windows) : given;
      const table = read(rows);
      const named = windows && { names: namesIn(rows, windows.id) };
      if (experiment.forecast && forecasting) {
        return forecastNext(table, experiment.target, experiment.forecast, forecasting.spread, outputsOf);
      }
      const raw = outputsOf(table);
      if (task === 'regression') return { kind: 'values', ...named, values: raw };
      const decided = decideClasses(raw, classes.length, threshold ?? undefined);
      const labels = Array.from(decided, (index) => classes[index] as string);
      return { kind: 'classes', ...named, classes, labels, probabilities: raw };
    },
  };
}

/** Ids of the pretrained networks that it shows pictures to, as they are or trained further. */
export function networksOf({ members }: Pick<SerialisedPredictor, 'members'>): string[] {
  const ids = members.flatMap((member) => [
    ...restorePipeline(member.pipeline).seen.map(({ model }) => model),
    ...[tunedNetworkOf(member)].filter((id) => id !== null),
  ]);
  return [...new Set(ids)];
}

const Tuned = z.object({ backbone: z.string() });

/** Id of the network that the member trained further; null where it trained none. */
export function tunedNetworkOf({
  family,
  estimator,
}: Pick<SerialisedMember, 'family' | 'estimator'>): string | null {
  return family === 'backbone_tuned' ? (Tuned.safeParse(estimator.json).data?.backbone ?? null) : null;
}

/** @param id `name#…sha256=…`, of a network that nobody could find. @throws BACKBONE_MISSING */
export function missingNetwork(id: string): never {
  const [name = id, options = ''] = id.split('#');
  const sha256 = new URLSearchParams(options).get('sha256') ?? 'unknown';
  throw new ModelwrightError('BACKBONE_MISSING', { name, sha256 });
}

function namesIn(table: Table, id: string): string[] {
  const [column] = pickColumns(table, [id]);
  return Array.from(column.valid, (_, row) => cellText(column, row) ?? '');
}

/** Whether it reads texts with a sentence encoder. */
export function needsSentences({ members }: Pick<SerialisedPredictor, 'members'>): boolean {
  return members.some(({ pipeline }) => restorePipeline(pipeline).sentences.length > 0);
}

/** @returns reads the texts that the members need, once for all of them. */
async function textReader(
  members: readonly FittedMember[],
  encoder: (id: string) => Promise<SentenceEncoder>,
): Promise<(table: Table) => Table> {
  const needed = members.flatMap(({ pipeline }) => pipeline.sentences);
  const models = [...new Set(needed.map(({ model }) => model))];
  const readers = await Promise.all(
    models.map(async (id) => {
      const columns = needed.filter(({ model }) => model === id).map(({ column }) => column);
      const loaded = await encoder(id);
      return (table: Table) => readSentences(table, columns, loaded);
    }),
  );
  return (table) => readers.reduce((read, reader) => reader(read), table);
}
