/** From a table to the two views of its features that estimators read, fitted on training rows only.
 *
 *  - `tree`: gaps stay NaN, categories are codes of one column; for estimators that split.
 *  - `dense`: gaps filled and marked, categories one-hot, numbers scaled; no NaN; for estimators that add.
 *
 *  A fitted pipeline is plain data (a state) and pure functions over it, so that it survives a file. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { Column, Table } from '../data/table.ts';
import type { Feature, FeatureMatrix } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import { coerceColumn } from './coerce.ts';
import { DateEncoder, encodeDate, fitDateEncoder } from './date-parts.ts';
import { fillGaps, fitMedianImputer, gapIndicator, MedianImputer } from './impute.ts';
import { encodeOneHot, fitOneHot, OneHotEncoder, oneHotLabels } from './one-hot.ts';
import { encodeOrdinal, fitOrdinal, nCodes, OrdinalEncoder } from './ordinal.ts';
import { fitRobustScaler, RobustScaler, scaleValues } from './scale.ts';
import { encodeText, fitTextEncoder, TextEncoder, textLabels } from './text-facts.ts';

export type View = 'tree' | 'dense';

/** How wide one-hot encoding may make a matrix, all columns together, and one column alone. */
const MAX_ONE_HOT_COLUMNS = 2000;
const MAX_CATEGORIES_PER_COLUMN = 50;

const Encoder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('numeric') }),
  z.object({ kind: z.literal('boolean'), labels: z.tuple([z.string(), z.string()]) }),
  OrdinalEncoder,
  OneHotEncoder,
  DateEncoder,
  TextEncoder,
]);
type Encoder = z.infer<typeof Encoder>;

const Step = z.object({
  column: z.string(),
  encoder: Encoder,
  /** Dense view only: one entry per number that the encoder makes, in its order. `scaler` null keeps 0/1 as is. */
  dense: z.array(z.object({ imputer: MedianImputer, scaler: RobustScaler.nullable() })).optional(),
});
type Step = z.infer<typeof Step>;

const PipelineState = z.object({
  format: z.literal('modelwright-pipeline-1'),
  view: z.enum(['tree', 'dense']),
  steps: z.array(Step),
});
type PipelineState = z.infer<typeof PipelineState>;

export interface FittedPipeline {
  readonly view: View;
  readonly features: readonly Feature[];
  /** The features of `rows` (default: all), in that order. Columns of the table beyond the pipeline's are ignored.
   *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
  transform(table: Table, rows?: Uint32Array): FeatureMatrix;
  /** Plain JSON for `restorePipeline`. */
  serialise(): unknown;
}

/** Learns categories, medians, scales and words from `rows` of the experiment's feature columns, and from nothing
 *  else: rows that a score is later computed on must not be among them. */
export function fitPipeline(
  table: Table,
  rows: Uint32Array,
  experiment: Experiment,
  view: View,
): FittedPipeline {
  const columns = pickColumns(table, experiment.features);
  const nCategorical = columns.filter(
    (column) => column.type === 'categorical' || column.type === 'id',
  ).length;
  const maxCategories = Math.min(
    MAX_CATEGORIES_PER_COLUMN,
    Math.max(1, Math.floor(MAX_ONE_HOT_COLUMNS / Math.max(1, nCategorical))),
  );
  const steps = columns.map((column): Step => {
    const encoder = fitEncoder(column, rows, view, maxCategories);
    const step = { column: column.name, encoder };
    if (view === 'tree' || encoder.kind === 'oneHot') return step;
    return { ...step, dense: encodeColumn(encoder, column, rows).map((values) => fitDense(encoder, values)) };
  });
  return pipelineOf({ format: 'modelwright-pipeline-1', view, steps });
}

/** The inverse of `serialise`. @throws MODEL_FORMAT_UNKNOWN */
export function restorePipeline(serialised: unknown): FittedPipeline {
  const parsed = PipelineState.safeParse(serialised);
  if (!parsed.success) {
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', {
      part: 'pipeline',
      detail: z.prettifyError(parsed.error).slice(0, 200),
    });
  }
  return pipelineOf(parsed.data);
}

function pipelineOf(state: PipelineState): FittedPipeline {
  const features = withUniqueNames(state.steps.flatMap(featuresOfStep));
  return {
    view: state.view,
    features,
    transform(table, rows = Uint32Array.from({ length: table.nRows }, (_, i) => i)) {
      const columns = pickColumns(
        table,
        state.steps.map((step) => step.column),
      );
      return {
        nRows: rows.length,
        features,
        columns: state.steps.flatMap((step, i) => applyStep(step, columns[i] as Column, rows)),
      };
    },
    serialise: () => state,
  };
}

