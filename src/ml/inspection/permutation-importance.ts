/** How much a model relies on each column: the drop of its score when that column's values are shuffled among the
 *  rows (Breiman 2001). Judged on rows that the model was not trained on. */
import type { FeatureMatrix } from '../estimator.ts';
import type { Importance } from '../judgement.ts';
import { studentTQuantile } from '../quantiles.ts';
import { Random } from '../random.ts';

export interface PermutationImportanceOptions {
  /** The source columns to judge, each once. */
  readonly columns: readonly string[];
  readonly nRows: number;
  /** The score without any shuffling, on the same rows. */
  readonly score: number;
  readonly greaterIsBetter: boolean;
  /** For each permutation, a Uint32Array (nRows), the score when row i sees the value of row `permutation[i]` in this
   *  column; see `permuteSource`. All at once, because many models predict few rows hardly faster than many. */
  readonly scoresWithPermuted: (column: string, permutations: readonly Uint32Array[]) => readonly number[];
  readonly seed: number;
  /** Shuffles per column, at least 2; default 5. */
  readonly repeats?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Asked before each column; once true, the remaining columns are left out. */
  readonly shouldStop?: () => boolean;
}

/** The mean drop of each column over the repeats, in units of the metric: above 0 means that the model does worse
 *  without the column. The ends are Student's t interval of that mean over the shuffles: they say how settled the
 *  mean is, not how it would differ on other rows.
 *  @returns columns by falling mean, equal ones in the order given. The shuffles of a column depend on the seed
 *  and its name alone, so other columns do not change its result. Costs columns × repeats scorings. */
export function permutationImportance({
  columns,
  nRows,
  score,
  greaterIsBetter,
  scoresWithPermuted,
  seed,
  repeats = 5,
  confidence = 0.95,
  shouldStop = () => false,
}: PermutationImportanceOptions): Importance[] {
  const random = new Random(seed).derive('permutation importance');
  const width = studentTQuantile((1 + confidence) / 2, repeats - 1) / Math.sqrt(repeats);
  const importances: Importance[] = [];
  for (const column of columns) {
    if (shouldStop()) break;
    const permutations = Array.from({ length: repeats }, (_, repeat) =>
      random.derive(column, repeat).permutation(nRows),
    );
    const drops = scoresWithPermuted(column, permutations).map((permuted) =>
      greaterIsBetter ? score - permuted : permuted - score,
    );
    const mean = drops.reduce((sum, drop) => sum + drop, 0) / repeats;
    const variance = drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0) / (repeats - 1);
    const half = width * Math.sqrt(variance);
    importances.push({ column, mean, low: mean - half, high: mean + half });
  }
  return importances.sort((a, b) => b.mean - a.mean);
}

/** The matrix with its rows several times, block after block. */
export function repeatRows({ nRows, columns, features }: FeatureMatrix, times: number): FeatureMatrix {
  const repeated = columns.map((values) => {
    const out = new Float64Array(nRows * times);
    for (let block = 0; block < times; block++) out.set(values, block * nRows);
    return out;
  });
  return { nRows: nRows * times, columns: repeated, features };
}

/** The matrix with every feature made from one source column shuffled, in each block by a permutation of its own. Within
 *  a block they are shuffled alike, so features that belong together (one-hot columns, date parts) stay consistent. Other
 *  columns are shared with the given matrix, not copied.
 *  @param blocks       `repeatRows` of a matrix, as often as there are permutations.
 *  @param permutations of the rows of one block. */
export function permuteSource(
  blocks: FeatureMatrix,
  source: string,
  permutations: readonly Uint32Array[],
): FeatureMatrix {
  const columns = blocks.columns.map((values, j) =>
    blocks.features[j].source === source ? permuteBlocks(values, permutations) : values,
  );
  return { ...blocks, columns };
}

function permuteBlocks(values: Float64Array, permutations: readonly Uint32Array[]): Float64Array {
  const out = new Float64Array(values.length);
  let at = 0;
  for (const permutation of permutations) for (const row of permutation) out[at++] = values[row];
  return out;
}
