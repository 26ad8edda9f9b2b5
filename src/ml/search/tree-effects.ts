/** What each column did to single predictions of one sum of trees: exact, by the trees' own counts. */
import { gather } from '../data/rows.ts';
import type { FeatureMatrix, FittedEstimator } from '../estimator.ts';
import { treeShap, treeShapSteps } from '../inspection/tree-shap.ts';
import { describeEffects, type Effects } from './describe-effects.ts';
import { MOST_NUMBERS, MOST_ROWS, thinned } from './explained-rows.ts';
import type { HeldOutMember, HeldOutModel } from './held-out-model.ts';

const MOST_TREE_STEPS = 4e8;
const LEAST_ROWS = 50;

export function effectsByTrees(
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
  return describeEffects(model, kept, {
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

function pickRows({ features, columns }: FeatureMatrix, rows: Uint32Array): FeatureMatrix {
  const picked = columns.map((values) => gather(values, rows, new Float64Array(rows.length)));
  return { nRows: rows.length, features, columns: picked };
}
