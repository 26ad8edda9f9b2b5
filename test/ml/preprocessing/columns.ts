/** Short ways to write a table in a test; null is a missing cell. */
import type { Column, Table } from '../../../src/ml/data/table.ts';
import { Experiment } from '../../../src/ml/experiment.ts';
import { PreprocessingParameters } from '../../../src/ml/preprocessing/parameters.ts';
import type { FitContext, FittedPipeline, View } from '../../../src/ml/preprocessing/pipeline.ts';
import { fitPipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import type { EncodedTarget } from '../../../src/ml/preprocessing/target.ts';

const present = (cells: readonly unknown[]) => Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));

export function numeric(name: string, ...cells: (number | null)[]): Column {
  const values = Float64Array.from(cells, (cell) => cell ?? Number.NaN);
  return { name, type: 'numeric', valid: present(cells), values };
}

export function categorical(name: string, ...cells: (string | null)[]): Column {
  const categories = [...new Set(cells.filter((cell) => cell !== null))].sort();
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(cell)));
  return { name, type: 'categorical', valid: present(cells), codes, categories };
}

export function boolean(name: string, labels: readonly [string, string], ...cells: (0 | 1 | null)[]): Column {
  const values = Uint8Array.from(cells, (cell) => cell ?? 0);
  return { name, type: 'boolean', valid: present(cells), values, labels };
}

export function text(name: string, ...cells: (string | null)[]): Column {
  return { name, type: 'text', valid: present(cells), values: cells.map((cell) => cell ?? '') };
}

export function datetime(name: string, ...cells: (string | null)[]): Column {
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Date.parse(cell)));
  return { name, type: 'datetime', valid: present(cells), values };
}

export function table(...columns: Column[]): Table {
  return { nRows: columns[0]?.valid.length ?? 0, columns };
}

export const allRows = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);

function experimentOf(features: readonly string[], classes: readonly string[] = []): Experiment {
  const task = classes.length === 0 ? 'regression' : classes.length === 2 ? 'binary' : 'multiclass';
  return Experiment.parse({
    target: 'y',
    task,
    classes,
    positiveClass: task === 'binary' ? classes[1] : null,
    features,
    metric: task === 'regression' ? 'rmse' : 'log_loss',
    split: { kind: 'random' },
    holdoutFraction: 0.2,
    folds: 5,
    seed: 1,
  });
}

/** An encoded outcome; NaN is unknown. */
export function outcome(values: ArrayLike<number>, nClasses = 1): EncodedTarget {
  const encoded = Float64Array.from(values);
  return {
    values: encoded,
    knownRows: allRows(encoded.length).filter((row) => !Number.isNaN(encoded[row])),
    nClasses,
  };
}

interface Fitting {
  readonly parameters?: Record<string, unknown>;
  readonly rows?: Uint32Array;
  readonly classes?: readonly string[];
  /** Default: the number of the row. */
  readonly target?: FitContext['target'];
  readonly seed?: number;
}

/** A pipeline over all columns of `data`, with what a test does not say left at its default. */
export function fitted(data: Table, view: View, fitting: Fitting = {}): FittedPipeline {
  const { parameters = {}, rows = allRows(data.nRows), classes = [], seed = 1 } = fitting;
  const target = fitting.target ?? outcome(allRows(data.nRows));
  const experiment = experimentOf(
    data.columns.map((column) => column.name),
    classes,
  );
  const recipe = { view, parameters: PreprocessingParameters.parse(parameters) };
  return fitPipeline(data, rows, experiment, recipe, { target, seed });
}
