/** From a table to the two views of its features that estimators read, fitted on training rows only.
 *
 *  - `tree`: gaps stay NaN, categories are codes of one column; for estimators that split.
 *  - `dense`: gaps filled and marked, categories one-hot, numbers scaled; no NaN; for estimators that add.
 *
 *  What a later table holds that training did not, in either view: a column that is missing is an error, as is one whose
 *  cells cannot be read as before (`coerce.ts`); a new category counts as a rare one; a missing value where training had
 *  none is filled with the median (dense) or stays missing (tree); new words are ignored, or hashed.
 *
 *  A fitted pipeline is plain data (a state) and pure functions over it, so that it survives a file. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { Column, Table } from '../data/table.ts';
import type { Feature, FeatureMatrix } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import { NOT_FITTED } from './cross-fitting.ts';
import { FeatureSelection, selectFeatures } from './feature-selection.ts';
import { fitSteps } from './fit-steps.ts';
import { type ColumnReader, inputOf, readColumns, rejectMissing } from './input.ts';
import { scoringSample } from './mutual-information.ts';
import type { PreprocessingParameters } from './parameters.ts';
import type { Stability } from './selection-stability.ts';
import { applyStep, featuresOfStep, type OutOfFold, Step } from './step.ts';
import type { EncodedTarget } from './target.ts';

export type View = 'tree' | 'dense';

/** Rows that features are ranked on: choosing needs fewer than learning. */
const MAX_RANKED_ROWS = 4000;

const PipelineState = z.object({
  format: z.literal('modelwright-pipeline-2'),
  view: z.enum(['tree', 'dense']),
  steps: z.array(Step),
  selection: FeatureSelection.optional(),
});
type PipelineState = z.infer<typeof PipelineState>;

/** What a family reads, and the choices that a setting makes. */
export interface Recipe {
  readonly view: View;
  readonly parameters: PreprocessingParameters;
}

/** What only some steps look at: the outcome (of the fitted rows alone) and the seed of what is drawn. */
export interface FitContext {
  readonly target: EncodedTarget;
  readonly seed: number;
}

/** Which features were chosen, and how sure that choice is. */
export interface SelectionReport {
  readonly stability: Stability;
  /** Every feature that there was to choose from. `frequency`: the share of random halves of the rows that chose it. */
  readonly candidates: readonly {
    readonly name: string;
    readonly kept: boolean;
    readonly frequency: number;
  }[];
}

export interface FittedPipeline {
  readonly view: View;
  readonly features: readonly Feature[];
  /** Where features were selected. */
  readonly selection?: SelectionReport;
  /** The features of `rows` (default: all), in that order. Columns of the table beyond the pipeline's are ignored.
   *  Columns of the tree view may be the table's own arrays: they must not be written to.
   *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
  transform(table: Table, rows?: Uint32Array): FeatureMatrix;
  /** The features of rows that the pipeline was fitted on: whatever was learned from the target is taken from other
   *  rows of the fit (cross-fitting), so that no row's features hold its own outcome.
   *  @throws when a row was not part of the fit, or the pipeline was restored from a file. */
  transformTraining(table: Table, rows: Uint32Array): FeatureMatrix;
  /** Plain JSON for `restorePipeline`. */
  serialise(): unknown;
}

/** What a fit leaves for `transformTraining`, and a file does not hold. */
interface TrainingRows {
  /** Uint8Array (table rows), 255 for rows that were not fitted on. */
  readonly foldOf: Uint8Array;
  readonly outOfFold: ReadonlyMap<Step, OutOfFold>;
}

/** Learns categories, medians, scales, words and means from `rows` of the experiment's feature columns, and from nothing
 *  else: rows that a score is later computed on must not be among them. */
export function fitPipeline(
  table: Table,
  rows: Uint32Array,
  experiment: Experiment,
  { view, parameters }: Recipe,
  { target, seed }: FitContext,
): FittedPipeline {
  const columns = pickColumns(table, experiment.features);
  const reader = readColumns(table, columns.map(inputOf));
  const { steps, folds } = fitSteps(columns, reader, rows, { view, parameters, experiment, target, seed });
  const { foldOf } = folds;
  const training: TrainingRows = {
    foldOf,
    outOfFold: new Map(
      steps.flatMap(({ step, foldEncoders }) =>
        foldEncoders ? [[step, { encoders: foldEncoders, foldOf }] as const] : [],
      ),
    ),
  };
  const state: PipelineState = {
    format: 'modelwright-pipeline-2',
    view,
    steps: steps.map(({ step }) => step),
  };
  const everything = pipelineOf(state, training);
  const sample = parameters.selectFeatures < 1 ? scoringSample(rows, target, MAX_RANKED_ROWS) : undefined;
  if (!sample || sample.rows.length === 0 || everything.features.length < 2) return everything;
  const matrix = everything.transformTraining(table, sample.rows);
  const selection = selectFeatures(matrix, sample.outcome, parameters.selectFeatures, seed);
  return pipelineOf({ ...state, selection }, training);
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

function pipelineOf(state: PipelineState, training?: TrainingRows): FittedPipeline {
  const { view, selection } = state;
  const { all, kept, steps } = keptSteps(state);
  const inputs = steps.flatMap(({ step }) => step.inputs);

  const matrixOf = (
    table: Table,
    rows: Uint32Array,
    outOfFold?: TrainingRows['outOfFold'],
  ): FeatureMatrix => {
    const reader: ColumnReader = readColumns(table, inputs);
    const columns = steps.flatMap(({ step, keeps }) =>
      applyStep(step, reader, rows, outOfFold?.get(step)).filter((_, i) => keeps[i]),
    );
    return { nRows: rows.length, features: kept, columns };
  };

  return {
    view,
    features: kept,
    ...(selection && { selection: reportOf(selection, all) }),
    transform: (table, rows = allRows(table.nRows)) => matrixOf(table, rows),
    transformTraining(table, rows) {
      if (!training) throw new Error('a restored pipeline does not know its training rows');
      if (training.foldOf.length !== table.nRows || rows.some((row) => training.foldOf[row] === NOT_FITTED)) {
        throw new Error('the rows are not among those that the pipeline was fitted on');
      }
      return matrixOf(table, rows, training.outOfFold);
    },
    serialise: () => state,
  };
}

/** The steps that make at least one kept feature, and which of their features those are. */
function keptSteps({ steps, selection }: PipelineState) {
  const perStep = steps.map(featuresOfStep);
  const all = withUniqueNames(perStep.flat());
  const chosen = new Set(selection?.kept ?? all.keys());
  let first = 0;
  const marked = steps.map((step, i) => {
    const keeps = perStep[i].map((_, j) => chosen.has(first + j));
    first += keeps.length;
    return { step, keeps };
  });
  return {
    all,
    kept: all.filter((_, j) => chosen.has(j)),
    steps: marked.filter(({ keeps }) => keeps.includes(true)),
  };
}

function reportOf(
  { kept, frequencies, stability }: FeatureSelection,
  all: readonly Feature[],
): SelectionReport {
  const chosen = new Set(kept);
  const candidates = all.map(({ name }, j) => ({ name, kept: chosen.has(j), frequency: frequencies[j] }));
  return { stability, candidates };
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

/** @throws COLUMN_MISSING */
function pickColumns(table: Table, names: readonly string[]): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  rejectMissing(names, byName);
  return names.map((name) => byName.get(name) as Column);
}

function allRows(nRows: number): Uint32Array {
  const rows = new Uint32Array(nRows);
  for (let row = 0; row < nRows; row++) rows[row] = row;
  return rows;
}
