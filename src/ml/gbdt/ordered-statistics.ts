/** Categories as statistics of the target, without showing a row its own outcome (Prokhorenkova et al. 2018, CatBoost,
 *  section 3.2): in a random order of the rows, each category is encoded by the outcomes of the rows before.
 *
 *      statistic = (sum of earlier outcomes + prior) / (count of earlier rows + 1)
 *
 *  Rows count by their weights; the prior is the mean outcome. New rows are encoded by all training rows. */
import type { Feature, FeatureMatrix, TrainingSet } from '../estimator.ts';
import type { OrderedParameters } from './ordered-parameters.ts';

/** With more classes, only the most frequent get a statistic of their own. */
const MAX_OUTCOMES = 10;
/** Outcomes of a regression are standardised, and those further from the mean drawn in to this. */
const MAX_DEVIATION = 5;
/** Code combinations that a table holds at most. */
const MAX_CELLS = 65_536;
/** Larger codes are no codes. */
const MAX_CODE = 2 ** 20;
/** Pairs of features that are encoded, those among which they are chosen, and the rows by which they are. */
const MAX_PAIRS = 10;
const MAX_PAIRED_FEATURES = 20;
const MAX_RANKED_ROWS = 10_000;
/** Rows of the average outcome that each category is given. */
const PRIOR_WEIGHT = 1;

/** One number per row that statistics are taken of. */
export interface Outcome {
  /** Float64Array (nRows), finite. */
  readonly values: Float64Array;
  /** Their weighted mean: what is known of a category without rows. */
  readonly prior: number;
}

/** A category column, or two crossed. */
export interface StatisticGroup {
  /** Indices of one or two features. */
  readonly inputs: readonly number[];
  /** Float64Array (cells) per outcome: the statistic over all training rows. A cell is a code of the first feature
   *  times (codes of the second + 1) plus a code of the second; each feature's last code stands for missing. */
  readonly tables: readonly Float64Array[];
  /** Float64Array (cells): the share of the training rows. */
  readonly shares: Float64Array;
}

/** How a matrix becomes one of numbers (and of few-valued categories). */
export interface OrderedEncoding {
  readonly features: readonly EncodedFeature[];
  /** Features that are used as they are. */
  readonly kept: readonly number[];
  readonly groups: readonly StatisticGroup[];
  /** Float64Array (nOutcomes). */
  readonly priors: Float64Array;
}

interface EncodedFeature extends Pick<Feature, 'name' | 'kind'> {
  /** Codes 0..nCodes-1 are known; 0 for numeric features. */
  readonly nCodes: number;
}

/** What statistics are taken of: the class in a binary task, one indicator per class in a multiclass one, the
 *  standardised target in regression.
 *  @param weights Float64Array (nRows) of mean 1, or undefined. O(nRows × outcomes). */
export function outcomesOf(
  { task, nClasses, target }: TrainingSet,
  weights: Float64Array | undefined,
): Outcome[] {
  if (task === 'regression') return [outcome(standardise(target, weights), weights)];
  if (task === 'binary') return [outcome(target, weights)];
  const counts = new Float64Array(nClasses);
  for (let i = 0; i < target.length; i++) counts[target[i]] += weights ? weights[i] : 1;
  return Array.from(counts.keys())
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, MAX_OUTCOMES)
    .sort((a, b) => a - b)
    .map((k) =>
      outcome(
        target.map((y) => (y === k ? 1 : 0)),
        weights,
      ),
    );
}

function outcome(values: Float64Array, weights: Float64Array | undefined): Outcome {
  return { values, prior: weightedMean(values, weights) };
}

function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weights ? weights[i] : 1;
    sum += w * values[i];
    total += w;
  }
  return total > 0 ? sum / total : 0;
}

/** Divided by the largest first, so that no square overflows; 0 for a constant. */
function standardise(target: Float64Array, weights: Float64Array | undefined): Float64Array {
  const largest = target.reduce((most, y) => Math.max(most, Math.abs(y)), 0) || 1;
  const scaled = target.map((y) => y / largest);
  const mean = weightedMean(scaled, weights);
  const centred = scaled.map((y) => y - mean);
  const deviation = Math.sqrt(
    weightedMean(
      centred.map((y) => y * y),
      weights,
    ),
  );
  if (!(deviation > 0)) return centred.fill(0);
  return centred.map((y) => Math.max(-MAX_DEVIATION, Math.min(MAX_DEVIATION, y / deviation)));
}

