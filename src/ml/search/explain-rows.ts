/** What each column did to single predictions: exact where one sum of trees is the model, sampled for everything else. */
import { gather } from '../data/rows.ts';
import { type Column, cellText, findColumn } from '../data/table.ts';
import type { FeatureMatrix, FittedEstimator } from '../estimator.ts';
import type { Explanation } from '../evidence.ts';
import { sampledShap, sampledShapPredictions } from '../inspection/sampled-shap.ts';
import { treeShap, treeShapSteps } from '../inspection/tree-shap.ts';
import type { Importance } from '../judgement.ts';
import { decideClasses } from '../metrics/confusion.ts';
import { Random } from '../random.ts';
import type { HeldOutMember, HeldOutModel } from './held-out-model.ts';

const MOST_ROWS = 1000;
/** Columns that are told apart; the others come and go together. */
const MOST_COLUMNS = 20;
/** Background rows, each with an order and its reverse. */
const BACKGROUND = { least: 4, most: 16 } as const;
/** Predictions of all members together. */
const MOST_PREDICTIONS = 160_000;
/** Cells of the rows that are predicted: mixing them is what wide tables cost. */
const MOST_CELLS = 1e8;
const MOST_TREE_STEPS = 4e8;
/** Effects that are held at once, and cells of mixed rows. */
const MOST_NUMBERS = 2e7;
const LEAST_ROWS = 50;
const CELL_CHARACTERS = 60;

type Effects = Omit<Explanation, 'dependence'>;

/** @returns null in forecasts and for pictures, where a column alone means nothing, and with a single column. */
export function explainRows(model: HeldOutModel, importance: readonly Importance[]): Effects | null {
  const { experiment, table, members } = model;
  if (experiment.forecast || experiment.features.length < 2) return null;
  if (table.columns.some(({ type }) => type === 'image')) return null;
  const [only] = members;
  // What a calibrator has mended is no sum of trees any more.
  if (members.length === 1 && only?.fitted.trees && !model.plain)
    return byTrees(model, only, only.fitted.trees);
  return bySampling(model, importance);
}

/** How many predictions all members together make: what it costs. */
export function explanationPredictions(nColumns: number, nRows: number, nMembers: number): number {
  const { nExplained, nBackground } = sampleSize(nColumns, nRows, nMembers);
  return nMembers * nExplained * sampledShapPredictions(playersOf(nColumns), nBackground);
}

function playersOf(nColumns: number): number {
  return Math.min(MOST_COLUMNS, nColumns);
}

function sampleSize(
  nColumns: number,
  nRows: number,
  nMembers: number,
): { nExplained: number; nBackground: number } {
  const each = Math.min(MOST_PREDICTIONS, MOST_CELLS / nColumns) / nMembers;
  const perBackground = sampledShapPredictions(playersOf(nColumns), 1);
  const wanted = Math.min(MOST_ROWS, nRows);
  const affordable = Math.floor(each / (wanted * perBackground));
  const nBackground = Math.min(nRows, BACKGROUND.most, Math.max(BACKGROUND.least, affordable));
  const nExplained = Math.max(1, Math.min(wanted, Math.floor(each / (nBackground * perBackground))));
  return { nExplained, nBackground };
}

function byTrees(
  model: HeldOutModel,
  member: HeldOutMember,
  treesOf: NonNullable<FittedEstimator['trees']>,
): Effects {
  const some = thinned(model.truth.length, MOST_ROWS);
  const sum = treesOf(pickRows(member.features, some));
  const nOutputs = sum.initial.length;
  const most = Math.min(
    MOST_TREE_STEPS / Math.max(1, treeShapSteps(sum)),
    MOST_NUMBERS / (sum.sources.length * nOutputs),
  );
  const places = thinned(some.length, Math.max(LEAST_ROWS, Math.floor(most)));
  const kept = places.map((place) => some[place] as number);
  const width = sum.sources.length;
  const bins = new Uint8Array(kept.length * width);
  places.forEach((row, i) => {
    bins.set(sum.bins.subarray(row * width, (row + 1) * width), i * width);
  });
  const { base, effects } = treeShap({ ...sum, nRows: kept.length, bins });
  const names = [...new Set(sum.sources)];
  const place = new Map(names.map((name, i) => [name, i]));
  const byColumn = names.map(() => new Float64Array(kept.length * nOutputs));
  effects.forEach((ofOutput, k) => {
    for (let i = 0; i < kept.length; i++) {
      for (let j = 0; j < width; j++) {
        const column = byColumn[place.get(sum.sources[j] as string) as number] as Float64Array;
        const at = i * nOutputs + k;
        column[at] = (column[at] as number) + (ofOutput[i * width + j] as number);
      }
    }
  });
  const unit =
    model.experiment.task === 'binary'
      ? 'log-odds'
      : isValue(model, kept, base, byColumn)
        ? 'value'
        : 'score';
  return describe(model, kept, {
    method: 'trees',
    unit,
    base,
    nOutputs,
    players: names.map((name, i) => ({ names: [name], effects: byColumn[i] as Float64Array, errors: null })),
  });
}

