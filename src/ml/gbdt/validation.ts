/** The rows that end a fit, and what the trees so far say of them. */
import { rowWeights } from '../class-weights.ts';
import type { TrainingSet } from '../estimator.ts';
import type { Arena } from '../trees/arena.ts';
import { applyBins, type BinnedMatrix, type FeatureBins, missingBinsOf } from '../trees/binning.ts';
import type { Tree } from '../trees/tree.ts';
import { addTreePredictions } from '../trees/tree-adder.ts';
import type { Loss } from './losses.ts';
import { RawPredictions } from './raw-predictions.ts';

/** Rows that are judged after every step. */
export class Validation {
  readonly #arena: Arena;
  readonly #matrix: BinnedMatrix;
  readonly #missingBins: Uint8Array;
  readonly #raw: RawPredictions;
  readonly #nOutputs: number;

  constructor(
    arena: Arena,
    set: TrainingSet,
    bins: readonly FeatureBins[],
    { loss, initial }: { readonly loss: Loss; readonly initial: Float64Array },
    factors: Float64Array | undefined,
  ) {
    this.#arena = arena;
    this.#matrix = applyBins(arena, bins, set.features);
    this.#missingBins = missingBinsOf(bins);
    this.#raw = new RawPredictions(arena, loss, set.target, rowWeights(set, factors), initial);
    this.#nOutputs = loss.nOutputs;
  }

  /** @param trees one per output, or several steps of those. @returns the mean loss with these trees added. */
  add(trees: readonly Tree[]): number {
    trees.forEach((tree, t) => {
      const raw = this.#raw.output(t % this.#nOutputs);
      addTreePredictions(this.#arena, tree, this.#matrix, this.#missingBins, raw);
    });
    return this.#raw.loss();
  }
}