/** Chooses what is encoded and learns the statistics of all rows.
 *  @param order Uint32Array (nRows): a random order, by which pairs are compared. */
export function fitEncoding(
  matrix: FeatureMatrix,
  outcomes: readonly Outcome[],
  weights: Float64Array | undefined,
  order: Uint32Array,
  { oneHotMax, combinations }: Pick<OrderedParameters, 'oneHotMax' | 'combinations'>,
): OrderedEncoding {
  const features = matrix.features.map(
    ({ name, kind }, j): EncodedFeature => ({
      name,
      kind,
      nCodes: kind === 'categorical' ? countCodes(matrix.columns[j]) : 0,
    }),
  );
  const kept: number[] = [];
  const inputs: number[][] = [];
  features.forEach(({ kind }, j) => {
    if (kind === 'numeric' || countDistinct(matrix.columns[j]) <= oneHotMax) kept.push(j);
    else inputs.push([j]);
  });
  if (combinations === 2) inputs.push(...choosePairs(features, matrix, outcomes, weights, order));
  const groups = inputs.map((these) => {
    const codes = cellsOf(features, these, matrix);
    const nCells = countCells(features, these);
    return {
      inputs: these,
      tables: outcomes.map((o) => fullStatistics(codes, nCells, o, weights)),
      shares: sharesOf(codes, nCells, weights),
    };
  });
  return { features, kept, groups, priors: Float64Array.from(outcomes, ({ prior }) => prior) };
}

