/** What somebody else's model predicts for the rows of a table: its inputs found among the columns, its outputs put to the
 *  classes. */
import { ModelwrightError } from '../../errors/errors.ts';
import { type Column, cellText, findColumn, type Table } from '../data/table.ts';
import type { UploadedPredictions } from '../data/uploaded-predictions.ts';
import type { Experiment } from '../experiment.ts';
import { openTableModel, type TableInput, type TableOutput } from '../neural/table-model.ts';

/** Of more rows every second, third and so on is predicted: enough to measure a score. */
const MOST_ROWS = 100_000;
/** At a time. */
const BATCH_ROWS = 2000;

/** @param name of the file, for people.
 *  @returns null when it was asked to stop.
 *  @throws MODEL_COLUMNS, MODEL_LABELS, MODEL_UNREADABLE, MODEL_ENGINE_MISSING */
export async function predictForeign(
  bytes: Uint8Array,
  name: string,
  table: Table,
  experiment: Pick<Experiment, 'task' | 'target' | 'classes'>,
  shouldStop: () => boolean = () => false,
): Promise<UploadedPredictions | null> {
  const model = await openTableModel(bytes, name);
  try {
    const readers = model.inputs.map((input) =>
      inputReader(input, model.inputs, table, experiment.target, name),
    );
    const step = Math.ceil(table.nRows / MOST_ROWS);
    const all = Array.from({ length: Math.ceil(table.nRows / step) }, (_, i) => i * step);
    const rows = all.filter((row) => readers.every(({ reads }) => reads(row)));
    const parts: TableOutput[][] = [];
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      if (shouldStop()) return null;
      const batch = rows.slice(start, start + BATCH_ROWS);
      parts.push(
        await model.predict(
          readers.map(({ cells }) => cells(batch)),
          batch.length,
        ),
      );
    }
    const { outputs, isGraded } = readOutputs(joined(parts), experiment, name);
    const kept = rows.flatMap((row, i) =>
      outputs[i] ? [{ row, values: outputs[i] as readonly number[] }] : [],
    );
    return {
      rows: Uint32Array.from(kept, ({ row }) => row),
      prediction: Float64Array.from(kept.flatMap(({ values }) => values)),
      isGraded,
      unmatched: all.length - kept.length,
    };
  } finally {
    model.dispose();
  }
}

interface InputReader {
  /** Whether it can be told what stands in that row: whole numbers have no sign for what is missing. */
  readonly reads: (row: number) => boolean;
  readonly cells: (rows: readonly number[]) => Float64Array | readonly string[];
}

/** One column of its name; or, for an only input of several numbers, the columns of numbers in their order, where there are
 *  as many. */
function inputReader(
  input: TableInput,
  inputs: readonly TableInput[],
  table: Table,
  target: string,
  name: string,
): InputReader {
  const named =
    findColumn(table, input.name) ?? table.columns.find((column) => sameName(column.name, input.name));
  if (named?.name === target) throw columnsDiffer(name, `it reads ${target} itself, which it should predict`);
  if (named && input.width === 1) return columnsReader(input, [named], name);
  if (inputs.length > 1 || input.kind === 'word') {
    throw columnsDiffer(name, `it reads "${input.name}", and the data has no such column`);
  }
  const numbers = table.columns.filter((column) => column.name !== target && isNumeric(column));
  if (numbers.length !== input.width) {
    throw columnsDiffer(
      name,
      `it reads ${input.width} numbers a row, and the data has ${numbers.length} columns of numbers beside ${target}`,
    );
  }
  return columnsReader(input, numbers, name);
}

function columnsReader({ kind }: TableInput, columns: readonly Column[], name: string): InputReader {
  if (kind === 'word') {
    const [column] = columns as [Column];
    return { reads: () => true, cells: (rows) => rows.map((row) => cellText(column, row) ?? '') };
  }
  const words = columns.find((column) => !isNumeric(column));
  if (words)
    throw columnsDiffer(name, `it reads ${words.name} as a number, and the data has other values there`);
  const numberOf = columns.map((column) => (row: number) => numberAt(column, row));
  return {
    reads: (row) => kind === 'number' || numberOf.every((of) => Number.isFinite(of(row))),
    cells: (rows) => Float64Array.from(rows.flatMap((row) => numberOf.map((of) => of(row)))),
  };
}

function isNumeric(column: Column): boolean {
  switch (column.type) {
    case 'numeric':
    case 'boolean':
      return true;
    case 'categorical':
    case 'id':
      return column.categories.every(
        (category) => Number.isFinite(Number(category)) && category.trim() !== '',
      );
    default:
      return false;
  }
}

/** NaN where missing. */
function numberAt(column: Column, row: number): number {
  if (!column.valid[row]) return Number.NaN;
  if (column.type === 'numeric' || column.type === 'boolean') return column.values[row] as number;
  return Number(cellText(column, row));
}

/** Exporters write column names in letters that are allowed in names. */
function sameName(ours: string, theirs: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');
  return plain(ours) === plain(theirs);
}

function joined(parts: readonly (readonly TableOutput[])[]): TableOutput[] {
  const [first = []] = parts;
  return first.map((output, i) => {
    const values = parts.flatMap((part) => [...(part[i]?.values ?? [])] as (string | number)[]);
    const isWords = typeof values[0] === 'string';
    return { ...output, values: isWords ? (values as string[]) : Float64Array.from(values as number[]) };
  });
}

