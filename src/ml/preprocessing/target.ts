/** The outcome column as numbers. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Table } from '../data/table.ts';
import { cellText, findColumn } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { coerceColumn } from './coerce.ts';

/** @property values     Float64Array (nRows): the number in regression, else the index into `experiment.classes`;
 *                       NaN where the outcome is unknown.
 *  @property knownRows  rows with a known outcome, ascending; only these can be learned from or judged on.
 *  @property nClasses   1 in regression.
 *  @property yardstick  in forecasts: what each value is measured from and by. */
export interface EncodedTarget {
  readonly values: Float64Array;
  readonly knownRows: Uint32Array;
  readonly nClasses: number;
  readonly yardstick?: Yardstick;
}

/** Learned is (value - level) / scale, so that series of all sizes teach each other and a trend is no new ground.
 *  @property level Float64Array (nRows). @property scale Float64Array (nRows), above 0. */
export interface Yardstick {
  readonly level: Float64Array;
  readonly scale: Float64Array;
}

/** Sums of squares of larger numbers are infinite, and no score or model of them is defined. */
const LARGEST_OUTCOME = 1e150;

/** A class that the experiment does not name counts as unknown, and so does a number beyond ±1e150.
 *  @throws COLUMN_MISSING when there is no such column, COLUMN_TYPE_CHANGED when regression meets words. */
export function encodeTarget(
  table: Table,
  experiment: Pick<Experiment, 'target' | 'task' | 'classes'>,
): EncodedTarget {
  const column = findColumn(table, experiment.target);
  if (!column) throw new ModelwrightError('COLUMN_MISSING', { columns: experiment.target });
  const values = new Float64Array(table.nRows).fill(Number.NaN);
  if (experiment.task === 'regression') {
    const numeric = coerceColumn(column, 'numeric');
    for (let row = 0; row < table.nRows; row++) {
      const value = numeric.values[row] as number;
      if (numeric.valid[row] && Math.abs(value) <= LARGEST_OUTCOME) values[row] = value;
    }
  } else {
    const classIndex = new Map(experiment.classes.map((label, index) => [label, index]));
    for (let row = 0; row < table.nRows; row++) {
      const label = cellText(column, row);
      if (label !== null) values[row] = classIndex.get(label) ?? Number.NaN;
    }
  }
  return {
    values,
    knownRows: rowsWithNumber(values),
    nClasses: experiment.task === 'regression' ? 1 : experiment.classes.length,
  };
}

function rowsWithNumber(values: Float64Array): Uint32Array {
  const rows = new Uint32Array(values.length);
  let n = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) rows[n++] = row;
  return rows.slice(0, n);
}
