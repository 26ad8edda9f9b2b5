/** What each column did to single predictions of any model, estimated from sampled orders of the columns. */
import type { FeatureMatrix } from '../estimator.ts';
import { sampledShap, sampledShapPredictions } from '../inspection/sampled-shap.ts';
import type { Importance } from '../judgement.ts';
import { Random } from '../random.ts';
import { describeEffects, type Effects, MOST_COLUMNS } from './describe-effects.ts';
import { MOST_NUMBERS, MOST_ROWS, thinned } from './explained-rows.ts';
import type { HeldOutModel } from './held-out-model.ts';

/** Background rows, each with an order and its reverse. */
const BACKGROUND = { least: 4, most: 16 } as const;
/** Predictions of all members together. */
const MOST_PREDICTIONS = 160_000;
/** Cells of the rows that are predicted: mixing them is what wide tables cost. */
const MOST_CELLS = 1e8;

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

export function effectsBySampling(model: HeldOutModel, importance: readonly Importance[]): Effects {
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
  return describeEffects(model, kept, {
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
