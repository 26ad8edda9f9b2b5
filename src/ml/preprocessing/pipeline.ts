/** From a table to the two views of its features that estimators read, fitted on training rows only.
 *
 *  A fitted pipeline is plain data (a state) and pure functions over it, so that it survives a file. What was learned
 *  from the outcome of training rows is told of those very rows by other rows alone (`transformTraining`); that part is
 *  not kept in the file, because nothing is trained on a restored pipeline. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import { everyRow } from '../data/rows.ts';
import type { Table } from '../data/table.ts';
import type { Feature, FeatureMatrix } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import { drawFolds, NOT_FITTED } from './cross-fitting.ts';
import { selectFeatures } from './feature-selection.ts';
import type { FittedStep } from './fit-steps.ts';
import { fitSteps } from './fit-steps.ts';
import { inputOf, pickColumns, readColumns } from './input.ts';
import { scoringSample } from './mutual-information.ts';
import type { PreprocessingParameters } from './parameters.ts';
import { Stability } from './selection-stability.ts';
import type { FoldEncoders } from './steps.ts';
import { applyStep, featuresOfStep, Step } from './steps.ts';
import type { EncodedTarget } from './target.ts';
import type { View } from './view.ts';

export type { View } from './view.ts';

/** Rows that pairs of columns and groups are chosen on. */
const MAX_SCORED_ROWS = 10_000;
/** Features times rows that a selection looks at. */
const MAX_SELECTION_CELLS = 4_000_000;
const MIN_SELECTION_ROWS = 500;

const Selection = z.object({
  /** Share of the features that was asked for. */
  share: z.number(),
  stability: Stability,
  /** Every feature that could be chosen. @property frequency share of 20 random halves of the rows that chose it. */
  candidates: z.array(
    z.object({ name: z.string(), source: z.string(), frequency: z.number(), kept: z.boolean() }),
  ),
});
export type Selection = z.infer<typeof Selection>;

