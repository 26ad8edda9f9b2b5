/** Whether a file holds predictions of an existing model for data that is there already, and which of its columns say
 *  what. */
import type { Profile } from './profile.ts';

export interface PredictionsFile {
  /** Column of the predictions. */
  readonly value: string;
  /** Column that says which row is meant, and the column of the data that it equals; null for the row's number. Null where
   *  the rows come in the order of the data. */
  readonly key: { readonly column: string; readonly of: string | null } | null;
}

const PROBABILITY = /(?:^|_)(?:prob(?:a|ability|abilities)?|score|p|p1)(?:_|$)/;
const PREDICTION = /(?:^|_)(?:pred(?:s|icted|iction|ictions)?|yhat|y_hat|output|forecast)(?:_|$)/;
const ROW_NUMBER = /^(?:row|row_?(?:id|no|num|number|index)|index|idx|id|no|number|unnamed_0|column0+|)$/;
/** A table with more columns is data. */
const MOST_COLUMNS = 6;
/** And so is one that repeats more of the data's own columns. */
const MOST_REPEATED = 2;

/** @param file what was uploaded. @param data what is in force. @returns null for a file that is data itself. */
export function findPredictions(
  file: Pick<Profile, 'columns' | 'rows'>,
  data: Pick<Profile, 'columns' | 'rows'>,
  target: string | null,
): PredictionsFile | null {
  const own = new Set(data.columns.map(({ name }) => name));
  const repeated = file.columns.filter(({ name }) => own.has(name) && name !== target);
  if (file.columns.length > MOST_COLUMNS || repeated.length > MOST_REPEATED) return null;
  if (file.columns.length >= data.columns.length && repeated.length > 0) return null;
  const candidates = file.columns.filter(({ name }) => !own.has(name));
  const value =
    candidates.find(({ name }) => PROBABILITY.test(normalise(name))) ??
    candidates.find(({ name }) => PREDICTION.test(normalise(name)));
  if (!value) return null;
  const shared = repeated.find(({ name }) => isKeyLike(data, name));
  if (shared) return { value: value.name, key: { column: shared.name, of: shared.name } };
  const number = file.columns.find(({ name }) => name !== value.name && ROW_NUMBER.test(normalise(name)));
  if (number) return { value: value.name, key: { column: number.name, of: null } };
  return file.rows === data.rows ? { value: value.name, key: null } : null;
}

/** Nearly every row has a value of its own. */
function isKeyLike(data: Pick<Profile, 'columns' | 'rows'>, name: string): boolean {
  const column = data.columns.find((one) => one.name === name);
  return column !== undefined && column.distinct >= 0.95 * data.rows;
}

function normalise(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}
