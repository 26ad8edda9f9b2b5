/** A question in SQL. Columns are called c0, c1, ... and values are literals of ours, so no word of the asker becomes
 *  part of a statement. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Column, Table } from '../ml/data/table.ts';
import type { Condition, DataQuestion, Grouping, Measure } from '../profile/data-question.ts';
import { sqlText } from './sealed-duckdb.ts';

export interface QuestionSql {
  /** The columns of the table that the question speaks of; the one at `i` is called `c${i}`. */
  readonly used: readonly Column[];
  readonly columns: readonly string[];
  /** Group columns, measures, then the number of rows. */
  readonly statement: string;
  readonly counting: string;
}

const DEFAULT_MOST = 20;
const BINS = 10;

/** @throws QUESTION_INVALID for a column that is not there or a measure that it does not have. */
export function questionSql(table: Table, question: DataQuestion): QuestionSql {
  const used: Column[] = [];
  const name = (wanted: string | undefined): { sql: string; column: Column } => {
    const column = table.columns.find((one) => one.name === wanted);
    if (!column) throw invalid(`there is no column ${JSON.stringify(wanted ?? '')}`);
    if (column.type === 'image') throw invalid(`${JSON.stringify(column.name)} holds pictures`);
    if (!used.includes(column)) used.push(column);
    return { sql: `c${used.indexOf(column)}`, column };
  };
  const groups = (question.groups ?? []).map((grouping) => groupSql(grouping, name));
  const measures = question.measures.map((measure) => measureSql(measure, name));
  const conditions = (question.conditions ?? []).map((condition) => conditionSql(condition, name));
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const source = `(SELECT * FROM t ${where}) AS s`;
  const selected = [...groups.map(({ sql }) => sql), ...measures.map(({ sql }) => sql), 'count(*)'];
  const keys = groups.map((_, i) => String(i + 1));
  const order =
    question.order === 'size'
      ? `ORDER BY ${groups.length + 1} DESC NULLS LAST${keys.map((key) => `, ${key}`).join('')}`
      : `ORDER BY ${keys.map((key) => `${key} NULLS LAST`).join(', ')}`;
  const grouped = groups.length > 0 ? `GROUP BY ${keys.join(', ')} ${order}` : '';
  return {
    used,
    columns: [...groups.map(({ label }) => label), ...measures.map(({ label }) => label)],
    statement: `SELECT ${selected.join(', ')} FROM ${source} ${grouped}`,
    counting: `SELECT count(*) FROM ${source}`,
  };
}

export function mostGroups({ most }: DataQuestion): number {
  return most ?? DEFAULT_MOST;
}

type Name = (wanted: string | undefined) => { sql: string; column: Column };

function measureSql(
  { what, column: wanted, value, other, at }: Measure,
  name: Name,
): { sql: string; label: string } {
  if (what === 'rows') return { sql: 'count(*)', label: 'rows' };
  const { sql, column } = name(wanted);
  const label = `${what} of ${column.name}`;
  switch (what) {
    case 'present':
      return { sql: `count(${sql})`, label };
    case 'missing':
      return { sql: `count(*) - count(${sql})`, label };
    case 'distinct':
      return { sql: `count(DISTINCT ${sql})`, label };
    case 'share': {
      if (value === undefined) throw invalid('a share needs the value that is counted');
      return {
        sql: `avg(CASE WHEN ${sql} IS NULL THEN NULL WHEN ${sql} = ${literal(column, value)} THEN 1.0 ELSE 0.0 END)`,
        label: `share of ${column.name} = ${value}`,
      };
    }
    default:
      break;
  }
  if (column.type !== 'numeric' && column.type !== 'boolean') {
    if (column.type === 'datetime' && (what === 'min' || what === 'max')) {
      return { sql: `strftime(${what}(${sql}), '%Y-%m-%dT%H:%M:%S')`, label };
    }
    throw invalid(`${JSON.stringify(column.name)} holds no numbers, so it has no ${what}`);
  }
  const number =
    column.type === 'boolean' ? `CAST(${sql} = ${literal(column, column.labels[1])} AS INTEGER)` : sql;
  switch (what) {
    case 'mean':
      return { sql: `avg(${number})`, label };
    case 'sd':
      return { sql: `stddev_samp(${number})`, label };
    case 'quantile':
      if (at === undefined) throw invalid('a quantile needs `at`, between 0 and 1');
      return { sql: `quantile_cont(${number}, ${at})`, label: `quantile ${at} of ${column.name}` };
    case 'correlation': {
      const second = name(other);
      if (second.column.type !== 'numeric') throw invalid(`${JSON.stringify(other)} holds no numbers`);
      return {
        sql: `corr(${number}, ${second.sql})`,
        label: `correlation of ${column.name} and ${second.column.name}`,
      };
    }
    default:
      return { sql: `${what}(${number})`, label };
  }
}

function groupSql({ column: wanted, width, part }: Grouping, name: Name): { sql: string; label: string } {
  const { sql, column } = name(wanted);
  if (column.type === 'numeric') {
    const step = width ?? usualWidth(column.values, column.valid);
    return step === null
      ? { sql, label: column.name }
      : { sql: `floor(${sql} / ${step}) * ${step}`, label: `${column.name} from (width ${step})` };
  }
  if (column.type === 'datetime') {
    const by = part ?? 'month';
    if (by === 'weekday') return { sql: `isodow(${sql})`, label: `weekday of ${column.name} (1 is Monday)` };
    if (by === 'hour') return { sql: `hour(${sql})`, label: `hour of ${column.name}` };
    return { sql: `strftime(date_trunc('${by}', ${sql}), '%Y-%m-%d')`, label: `${by} of ${column.name}` };
  }
  return { sql, label: column.name };
}

/** Null where the numbers are few enough to stand for themselves; else a round width that makes about ten bins. */
function usualWidth(values: Float64Array, valid: Uint8Array): number | null {
  const seen = new Set<number>();
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (valid[i] === 0) continue;
    least = Math.min(least, values[i] as number);
    most = Math.max(most, values[i] as number);
    if (seen.size <= 2 * BINS) seen.add(values[i] as number);
  }
  if (seen.size <= 2 * BINS || most <= least) return null;
  const rough = (most - least) / BINS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= rough) ?? rough;
}

function conditionSql({ column: wanted, is, value }: Condition, name: Name): string {
  const { sql, column } = name(wanted);
  if (is === 'missing') return `${sql} IS NULL`;
  if (is === 'present') return `${sql} IS NOT NULL`;
  if (value === undefined) throw invalid(`"${is}" needs a value`);
  return `${sql} ${is} ${literal(column, value)}`;
}

function literal(column: Column, value: string): string {
  if (column.type === 'numeric') {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number))
      throw invalid(`${JSON.stringify(value)} is no number`);
    return `CAST(${sqlText(String(number))} AS DOUBLE)`;
  }
  if (column.type === 'datetime') {
    const ms = Date.parse(value);
    if (Number.isNaN(ms)) throw invalid(`${JSON.stringify(value)} is no date`);
    return `CAST(${sqlText(new Date(ms).toISOString().slice(0, 23).replace('T', ' '))} AS TIMESTAMP)`;
  }
  return sqlText(value);
}

function invalid(detail: string): ModelwrightError {
  return new ModelwrightError('QUESTION_INVALID', { detail });
}
