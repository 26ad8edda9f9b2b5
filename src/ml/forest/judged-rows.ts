/** Rows that are judged after every tree by those trees that they had no part in. */
import type { Arena } from '../trees/arena.ts';
import type { BinnedMatrix } from '../trees/binning.ts';
import { lossOf, type Outcomes, tell } from './outcomes.ts';
import { addTree, type LoadedTree } from './tree.ts';

export class JudgedRows {
  readonly #arena: Arena;
  readonly #matrix: BinnedMatrix;
  readonly #missingBins: number;
  readonly #outcomes: Outcomes;
  readonly #nSums: number;
  readonly #target: Float64Array;
  readonly #weights: Float64Array | null;
  /** Pointer to float64 (nRows × nSums): sums over the trees that judged the row. */
  readonly #sums: number;
  readonly #rows: number;
  readonly #nTrees: Uint32Array;
  readonly #losses: Float64Array;
  readonly #told: Float64Array;

  /** @param missingBins pointer to uint8 (nFeatures). @param weights Float64Array (nRows); null for equal ones. */
  constructor(
    arena: Arena,
    matrix: BinnedMatrix,
    missingBins: number,
    outcomes: Outcomes,
    nSums: number,
    target: Float64Array,
    weights: Float64Array | null,
  ) {
    const { nRows } = matrix;
    this.#arena = arena;
    this.#matrix = matrix;
    this.#missingBins = missingBins;
    this.#outcomes = outcomes;
    this.#nSums = nSums;
    this.#target = target;
    this.#weights = weights;
    this.#sums = arena.allocate(nRows * nSums * 8);
    arena.float64(this.#sums, nRows * nSums).fill(0);
    this.#rows = arena.allocate(nRows * 4);
    this.#nTrees = new Uint32Array(nRows);
    this.#told = new Float64Array(outcomes.nClasses);
    this.#losses = Float64Array.from(target, (y) => lossOf(outcomes, outcomes.prior, y));
  }

  /** Lets a tree judge some rows; only those cost anything. */
  add(tree: LoadedTree, rows: Uint32Array): void {
    const nRows = this.#target.length;
    this.#arena.uint32(this.#rows, rows.length).set(rows);
    addTree(
      this.#arena,
      tree,
      this.#missingBins,
      this.#nSums,
      this.#matrix,
      this.#rows,
      rows.length,
      this.#sums,
    );
    const sums = this.#arena.float64(this.#sums, nRows * this.#nSums);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      tell(this.#outcomes, sums, row * this.#nSums, ++this.#nTrees[row], this.#told, 0);
      this.#losses[row] = lossOf(this.#outcomes, this.#told, this.#target[row]);
    }
  }

  /** Weighted mean over the rows that have been judged; until there is one, over all of them as judged without trees. */
  loss(): number {
    return this.#meanLoss((row) => this.#nTrees[row] > 0) ?? this.#meanLoss(() => true) ?? 0;
  }

  /** @returns Float64Array (nRows × nOutputs), row-major; NaN for rows that no tree has judged. */
  predictions(): Float64Array {
    const { nClasses } = this.#outcomes;
    const nRows = this.#target.length;
    const sums = this.#arena.float64(this.#sums, nRows * this.#nSums);
    const out = new Float64Array(nRows * nClasses).fill(Number.NaN);
    for (let row = 0; row < nRows; row++) {
      const nTrees = this.#nTrees[row];
      if (nTrees > 0) tell(this.#outcomes, sums, row * this.#nSums, nTrees, out, row * nClasses);
    }
    return out;
  }

  #meanLoss(counts: (row: number) => boolean): number | undefined {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < this.#losses.length; row++) {
      const weight = this.#weights ? this.#weights[row] : 1;
      if (weight === 0 || !counts(row)) continue;
      sum += weight * this.#losses[row];
      total += weight;
    }
    return total > 0 ? sum / total : undefined;
  }
}