/** New rows: every category by the statistic of all training rows; unknown ones by the prior, of share 0. */
export function encode(encoding: OrderedEncoding, matrix: FeatureMatrix): FeatureMatrix {
  const { features, groups, priors } = encoding;
  features.forEach(({ name }, j) => {
    const given = matrix.features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
  return assemble(encoding, matrix, (g, cells) =>
    groups[g].tables.map((table, k) => lookUp(table, cells, priors[k])),
  );
}

/** Training rows: every category by the rows before in the order. Columns as `encode` gives them.
 *  @param order Uint32Array (nRows). O(nRows × groups × outcomes). */
export function encodeOrdered(
  encoding: OrderedEncoding,
  matrix: FeatureMatrix,
  outcomes: readonly Outcome[],
  weights: Float64Array | undefined,
  order: Uint32Array,
): FeatureMatrix {
  return assemble(encoding, matrix, (g, cells) => {
    const nCells = encoding.groups[g].shares.length;
    return outcomes.map((o) => orderedStatistics(cells, nCells, o, weights, order));
  });
}

function assemble(
  { features, kept, groups }: OrderedEncoding,
  matrix: FeatureMatrix,
  statistics: (group: number, cells: Int32Array) => Float64Array[],
): FeatureMatrix {
  const out: Feature[] = kept.map((j) => matrix.features[j]);
  const columns = kept.map((j) => matrix.columns[j]);
  groups.forEach(({ inputs, shares }, g) => {
    const cells = cellsOf(features, inputs, matrix);
    const name = inputs.map((j) => features[j].name).join(' × ');
    const { source } = matrix.features[inputs[0]];
    statistics(g, cells).forEach((column, k) => {
      out.push({ name: `${name}: outcome ${k}`, source, kind: 'numeric' });
      columns.push(column);
    });
    out.push({ name: `${name}: share`, source, kind: 'numeric' });
    columns.push(lookUp(shares, cells, 0));
  });
  return { nRows: matrix.nRows, features: out, columns };
}

/** @param cells Int32Array (nRows): -1 counts as a category without rows. @param order Uint32Array: rows of the others
 *  stay NaN. */
export function orderedStatistics(
  cells: Int32Array,
  nCells: number,
  { values, prior }: Outcome,
  weights: Float64Array | undefined,
  order: Uint32Array,
): Float64Array {
  const sums = new Float64Array(nCells);
  const totals = new Float64Array(nCells);
  const out = new Float64Array(cells.length).fill(Number.NaN);
  for (const row of order) {
    const cell = cells[row];
    if (cell < 0) {
      out[row] = prior;
      continue;
    }
    out[row] = (sums[cell] + PRIOR_WEIGHT * prior) / (totals[cell] + PRIOR_WEIGHT);
    const w = weights ? weights[row] : 1;
    sums[cell] += w * values[row];
    totals[cell] += w;
  }
  return out;
}

function fullStatistics(
  cells: Int32Array,
  nCells: number,
  { values, prior }: Outcome,
  weights: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(nCells);
  const totals = new Float64Array(nCells);
  for (let row = 0; row < cells.length; row++) {
    if (cells[row] < 0) continue;
    const w = weights ? weights[row] : 1;
    sums[cells[row]] += w * values[row];
    totals[cells[row]] += w;
  }
  return sums.map((sum, cell) => (sum + PRIOR_WEIGHT * prior) / (totals[cell] + PRIOR_WEIGHT));
}

function sharesOf(cells: Int32Array, nCells: number, weights: Float64Array | undefined): Float64Array {
  const shares = new Float64Array(nCells);
  for (let row = 0; row < cells.length; row++) {
    if (cells[row] >= 0) shares[cells[row]] += (weights ? weights[row] : 1) / cells.length;
  }
  return shares;
}

function lookUp(table: Float64Array, cells: Int32Array, unknown: number): Float64Array {
  const out = new Float64Array(cells.length);
  for (let i = 0; i < out.length; i++) out[i] = cells[i] < 0 ? unknown : table[cells[i]];
  return out;
}

function isCode(x: number): boolean {
  return x >= 0 && x < MAX_CODE && Math.floor(x) === x;
}

function countCodes(column: Float64Array): number {
  let nCodes = 0;
  for (let i = 0; i < column.length; i++)
    if (isCode(column[i]) && column[i] >= nCodes) nCodes = column[i] + 1;
  return nCodes;
}

function countDistinct(column: Float64Array): number {
  return new Set(column.filter(isCode)).size;
}

function countCells(features: readonly EncodedFeature[], inputs: readonly number[]): number {
  return inputs.reduce((product, j) => product * (features[j].nCodes + 1), 1);
}

/** Int32Array (nRows): the cell of each row; -1 where a code is beyond those of the training rows. */
function cellsOf(
  features: readonly EncodedFeature[],
  inputs: readonly number[],
  matrix: FeatureMatrix,
): Int32Array {
  const cells = new Int32Array(matrix.nRows);
  for (const j of inputs) {
    const { nCodes } = features[j];
    const column = matrix.columns[j];
    for (let i = 0; i < cells.length; i++) {
      const x = column[i];
      const code = Number.isNaN(x) ? nCodes : isCode(x) && x < nCodes ? x : -1;
      cells[i] = cells[i] < 0 || code < 0 ? -1 : cells[i] * (nCodes + 1) + code;
    }
  }
  return cells;
}

/** The pairs whose statistics say most about the outcomes beyond what the better one of the two says alone, judged by
 *  ordered statistics: those do not flatter pairs of many values. */
function choosePairs(
  features: readonly EncodedFeature[],
  matrix: FeatureMatrix,
  outcomes: readonly Outcome[],
  weights: Float64Array | undefined,
  order: Uint32Array,
): [number, number][] {
  const judged = order.subarray(0, MAX_RANKED_ROWS);
  const explained = (inputs: readonly number[]) => {
    const cells = cellsOf(features, inputs, matrix);
    const nCells = countCells(features, inputs);
    return outcomes.reduce(
      (sum, o) =>
        sum + squaredCorrelation(orderedStatistics(cells, nCells, o, weights, judged), o.values, judged),
      0,
    );
  };
  const singles = features
    .flatMap(({ kind }, j) => (kind === 'categorical' ? [{ j, alone: explained([j]) }] : []))
    .sort((a, b) => b.alone - a.alone || a.j - b.j)
    .slice(0, MAX_PAIRED_FEATURES);
  const pairs: { pair: [number, number]; gain: number }[] = [];
  singles.forEach((first, at) => {
    for (const second of singles.slice(at + 1)) {
      const pair: [number, number] = [Math.min(first.j, second.j), Math.max(first.j, second.j)];
      if (countCells(features, pair) > MAX_CELLS) continue;
      const gain = explained(pair) - Math.max(first.alone, second.alone);
      if (gain > 0) pairs.push({ pair, gain });
    }
  });
  return pairs
    .sort((a, b) => b.gain - a.gain || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1])
    .slice(0, MAX_PAIRS)
    .map(({ pair }) => pair);
}

/** 0 where either does not vary. */
function squaredCorrelation(x: Float64Array, y: Float64Array, rows: Uint32Array): number {
  let [meanX, meanY] = [0, 0];
  for (const row of rows) {
    meanX += x[row] / rows.length;
    meanY += y[row] / rows.length;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (const row of rows) {
    const [dx, dy] = [x[row] - meanX, y[row] - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}