const PipelineState = z.object({
  format: z.literal('modelwright-pipeline-2'),
  view: z.enum(['tree', 'dense']),
  steps: z.array(Step),
  selection: Selection.exactOptional(),
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

export interface FittedPipeline {
  readonly view: View;
  readonly features: readonly Feature[];
  /** What makes the features, in their order. */
  readonly steps: readonly Step[];
  /** How the features were chosen; absent where all are kept. */
  readonly selection?: Selection;
  /** Columns whose texts must have been read by a sentence encoder, and by which. */
  readonly sentences: readonly { readonly column: string; readonly model: string }[];
  /** Columns whose pictures a pretrained network must have looked at, and which. */
  readonly seen: readonly { readonly column: string; readonly model: string }[];
  /** The features of `rows` (default: all), in that order. Columns of the table beyond the pipeline's are ignored.
   *  A column may be the table's own array: it must not be written to.
   *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED, SENTENCES_UNREAD, PICTURES_UNSEEN */
  transform(table: Table, rows?: Uint32Array): FeatureMatrix;
  /** The features of rows that the pipeline was fitted on: whatever was learned from the target is taken from other
   *  rows of the fit (cross-fitting), so that no row's features hold its own outcome.
   *  @param table the one that the pipeline was fitted on.
   *  @throws RangeError when a row was not part of the fit, or the pipeline was restored from a file. */
  transformTraining(table: Table, rows: Uint32Array): FeatureMatrix;
  /** Plain JSON for `restorePipeline`. */
  serialise(): unknown;
}

/** What a pipeline knows of the rows that it was fitted on. */
interface TrainingMemory {
  /** Uint8Array (table rows): 255 for rows that were not fitted on. */
  readonly foldOf: Uint8Array;
  /** One per step. */
  readonly folds: readonly (FoldEncoders | undefined)[];
}

/** Learns categories, medians, scales, words and means of the outcome from `rows` of the experiment's feature columns,
 *  and from nothing else: rows that a score is later computed on must not be among them.
 *  @throws COLUMN_MISSING */
export function fitPipeline(
  table: Table,
  rows: Uint32Array,
  experiment: Experiment,
  { view, parameters }: Recipe,
  { target, seed }: FitContext,
): FittedPipeline {
  const inputs = pickColumns(table, experiment.features).map(inputOf);
  const { classes } = experiment;
  const crossFitting = drawFolds(target.values, rows, table.nRows, classes.length > 0, seed);
  const fitted = fitSteps({
    reader: readColumns(table, inputs),
    inputs,
    rows,
    view,
    parameters,
    outcomes: target.values,
    classes,
    target: experiment.target,
    crossFitting,
    sample: scoringSample(rows, target, MAX_SCORED_ROWS),
  });
  const all = remembering({ format: 'modelwright-pipeline-2', view, steps: [] }, fitted, crossFitting.foldOf);
  const { selectFeatures: share } = parameters;
  if (share === 1 || all.features.length === 0) return all;

  const maxRows = Math.max(MIN_SELECTION_ROWS, Math.floor(MAX_SELECTION_CELLS / all.features.length));
  const sample = scoringSample(rows, target, Math.min(MAX_SCORED_ROWS, maxRows));
  const matrix = all.transformTraining(table, sample.rows);
  const { kept, frequencies, stability } = selectFeatures(matrix, sample.outcome, share, seed);
  const keeps = new Set(kept);
  const candidates = all.features.map(({ name, source }, i) => ({
    name,
    source,
    frequency: frequencies[i],
    kept: keeps.has(i),
  }));
  const state: PipelineState = {
    format: 'modelwright-pipeline-2',
    view,
    steps: [],
    selection: { share, stability, candidates },
  };
  return remembering(state, keepFeatures(fitted, keeps), crossFitting.foldOf);
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

function remembering(
  state: PipelineState,
  fitted: readonly FittedStep[],
  foldOf: Uint8Array,
): FittedPipeline {
  const steps = fitted.map(({ step }) => step);
  return pipelineOf({ ...state, steps }, { foldOf, folds: fitted.map(({ folds }) => folds) });
}

/** Steps without a kept feature are dropped, so that their columns need not be there at predict time.
 *  @param keeps indices among the features of all steps. */
function keepFeatures(fitted: readonly FittedStep[], keeps: ReadonlySet<number>): FittedStep[] {
  let from = 0;
  return fitted.flatMap(({ step, ...rest }) => {
    const kept = featuresOfStep(step).flatMap((_, place) => (keeps.has(from + place) ? [place] : []));
    from += featuresOfStep(step).length;
    return kept.length === 0 ? [] : [{ ...rest, step: { ...step, kept } }];
  });
}

function pipelineOf(state: PipelineState, memory?: TrainingMemory): FittedPipeline {
  const { view, steps, selection } = state;
  const features = withUniqueNames(steps.flatMap(featuresOfStep));
  const inputs = steps.flatMap((step) => step.inputs);
  const apply = (table: Table, rows: Uint32Array, folds?: TrainingMemory['folds']): FeatureMatrix => {
    const reader = readColumns(table, inputs);
    const columns = steps.flatMap((step, i) => applyStep(step, reader, rows, folds?.[i]));
    return { nRows: rows.length, features, columns };
  };
  return {
    view,
    features,
    steps,
    ...(selection && { selection }),
    sentences: steps.flatMap(({ inputs: [{ column }], encoder }) =>
      encoder.kind === 'sentences' ? [{ column, model: encoder.model }] : [],
    ),
    seen: steps.flatMap(({ inputs: [{ column }], encoder }) =>
      encoder.kind === 'seen' ? [{ column, model: encoder.model }] : [],
    ),
    transform: (table, rows = everyRow(table.nRows)) => apply(table, rows),
    transformTraining(table, rows) {
      if (!memory) throw new RangeError('a restored pipeline knows no training rows');
      rejectRowsOutside(memory.foldOf, table, rows);
      return apply(table, rows, memory.folds);
    },
    serialise: () => state,
  };
}

function rejectRowsOutside(foldOf: Uint8Array, table: Table, rows: Uint32Array): void {
  if (table.nRows !== foldOf.length) {
    throw new RangeError(`the pipeline was fitted on a table of ${foldOf.length} rows, not ${table.nRows}`);
  }
  for (let i = 0; i < rows.length; i++) {
    if (foldOf[rows[i]] === NOT_FITTED) throw new RangeError(`row ${rows[i]} was not part of the fit`);
  }
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
