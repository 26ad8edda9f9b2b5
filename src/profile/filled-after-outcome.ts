/** Columns whose being filled in depends on the outcome: a cancellation date that only leavers have. */
import type { Column } from '../ml/data/table.ts';
import type { Outcome } from './outcome.ts';
import { percent, rowCount } from './words.ts';

/** Of the filled (or of the empty) rows, so many share one outcome. */
const MIN_PURITY = 0.97;
/** The outcome must not be the rule anyway. */
const MAX_BASE = 0.7;
/** Rows on each side, and the share of that outcome's rows that the pattern explains. */
const MIN_ROWS = 20;
const MIN_COVERAGE = 0.1;
/** Stricter when "filled" means "not zero", which many honest columns are about. */
const ZERO = { minPurity: 0.99, minCoverage: 0.2 } as const;

/** @param soundsLate whether the column's name speaks of something that happens afterwards; only then are zeros
 *  looked at as if they were empty cells.
 *  @returns one sentence of evidence, or null. */
export function findFilledAfterOutcome(column: Column, outcome: Outcome, soundsLate: boolean): string | null {
  const groups = outcomeGroups(outcome);
  const isFilled = (row: number) => column.valid[row] === 1;
  const byMissing = telltale(isFilled, outcome.rows, groups, MIN_PURITY, MIN_COVERAGE);
  if (byMissing)
    return `\`${column.name}\` is ${byMissing.side ? 'filled' : 'empty'} in ${sentenceEnd(byMissing)}`;
  if (!soundsLate || column.type !== 'numeric') return null;
  const isNotZero = (row: number) => column.valid[row] === 1 && column.values[row] !== 0;
  const byZero = telltale(isNotZero, outcome.rows, groups, ZERO.minPurity, ZERO.minCoverage);
  return byZero
    ? `\`${column.name}\` is ${byZero.side ? 'not zero' : 'zero or empty'} in ${sentenceEnd(byZero)}`
    : null;
}

interface Groups {
  /** Group of each row: the class, or in regression whether the target is at its most frequent value, or above or
   *  below its median where no value is frequent. */
  readonly of: (row: number) => number;
  readonly labels: readonly string[];
}

function outcomeGroups({ name, task, classes, rows, values }: Outcome): Groups {
  if (task !== 'regression')
    return { of: (row) => values[row], labels: classes.map(({ label }) => `${name} = ${label}`) };
  const sorted = Float64Array.from(rows, (row) => values[row]).sort();
  let mode = sorted[0];
  let most = 0;
  for (let start = 0, i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue;
    if (i - start > most) {
      most = i - start;
      mode = sorted[start];
    }
    start = i;
  }
  if (most >= 0.05 * rows.length) {
    return {
      of: (row) => (values[row] === mode ? 0 : 1),
      labels: [`${name} = ${mode}`, `${name} other than ${mode}`],
    };
  }
  const median = sorted[sorted.length >> 1];
  return {
    of: (row) => (values[row] < median ? 0 : 1),
    labels: [`${name} below ${median}`, `${name} of ${median} or more`],
  };
}

interface Telltale {
  /** True when the filled rows give the outcome away, false when the empty ones do. */
  readonly side: boolean;
  readonly rows: number;
  readonly purity: number;
  readonly base: number;
  readonly label: string;
}

function telltale(
  isFilled: (row: number) => boolean,
  rows: Uint32Array,
  { of, labels }: Groups,
  minPurity: number,
  minCoverage: number,
): Telltale | null {
  const filled = new Float64Array(labels.length);
  const empty = new Float64Array(labels.length);
  for (const row of rows) (isFilled(row) ? filled : empty)[of(row)]++;
  const nFilled = filled.reduce((sum, n) => sum + n, 0);
  const nEmpty = rows.length - nFilled;
  if (nFilled < MIN_ROWS || nEmpty < MIN_ROWS) return null;
  for (const [side, counts, n] of [
    [true, filled, nFilled],
    [false, empty, nEmpty],
  ] as const) {
    const most = Math.max(...counts);
    const group = counts.indexOf(most);
    const groupRows = filled[group] + empty[group];
    const base = groupRows / rows.length;
    if (most / n >= minPurity && base <= MAX_BASE && most >= minCoverage * groupRows) {
      return { side, rows: n, purity: most / n, base, label: labels[group] as string };
    }
  }
  return null;
}

function sentenceEnd({ rows, purity, base, label }: Telltale): string {
  return `${rowCount(rows)}, and ${percent(purity)} of these have ${label} (${percent(base)} of all rows do).`;
}
