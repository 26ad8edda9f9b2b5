/** The target column as numbers, and the reasons why a column cannot be one. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Column, Table } from '../ml/data/table.ts';
import { cellText, findColumn } from '../ml/data/table.ts';
import type { Task } from '../ml/experiment.ts';
import type { ColumnProfile, Profile, TargetProfile } from './profile.ts';
import { taskOf } from './target-candidates.ts';
import { listed, wholeNumber } from './words.ts';

const MIN_KNOWN_ROWS = 20;

/** Labels that name the event of interest; of two classes it is the positive one. */
const POSITIVE_WORDS =
  /^(1|yes|y|true|t|positive|pos|churn(ed)?|default(ed)?|fraud|spam|malignant|bad|sick|ill|died|dead|exited|left|won|bought|purchased|converted|clicked|approved|failed|failure|success|survived|>50k\.?)$/i;

/** @property rows   rows with a known outcome, ascending.
 *  @property values Float64Array (nRows): class index, or the number in regression; NaN where unknown. */
export interface Outcome {
  readonly name: string;
  readonly task: Task;
  readonly classes: TargetProfile['classes'];
  readonly rows: Uint32Array;
  readonly values: Float64Array;
}

/** @param positiveClass of a binary task; by default the class that is named like an event, else the rarer one.
 *  @throws TARGET_* with a sentence that says why the column cannot be learned. */
export function readOutcome(table: Table, profile: Profile, target: string, positiveClass?: string): Outcome {
  const column = findColumn(table, target);
  const seen = profile.columns.find(({ name }) => name === target);
  if (!column || !seen) throw notFound(profile, target);
  const task = learnableTask(seen, profile.rows);
  const known: number[] = [];
  for (let row = 0; row < table.nRows; row++) if (column.valid[row]) known.push(row);
  if (known.length < MIN_KNOWN_ROWS) {
    const counts = { known: known.length, rows: wholeNumber(table.nRows), minRows: MIN_KNOWN_ROWS };
    throw new ModelwrightError('TARGET_TOO_FEW_ROWS', { target, ...counts });
  }
  const rows = Uint32Array.from(known);
  if (task === 'regression') return regression(column, rows);
  const classes = countClasses(column, rows);
  const lonely = classes.find(({ count }) => count === 1);
  if (lonely) {
    // Whole numbers with a rare value (9 rooms) are amounts rather than classes.
    if (task === 'multiclass' && column.type === 'numeric') return regression(column, rows);
    throw new ModelwrightError('TARGET_RARE_CLASS', { target, label: lonely.label });
  }
  const ordered = task === 'binary' ? positiveLast(classes, target, positiveClass) : classes;
  const index = new Map(ordered.map(({ label }, i) => [label, i]));
  const values = new Float64Array(table.nRows).fill(Number.NaN);
  for (const row of rows) values[row] = index.get(cellText(column, row) as string) as number;
  return { name: target, task, classes: ordered, rows, values };
}

function learnableTask(column: ColumnProfile, nRows: number): Task {
  const { name: target, type, distinct, missing } = column;
  const rows = wholeNumber(nRows);
  if (missing === nRows) throw new ModelwrightError('TARGET_EMPTY', { target, rows });
  if (distinct === 1) {
    const value = column.top[0]?.value ?? column.range?.min ?? 'one text';
    throw new ModelwrightError('TARGET_CONSTANT', { target, value, rows: wholeNumber(nRows - missing) });
  }
  if (type === 'text' || type === 'datetime') {
    const held = type === 'text' ? 'free text' : 'dates';
    throw new ModelwrightError('TARGET_NOT_AN_OUTCOME', { target, type: held });
  }
  const task = taskOf(column, nRows);
  if (!task)
    throw new ModelwrightError('TARGET_IDENTIFIER', { target, distinct: wholeNumber(distinct), rows });
  return task;
}

function regression(column: Column, rows: Uint32Array): Outcome {
  const values = new Float64Array(column.valid.length).fill(Number.NaN);
  if (column.type === 'numeric') for (const row of rows) values[row] = column.values[row];
  return { name: column.name, task: 'regression', classes: [], rows, values };
}

/** In the order of their numbers where all labels are numbers, else by code unit. */
function countClasses(column: Column, rows: Uint32Array): TargetProfile['classes'] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const label = cellText(column, row) as string;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const labels = [...counts.keys()].sort();
  if (labels.every((label) => Number.isFinite(Number(label)))) labels.sort((a, b) => Number(a) - Number(b));
  return labels.map((label) => ({ label, count: counts.get(label) as number }));
}

function positiveLast(
  classes: TargetProfile['classes'],
  target: string,
  wanted: string | undefined,
): TargetProfile['classes'] {
  const [first, second] = classes as [TargetProfile['classes'][0], TargetProfile['classes'][0]];
  if (wanted !== undefined && wanted !== first.label && wanted !== second.label) {
    const labels = `"${first.label}" and "${second.label}"`;
    throw new ModelwrightError('TARGET_CLASS_UNKNOWN', { target, label: wanted, classes: labels });
  }
  const isEvent = classes.map(({ label }) => POSITIVE_WORDS.test(label));
  const firstIsPositive =
    wanted !== undefined
      ? wanted === first.label
      : isEvent[0] !== isEvent[1]
        ? isEvent[0] === true
        : first.count < second.count;
  return firstIsPositive ? [second, first] : [first, second];
}

function notFound(profile: Profile, target: string): ModelwrightError {
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const wanted = plain(target);
  const similar =
    profile.columns.find(({ name }) => plain(name) === wanted) ??
    profile.columns.find(
      ({ name }) =>
        wanted.length > 2 &&
        (plain(name).includes(wanted) || (plain(name).length > 2 && wanted.includes(plain(name)))),
    );
  const hint = similar
    ? `Did you mean "${similar.name}"?`
    : `The columns are ${listed(profile.columns.map(({ name }) => name))}.`;
  return new ModelwrightError('TARGET_NOT_FOUND', { target, hint });
}