function fitEncoder(column: Column, rows: Uint32Array, view: View, maxCategories: number): Encoder {
  switch (column.type) {
    case 'numeric':
      return { kind: 'numeric' };
    case 'boolean':
      return { kind: 'boolean', labels: [...column.labels] };
    case 'categorical':
    case 'id':
      return view === 'tree' ? fitOrdinal(column, rows) : fitOneHot(column, rows, maxCategories);
    case 'datetime':
      return fitDateEncoder(column, rows);
    case 'text':
      return fitTextEncoder(column, rows);
  }
}

/** The encoder's numbers before imputing and scaling. @throws COLUMN_TYPE_CHANGED */
function encodeColumn(encoder: Encoder, column: Column, rows: Uint32Array): Float64Array[] {
  switch (encoder.kind) {
    case 'numeric': {
      const { valid, values } = coerceColumn(column, 'numeric');
      return [presentValues(valid, values, rows)];
    }
    case 'boolean': {
      const { valid, values } = coerceColumn(column, 'boolean', encoder.labels);
      return [presentValues(valid, values, rows)];
    }
    case 'ordinal':
      return [encodeOrdinal(encoder, coerceColumn(column, 'categorical'), rows)];
    case 'oneHot':
      return encodeOneHot(encoder, coerceColumn(column, 'categorical'), rows);
    case 'date':
      return encodeDate(encoder, coerceColumn(column, 'datetime'), rows);
    case 'text':
      return encodeText(encoder, coerceColumn(column, 'text'), rows);
  }
}

function fitDense(encoder: Encoder, values: Float64Array) {
  const imputer = fitMedianImputer(values);
  const scaler = encoder.kind === 'boolean' ? null : fitRobustScaler(values.filter((v) => !Number.isNaN(v)));
  return { imputer, scaler };
}

function applyStep(step: Step, column: Column, rows: Uint32Array): Float64Array[] {
  const encoded = encodeColumn(step.encoder, column, rows);
  if (!step.dense) return encoded;
  return step.dense.flatMap(({ imputer, scaler }, i) => {
    const values = encoded[i] as Float64Array;
    const filled = fillGaps(imputer, values);
    const scaled = scaler ? scaleValues(scaler, filled) : filled;
    return imputer.indicator ? [scaled, gapIndicator(values)] : [scaled];
  });
}

function featuresOfStep(step: Step): Feature[] {
  const { column: source, encoder } = step;
  if (encoder.kind === 'ordinal') {
    return [{ name: source, source, kind: 'categorical', nCategories: nCodes(encoder) }];
  }
  if (encoder.kind === 'oneHot') {
    return oneHotLabels(encoder).map((label) => ({ name: `${source}=${label}`, source, kind: 'numeric' }));
  }
  return namesOfNumbers(source, encoder).flatMap((name, i): Feature[] => {
    const feature: Feature = { name, source, kind: 'numeric' };
    const marked = step.dense?.[i]?.imputer.indicator;
    return marked ? [feature, { name: `${name} is missing`, source, kind: 'numeric' }] : [feature];
  });
}

function namesOfNumbers(source: string, encoder: Encoder): string[] {
  if (encoder.kind === 'date') return encoder.parts.map((part) => `${source}: ${part}`);
  if (encoder.kind === 'text') return textLabels(encoder).map((label) => `${source}: ${label}`);
  return [source];
}

/** Different columns can lead to one name (`a` with category `b=c`, `a=b` with `c`): later ones get a number. */
function withUniqueNames(features: Feature[]): Feature[] {
  const taken = new Set<string>();
  return features.map((feature) => {
    let { name } = feature;
    for (let n = 2; taken.has(name); n++) name = `${feature.name} #${n}`;
    taken.add(name);
    return { ...feature, name };
  });
}

function pickColumns(table: Table, names: readonly string[]): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const columns = names.map((name) => byName.get(name));
  const missing = names.filter((_, i) => !columns[i]);
  if (missing.length > 0) {
    const shown = missing.slice(0, 5).join(', ');
    const rest = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    throw new ModelwrightError('COLUMN_MISSING', { columns: shown + rest });
  }
  return columns as Column[];
}

function presentValues(valid: Uint8Array, values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => (valid[row] ? (values[row] as number) : Number.NaN));
}
