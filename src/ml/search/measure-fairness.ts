/** How the run's model treats groups of people: by the columns that a person called sensitive, and by those that seem to
 *  be, so that nothing has to be trained again when they are confirmed later. */
import { rowGroups } from '../data/row-groups.ts';
import { type Column, findColumn } from '../data/table.ts';
import type { Fairness, SensitiveColumn } from '../evidence.ts';
import { gapIntervals } from '../fairness/gap-intervals.ts';
import { countGroups, negativesOf, positivesOf, rowsOf, selectedOf } from '../fairness/group-rates.ts';
import { selectAtOneRate } from '../fairness/group-thresholds.ts';
import { seemsSensitive } from '../fairness/suggest-sensitive.ts';
import { wilsonInterval } from '../metrics/wilson.ts';
import { normalQuantile } from '../quantiles.ts';
import { Random } from '../random.ts';
import type { HeldOutModel } from './held-out-model.ts';

const MOST_ROWS = 50_000;
const GROUPS = 8;
const MOST_COLUMNS = 8;
/** Of fewer rows nothing is concluded. */
const LEAST_ROWS = 30;

/** @returns null but with two classes. */
export function measureFairness(model: HeldOutModel): Fairness | null {
  const { table, experiment, rows, truth, prediction, threshold, seed } = model;
  if (experiment.task !== 'binary' || experiment.forecast) return null;
  const said = experiment.sensitive ?? [];
  const suggested = table.columns
    .filter((column) => column.name !== experiment.target && seemsSensitive(column.name, valuesOf(column)))
    .map(({ name }) => name);
  const names = [...new Set([...said, ...suggested])].slice(0, Math.max(MOST_COLUMNS, said.length));
  const stride = Math.ceil(truth.length / MOST_ROWS);
  const kept = Uint32Array.from({ length: Math.ceil(truth.length / stride) }, (_, i) => i * stride);
  const inTable = Uint32Array.from(kept, (i) => rows.split.holdout[i] as number);
  const actual = Float64Array.from(kept, (i) => truth[i] as number);
  const probability = Float64Array.from(kept, (i) => prediction[2 * i + 1] as number);
  const cutOff = threshold ?? 0.5;
  const selected = Uint8Array.from(probability, (p) => (p >= cutOff ? 1 : 0));
  const columns = names.flatMap((name): SensitiveColumn[] => {
    const column = findColumn(table, name);
    const groups = column && rowGroups(column, inTable, GROUPS);
    if (!groups) return [];
    const random = new Random(seed).derive('fairness', name);
    return [
      {
        ...measureColumn(groups.of, groups.labels, actual, probability, selected, random),
        column: name,
        confirmed: said.includes(name),
      },
    ];
  });
  return { rows: kept.length, threshold: cutOff, columns };
}

function measureColumn(
  of: Int32Array,
  labels: readonly string[],
  truth: Float64Array,
  probability: Float64Array,
  selected: Uint8Array,
  random: Random,
): Omit<SensitiveColumn, 'column' | 'confirmed'> {
  const counts = countGroups(of, labels.length, truth, probability, selected);
  const isJudged = counts.map((group) => rowsOf(group) >= LEAST_ROWS);
  const judged = counts.filter((_, i) => isJudged[i]);
  const groups = counts.map((group, i) => ({
    group: labels[i] as string,
    rows: rowsOf(group),
    positives: positivesOf(group),
    isSmall: !isJudged[i],
    selectionRate: rate(selectedOf(group), rowsOf(group)),
    truePositiveRate: rate(group.foundPositive, positivesOf(group)),
    falsePositiveRate: rate(group.falsePositive, negativesOf(group)),
    meanProbability: group.probability / Math.max(1, rowsOf(group)),
    observedRate: rate(positivesOf(group), rowsOf(group)) ?? { value: 0, low: 0, high: 1 },
  }));
  if (judged.length < 2) return { groups, gaps: null, oneRate: null };
  return {
    groups,
    gaps: gapIntervals(judged, random.derive('gaps')),
    oneRate: priceOfOneRate(of, isJudged, truth, probability, selected, random),
  };
}

/** Accuracy and gaps with a cut-off for each group, beside those with one for all. */
function priceOfOneRate(
  of: Int32Array,
  isJudged: readonly boolean[],
  truth: Float64Array,
  probability: Float64Array,
  selected: Uint8Array,
  random: Random,
): NonNullable<SensitiveColumn['oneRate']> {
  const share = selected.reduce((sum, one) => sum + one, 0) / selected.length;
  const fair = selectAtOneRate(of, isJudged, probability, selected, share, random.derive('one rate'));
  const right = (taken: Uint8Array) => Float64Array.from(truth, (y, i) => Number(y === taken[i]));
  const [before, after] = [right(selected), right(fair)];
  const differences = after.map((value, i) => value - (before[i] as number));
  const change = meanOf(differences);
  const spread = Math.sqrt(
    differences.reduce((sum, d) => sum + (d - change) ** 2, 0) / (differences.length - 1),
  );
  const half = (normalQuantile(0.975) * spread) / Math.sqrt(differences.length);
  const counts = countGroups(of, isJudged.length, truth, probability, fair).filter((_, i) => isJudged[i]);
  const gaps = gapIntervals(counts, random.derive('gaps at one rate'));
  return {
    accuracy: meanOf(before),
    change: { value: change, low: change - half, high: change + half },
    parityDifference: gaps.parityDifference,
    oddsDifference: gaps.oddsDifference,
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null where there is nothing to take a share of. */
function rate(part: number, whole: number): { value: number; low: number; high: number } | null {
  return whole === 0 ? null : { value: part / whole, ...wilsonInterval(part / whole, whole, 0.95) };
}

function valuesOf(column: Column): readonly string[] {
  if (column.type === 'categorical') return column.categories;
  return column.type === 'boolean' ? column.labels : [];
}
