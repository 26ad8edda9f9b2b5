/** Whether rows just before the judged ones know too much of them in a split by time, and what should lie between. */
import type { DatetimeColumn, NumericColumn } from '../ml/data/table.ts';
import { GAP_DISTANCE, type Gap, gapName } from '../ml/gap.ts';
import type { Outcome } from './outcome.ts';

export interface GapDemand {
  readonly column: string;
  readonly gap: Gap;
  readonly reason: string;
}

/** An outcome whose name says how far it looks ahead: churn_30d, sold_within_2_weeks, next_7_days_revenue, return_t+5. */
const AHEAD =
  /(?:^|[\W_])(?:(?:next|within|in|future|fwd|forward|ahead|coming)[\W_]*)?(\d{1,3})[\W_]*(h|hours?|hrs?|d|days?|w|weeks?|months?|mo)(?=$|[\W_])/i;
const STEPS_AHEAD = /(?:^|[\W_])t ?\+ ?(\d{1,3})$|(?:^|[\W_])(?:lead|ahead)[\W_]?(\d{1,3})$/i;
const DAYS_PER_MONTH = 31;

/** @param column the one with the times. @param isSeries whether there is one row for each step of it. */
export function demandedGap(
  column: DatetimeColumn | NumericColumn,
  outcome: Outcome,
  isSeries: boolean,
): GapDemand | null {
  const { name } = column;
  const said = AHEAD.exec(outcome.name);
  if (said && column.type === 'datetime') {
    const gap = timeOf(Number(said[1]), said[2] as string);
    if (gap.size > 0) {
      const reason = `By its name \`${outcome.name}\` speaks of ${gapName(gap)}, so the outcomes of the last rows before the judged ones were not known yet, or share time with them.`;
      return isShort(column, gap) ? { column: name, gap, reason } : null;
    }
  }
  const steps = STEPS_AHEAD.exec(outcome.name);
  const ahead = Number(steps?.[1] ?? steps?.[2] ?? 0);
  if (ahead > 0 && isSeries && ahead <= MOST_OF_SPAN * outcome.rows.length) {
    const reason = `By its name \`${outcome.name}\` is the value ${ahead} rows later, so it is only known then.`;
    return { column: name, gap: { size: ahead, unit: 'row' }, reason };
  }
  const overlap = isSeries && outcome.task === 'regression' ? overlapOf(inOrder(column, outcome)) : null;
  if (overlap === null) return null;
  return {
    column: name,
    gap: { size: overlap - 1, unit: 'row' },
    reason: `Neighbouring values of \`${outcome.name}\` look like sums or means over ${overlap} rows that overlap, so ${overlap - 1} rows share something with each that is judged.`,
  };
}

/** Share of the time that the data spans, beyond which a gap would leave too little to learn from. */
const MOST_OF_SPAN = 0.2;

function isShort({ values }: DatetimeColumn | NumericColumn, { size, unit }: Gap): boolean {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of values) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return unit === 'row' || size * GAP_DISTANCE[unit] <= MOST_OF_SPAN * (last - first);
}

function timeOf(count: number, unit: string): Gap {
  const letters = unit.toLowerCase();
  if (letters.startsWith('h')) return { size: count, unit: 'hour' };
  if (letters.startsWith('w')) return { size: count, unit: 'week' };
  return { size: letters.startsWith('m') ? DAYS_PER_MONTH * count : count, unit: 'day' };
}

function inOrder(
  { values }: DatetimeColumn | NumericColumn,
  { rows, values: outcomes }: Outcome,
): Float64Array {
  const order = Array.from(rows).sort((a, b) => (values[a] as number) - (values[b] as number));
  return Float64Array.from(order, (row) => outcomes[row] as number);
}

const LONGEST_OVERLAP = 60;
/** Values for each row of the longest overlap that is looked for. */
const VALUES_PER_LAG = 5;
/** Half of the theory's -0.5 and more, and far from any other lag. */
const CLEAR = -0.35;
const ELSEWHERE = 0.2;

/** Sums over h rows that overlap change, from one to the next, by what comes in less what falls out: y(t+1) - y(t) =
 *  x(t+h) - x(t). So their changes are anticorrelated at a distance of h, by one half where x is noise, and hardly correlated
 *  at any smaller distance.
 *  @param values in the order of time. @returns h, from 2 on; null where there is no such sign. O(n × 60). */
export function overlapOf(values: Float64Array): number | null {
  const changes = Float64Array.from(
    { length: Math.max(0, values.length - 1) },
    (_, i) => values[i + 1] - values[i],
  );
  const n = changes.length;
  const longest = Math.min(LONGEST_OVERLAP, Math.floor(n / VALUES_PER_LAG));
  const mean = changes.reduce((sum, change) => sum + change, 0) / n;
  const variance = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0);
  if (longest < 2 || !(variance > 0)) return null;
  const noise = Math.max(ELSEWHERE, 3 / Math.sqrt(n));
  for (let lag = 1; lag <= longest; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (changes[i] - mean) * (changes[i - lag] - mean);
    const correlation = sum / variance;
    if (lag > 1 && correlation <= CLEAR) return lag;
    // A change that is followed by another of its kind, or by its opposite at once, is something else.
    if (Math.abs(correlation) > noise) return null;
  }
  return null;
}