/** Whether the sum of trees is the prediction itself: some losses predict its logarithm. */
function isValue(
  { prediction, experiment }: HeldOutModel,
  kept: Uint32Array,
  base: Float64Array,
  byColumn: readonly Float64Array[],
): boolean {
  if (experiment.task !== 'regression') return false;
  return kept.every((row, i) => {
    const said = byColumn.reduce((sum, effects) => sum + (effects[i] as number), base[0] as number);
    const value = prediction[row] as number;
    return Math.abs(said - value) <= 1e-6 * Math.max(1, Math.abs(value));
  });
}

function bySampling(model: HeldOutModel, importance: readonly Importance[]): Effects {
  const { experiment, members, truth, nClasses, prediction } = model;
  const nRows = truth.length;
  const known = new Set(experiment.features);
  const ordered = [
    ...new Set([...importance.map(({ column }) => column).filter((name) => known.has(name)), ...known]),
  ];
  const nPlayers = playersOf(ordered.length);
  const groups = ordered.slice(0, nPlayers).map((name) => [name]);
  groups[nPlayers - 1]?.push(...ordered.slice(nPlayers));
  const playerOf = new Map(groups.flatMap((names, player) => names.map((name) => [name, player] as const)));
  const { nExplained, nBackground } = sampleSize(ordered.length, nRows, members.length);
  const kept = thinned(nRows, nExplained);
  const nOutputs = experiment.task === 'regression' ? 1 : nClasses;
  const background = evenlyByPrediction(prediction, nOutputs, nRows, nBackground);
  const predict = (rows: Uint32Array, backgrounds: Uint32Array, mask: Uint8Array) =>
    model.combine(
      members.map(({ features, fitted }) => {
        const columns = features.features.map(({ source }, j) => {
          const values = features.columns[j] as Float64Array;
          const player = playerOf.get(source) ?? 0;
          const mixed = new Float64Array(rows.length);
          for (let e = 0; e < mixed.length; e++) {
            const from = mask[e * nPlayers + player]
              ? kept[rows[e] as number]
              : background[backgrounds[e] as number];
            mixed[e] = values[from as number] as number;
          }
          return mixed;
        });
        const matrix: FeatureMatrix = { nRows: rows.length, features: features.features, columns };
        return fitted.predict(matrix);
      }),
    );
  const { base, effects, errors } = sampledShap({
    nPlayers,
    nRows: kept.length,
    nBackground,
    nOutputs,
    predict,
    entriesAtOnce: Math.floor(
      MOST_NUMBERS / Math.max(...members.map(({ features }) => features.columns.length)),
    ),
    random: new Random(model.seed).derive('effects'),
  });
  const ofPlayer = (values: Float64Array, player: number) =>
    Float64Array.from({ length: kept.length * nOutputs }, (_, at) => {
      const [row, k] = [Math.floor(at / nOutputs), at % nOutputs];
      return values[(row * nPlayers + player) * nOutputs + k] as number;
    });
  return describe(model, kept, {
    method: 'sampling',
    unit: experiment.task === 'regression' ? 'value' : 'probability',
    base,
    nOutputs,
    players: groups.map((names, player) => ({
      names,
      effects: ofPlayer(effects, player),
      errors: ofPlayer(errors, player),
    })),
  });
}

/** Rows whose predictions stand for all: the middle one of each of `n` equal parts, so that their mean is near that of all
 *  rows however few they are. */
function evenlyByPrediction(
  prediction: Float64Array,
  nOutputs: number,
  nRows: number,
  n: number,
): Uint32Array {
  const said = (row: number) => prediction[row * nOutputs + nOutputs - 1] as number;
  const sorted = Uint32Array.from({ length: nRows }, (_, row) => row).sort(
    (a, b) => said(a) - said(b) || a - b,
  );
  return Uint32Array.from({ length: n }, (_, i) => sorted[Math.floor(((i + 0.5) * nRows) / n)] as number);
}