interface ReadOutputs {
  /** Of each row: probabilities of the classes, or the value; null where it says nothing usable. */
  readonly outputs: readonly (readonly number[] | null)[];
  readonly isGraded: boolean;
}

function readOutputs(
  given: readonly TableOutput[],
  { task, target, classes }: Pick<Experiment, 'task' | 'target' | 'classes'>,
  name: string,
): ReadOutputs {
  const single = given.find(({ width, isLabel }) => width === 1 && !isLabel);
  const labels = given.find(({ width, isLabel }) => width === 1 && isLabel);
  if (task === 'regression') {
    const { values } = single ?? labels ?? {};
    if (!(values instanceof Float64Array)) throw unreadable(name, 'it gives no number for a row');
    return {
      outputs: Array.from(values, (value) => (Number.isFinite(value) ? [value] : null)),
      isGraded: true,
    };
  }
  const labelOf = labels && classOf(labels, classes, target, name);
  const shares = given.find(({ width, isLabel }) => width === classes.length && width > 1 && !isLabel);
  if (shares && areShares(shares.values)) {
    const order = orderOf(shares.values as Float64Array, classes, labelOf);
    const values = shares.values as Float64Array;
    const rows = values.length / classes.length;
    const outputs = Array.from({ length: rows }, (_, row) =>
      classes.map((_, k) => values[row * classes.length + (order[k] as number)] as number),
    );
    return { outputs, isGraded: true };
  }
  if (single && classes.length === 2 && areShares(single.values)) {
    // One probability is that of the class that comes last in order, as every library has it.
    const isLast = inOrder(classes)[1] === 1;
    const outputs = Array.from(single.values as Float64Array, (p) => (isLast ? [1 - p, p] : [p, 1 - p]));
    return { outputs, isGraded: true };
  }
  if (!labelOf) throw unreadable(name, `it gives neither a class of ${target} nor probabilities of them`);
  const outputs = Array.from({ length: labelOf.length }, (_, row) => {
    const k = labelOf[row] as number;
    return k < 0 ? null : classes.map((_, other) => (other === k ? 1 : 0));
  });
  return { outputs, isGraded: false };
}

function areShares(values: TableOutput['values']): boolean {
  return values instanceof Float64Array && values.every((p) => p >= -1e-4 && p <= 1 + 1e-4);
}

/** Numbers first in their order, then words in that of their code units: how libraries number classes. */
function inOrder(classes: readonly string[]): number[] {
  const areNumbers = classes.every((label) => Number.isFinite(Number(label)));
  return [...classes.keys()].sort((a, b) => {
    const [first, second] = [classes[a] as string, classes[b] as string];
    return areNumbers ? Number(first) - Number(second) : first < second ? -1 : 1;
  });
}

/** Int32Array (nRows): the class of each label, -1 for one that the data does not have. Whole numbers that are no classes count
 *  them in their order.
 *  @throws MODEL_LABELS where no label is a class. */
function classOf(
  { values }: TableOutput,
  classes: readonly string[],
  target: string,
  name: string,
): Int32Array {
  const indices = new Map(classes.map((label, k) => [label, k]));
  const order = inOrder(classes);
  const texts = Array.from(values as ArrayLike<string | number>, String);
  const named = Int32Array.from(texts, (text) => indices.get(text) ?? -1);
  if (named.some((k) => k >= 0)) return named;
  if (texts.every((text) => /^\d+$/.test(text) && Number(text) < classes.length)) {
    return Int32Array.from(texts, (text) => order[Number(text)] as number);
  }
  const labels = [...new Set(texts)].slice(0, 3).join(', ');
  throw new ModelwrightError('MODEL_LABELS', {
    name,
    labels,
    target,
    classes: classes.slice(0, 3).join(', '),
  });
}

/** Which column of probabilities belongs to which class: what its labels say where it is the largest, else the usual order.
 *  @returns by class. */
function orderOf(
  values: Float64Array,
  classes: readonly string[],
  labelOf: Int32Array | undefined,
): number[] {
  const n = classes.length;
  const columnOf = new Array<number>(n).fill(-1);
  inOrder(classes).forEach((k, place) => {
    columnOf[k] = place;
  });
  if (!labelOf) return columnOf;
  const votes = new Float64Array(n * n);
  for (let row = 0; row < labelOf.length; row++) {
    const k = labelOf[row] as number;
    const outputs = values.subarray(row * n, (row + 1) * n);
    if (k >= 0) votes[k * n + outputs.indexOf(Math.max(...outputs))]++;
  }
  const told = columnOf.map((usual, k) => {
    const own = votes.subarray(k * n, (k + 1) * n);
    const most = Math.max(...own);
    return most > 0 ? own.indexOf(most) : usual;
  });
  return new Set(told).size === n ? told : columnOf;
}

function columnsDiffer(name: string, detail: string): ModelwrightError {
  return new ModelwrightError('MODEL_COLUMNS', { name, detail });
}

function unreadable(name: string, detail: string): ModelwrightError {
  return new ModelwrightError('MODEL_UNREADABLE', { name, detail });
}
