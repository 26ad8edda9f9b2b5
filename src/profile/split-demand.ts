/** Which split the data demands, and why. */
import { type DatetimeColumn, findColumn, type Table } from '../ml/data/table.ts';
import type { Split } from '../ml/experiment.ts';
import { demandedGap, type GapDemand } from './gap-demand.ts';
import { drawHalves, oneFeatureScore, standardErrorsFromChance } from './one-feature-score.ts';
import type { Outcome } from './outcome.ts';
import type { Profile } from './profile.ts';
import { isOrdered } from './row-order.ts';
import { percent, wholeNumber } from './words.ts';

/** Time moves the target when it predicts it this well on its own. */
const DRIFT = { binary: 0.6, multiclass: 0.1, regression: 0.05 } as const;
const DRIFT_STANDARD_ERRORS = 5;

/** A date column alone demands nothing: only a series (one row per step) or a target that moves with time does.
 *  Then repeated entities, which belong on one side. Otherwise the rows are exchangeable. */
export function demandedSplit(
  table: Table,
  profile: Profile,
  outcome: Outcome,
): { split: Split; reason: string } {
  const ignored: string[] = [];
  for (const name of profile.timeColumns) {
    const column = findColumn(table, name);
    if (column?.type !== 'datetime' || name === outcome.name) continue;
    if (isSeries(column)) {
      return {
        split: { kind: 'time', column: name },
        reason: `There is one row per step of \`${name}\`, so the model is trained on the past and judged on the future.`,
      };
    }
    if (outcomeDrifts(column, outcome)) {
      const order = isOrdered(column) ? 'The rows are in the order of' : 'The rows have';
      return {
        split: { kind: 'time', column: name },
        reason: `${order} \`${name}\` and ${outcome.name} changes over time, so the model is trained on the past and judged on the future.`,
      };
    }
    ignored.push(name);
  }
  const group = profile.groupColumns.find((name) => name !== outcome.name);
  if (group !== undefined) {
    const entities = profile.columns.find(({ name }) => name === group)?.distinct ?? 0;
    return {
      split: { kind: 'group', column: group },
      reason: `\`${group}\` names ${wholeNumber(entities)} entities in ${wholeNumber(profile.rows)} rows; all rows of one entity stay on one side, so that none is both learned and tested.`,
    };
  }
  const aside =
    ignored.length > 0
      ? ` \`${ignored[0]}\` is a date, but ${outcome.name} hardly moves with it, so no split by time.`
      : '';
  const how =
    outcome.task === 'regression'
      ? `each part gets the same spread of ${outcome.name}`
      : `each part gets the same class shares (${classShares(outcome)})`;
  return {
    split: { kind: 'stratified' },
    reason: `Nothing orders or groups the rows, so they are divided at random and ${how}.${aside}`,
  };
}

function classShares({ classes, rows }: Outcome): string {
  if (classes.length > 4) return `${classes.length} classes`;
  return classes.map(({ label, count }) => `${label} ${percent(count / rows.length)}`).join(', ');
}

/** What should lie between training and judged rows, were they divided by the first column that can order them. */
export function gapAlongTime(table: Table, { timeColumns }: Profile, outcome: Outcome): GapDemand | null {
  const name = timeColumns.find((column) => column !== outcome.name);
  const column = name === undefined ? undefined : findColumn(table, name);
  return column?.type === 'datetime' ? demandedGap(column, outcome, isSeries(column)) : null;
}

/** One row per time stamp, nearly all at equal distances (months and leap years count as equal). */
function isSeries({ values, valid }: DatetimeColumn): boolean {
  const times = values.filter((_, row) => valid[row] === 1).sort();
  if (times.length < 0.95 * values.length || times.length < 20) return false;
  const gaps = new Float64Array(times.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = times[i + 1] - times[i];
  const median = gaps.slice().sort()[gaps.length >> 1];
  if (median === 0) return false;
  const equal = gaps.filter((gap) => Math.abs(gap - median) <= 0.1 * median).length;
  return equal >= 0.8 * gaps.length;
}

function outcomeDrifts(column: DatetimeColumn, outcome: Outcome): boolean {
  const halves = drawHalves(outcome.rows, 20_000);
  const scored = oneFeatureScore({ values: column.values, ordered: true }, outcome, halves);
  const nRows = halves[0].length + halves[1].length;
  return (
    scored >= DRIFT[outcome.task] && standardErrorsFromChance(scored, outcome, nRows) >= DRIFT_STANDARD_ERRORS
  );
}