function pickRows({ features, columns }: FeatureMatrix, rows: Uint32Array): FeatureMatrix {
  const picked = columns.map((values) => gather(values, rows, new Float64Array(rows.length)));
  return { nRows: rows.length, features, columns: picked };
}

function thinned(nRows: number, most: number): Uint32Array {
  const n = Math.min(nRows, most);
  return Uint32Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * nRows) / n));
}

/** @property effects, errors of each player: Float64Array (rows × nOutputs), row-major. */
interface Found {
  readonly method: Explanation['method'];
  readonly unit: Explanation['unit'];
  readonly base: Float64Array;
  readonly nOutputs: number;
  readonly players: readonly {
    readonly names: readonly string[];
    readonly effects: Float64Array;
    readonly errors: Float64Array | null;
  }[];
}

/** The effects on what is said of each row, by table row. @param kept places in the holdout. */
function describe(model: HeldOutModel, kept: Uint32Array, found: Found): Effects {
  const { experiment, rows, prediction, nClasses, table, truth } = model;
  const { holdout } = rows.split;
  const { nOutputs } = found;
  const order = Array.from(kept.keys()).sort(
    (a, b) => (holdout[kept[a] as number] as number) - (holdout[kept[b] as number] as number),
  );
  const inTable = order.map((i) => holdout[kept[i] as number] as number);
  const decided = experiment.task === 'multiclass' ? decideClasses(prediction, nClasses) : null;
  /** Of what was found; trees say one thing of two classes. */
  const place = order.map((i) => (decided ? (decided[kept[i] as number] as number) : nOutputs - 1));
  const output = experiment.task === 'binary' ? place.map(() => 1) : place;
  const meanSize = (effects: Float64Array) =>
    effects.reduce((sum, effect) => sum + Math.abs(effect), 0) / effects.length;
  const sorted = [...found.players].sort((a, b) => meanSize(b.effects) - meanSize(a.effects));
  const [alone, together] = [
    sorted.filter(({ names }) => names.length === 1),
    sorted.filter(({ names }) => names.length > 1),
  ];
  const listed = alone.slice(0, MOST_COLUMNS);
  const others = [...together, ...alone.slice(MOST_COLUMNS)];
  const pick = (values: Float64Array) =>
    order.map((i, at) => shorten(values[i * nOutputs + (place[at] as number)] as number));
  const columns: Effects['columns'] = listed.map(({ names: [name = ''], effects, errors }) => {
    const column = findColumn(table, name);
    const cells = inTable.map((row) =>
      column ? (cellText(column, row)?.slice(0, CELL_CHARACTERS) ?? null) : null,
    );
    return {
      name,
      meanSize: shorten(meanSize(effects)),
      effects: pick(effects),
      errors: errors && pick(errors),
      cells: cells.map(shortenCell),
      ranks: column ? ranksOf(column, inTable) : inTable.map(() => null),
    };
  });
  if (others.length > 0) {
    const sum = (of: (player: Found['players'][number]) => Float64Array) =>
      others.map(of).reduce((total, values) => total.map((value, i) => value + (values[i] as number)));
    const effects = sum((player) => player.effects);
    columns.push({
      name: null,
      meanSize: shorten(meanSize(effects)),
      effects: pick(effects),
      errors: others.every(({ errors }) => errors) ? pick(sum(({ errors }) => errors as Float64Array)) : null,
      cells: inTable.map(() => null),
      ranks: inTable.map(() => null),
    });
  }
  return {
    method: found.method,
    unit: found.unit,
    of: truth.length,
    rows: inTable,
    output,
    base: [...found.base],
    columns,
  };
}

/** Shares of the way from the lowest to the highest value; equal values share theirs. */
function ranksOf(column: Column, rows: readonly number[]): (number | null)[] {
  if (column.type !== 'numeric' && column.type !== 'datetime' && column.type !== 'boolean')
    return rows.map(() => null);
  const values = rows.map((row) => (column.valid[row] ? (column.values[row] as number) : null));
  const distinct = [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
  const place = new Map(
    distinct.map((value, i) => [value, distinct.length > 1 ? i / (distinct.length - 1) : 0.5]),
  );
  return values.map((value) => (value === null ? null : Number((place.get(value) as number).toFixed(3))));
}

/** `0.221000003814697` is what a float32 made of 0.221. */
function shortenCell(text: string | null): string | null {
  return text !== null && /^-?\d+\.\d{6,}$/.test(text) ? String(Number(Number(text).toPrecision(6))) : text;
}

function shorten(value: number): number {
  return Number(value.toPrecision(6));
}
