/** Grows the trees of a forest, one kernel call each (Breiman 2001; Geurts et al. 2006). */
import type { Random } from '../random.ts';
import type { Arena } from '../trees/arena.ts';
import { type BinnedMatrix, type FeatureBins, missingBinsOf } from '../trees/binning.ts';
import type { Bag } from './bag.ts';
import { orderCategories } from './categories.ts';
import { type ForestLimits, GrowthMemory } from './growth-memory.ts';
import type { ForestTree, LeafShape, LoadedTree } from './tree.ts';

/** Bits that a node keeps for its feature. */
const MAX_FEATURES = 2 ** 22;

export class ForestGrower {
  readonly #arena: Arena;
  readonly #matrix: BinnedMatrix;
  readonly #values: Float32Array;
  readonly #weights: Float32Array | null;
  readonly #shape: LeafShape;
  readonly #memory: GrowthMemory;
  readonly #categorical: readonly CategoricalColumn[];
  readonly #maps: number;
  readonly #mapBytes: number;

  /** Allocates what every tree needs, 60 bytes a row or so.
   *  @param missingBins pointer to uint8 (nFeatures).
   *  @param values  Float32Array (nRows): classes, or values.
   *  @param weights Float32Array (nRows); null where all rows count alike.
   *  @throws RangeError with 4,194,304 features or more. */
  constructor(
    arena: Arena,
    matrix: BinnedMatrix,
    bins: readonly FeatureBins[],
    missingBins: number,
    values: Float32Array,
    weights: Float32Array | null,
    limits: ForestLimits,
    shape: LeafShape,
  ) {
    const { nRows, nFeatures } = matrix;
    if (nFeatures >= MAX_FEATURES) throw new RangeError(`${nFeatures} features are too many for a forest`);
    this.#arena = arena;
    this.#matrix = matrix;
    this.#values = values;
    this.#weights = weights;
    this.#shape = shape;
    const flags = Uint8Array.from(bins, ({ kind }) => (kind === 'categorical' ? 1 : 0));
    this.#memory = new GrowthMemory(arena, nRows, missingBins, flags, limits, shape);
    const places = missingBinsOf(bins);
    this.#mapBytes = places.reduce((sum, nBins, j) => sum + (flags[j] ? nBins + 1 : 0), 0);
    this.#maps = arena.allocate(this.#mapBytes + 256);
    let map = this.#maps;
    this.#categorical = bins.flatMap(({ nBins }, feature) => {
      if (!flags[feature]) return [];
      const column = { feature, nBins, map, ordered: arena.allocate(nRows) };
      map += nBins + 1;
      return [column];
    });
    const columns = arena.uint32(this.#memory.columns, nFeatures);
    for (let j = 0; j < nFeatures; j++) columns[j] = matrix.columns + j * nRows;
    for (const { feature, ordered } of this.#categorical) columns[feature] = ordered;
  }

  /** @returns the tree, and where it lies in the arena until the next one is grown. */
  grow(bag: Bag, random: Random): { tree: ForestTree; loaded: LoadedTree } {
    const { kernels } = this.#arena;
    const { nSums, shared } = this.#shape;
    const memory = this.#memory;
    this.#fill(bag);
    for (const column of this.#categorical) this.#order(column, bag, random);
    memory.start(bag.inside.length, random.uint32());
    kernels.growForestTree(memory.pointer);
    const { nodes, leaves, nNodes, nLeaves } = memory;
    return {
      tree: {
        nodes: new Uint32Array(this.#arena.uint32(nodes, 2 * nNodes)),
        leaves: new Float32Array(
          this.#arena.float32(leaves + 4 * shared.length, nLeaves * nSums - shared.length),
        ),
        maps: new Uint8Array(this.#arena.uint8(this.#maps, this.#mapBytes)),
      },
      loaded: { nodes, leaves, maps: memory.maps },
    };
  }

  /** Writes the entries of the rows. */
  #fill({ inside, times }: Bag): void {
    const nRows = inside.length;
    const words = this.#arena.uint32(this.#memory.entries, nRows * 4);
    const singles = this.#arena.float32(this.#memory.entries, nRows * 4);
    const doubles = this.#arena.float64(this.#memory.entries, nRows * 2);
    const values = this.#values;
    const weights = this.#weights;
    const holdsClasses = this.#memory.nClasses > 0;
    for (let i = 0; i < nRows; i++) {
      const row = inside[i];
      words[4 * i] = row;
      singles[4 * i + 1] = weights ? times[i] * weights[row] : times[i];
      if (holdsClasses) words[4 * i + 2] = values[row];
      else doubles[2 * i + 1] = singles[4 * i + 1] * values[row];
    }
  }

  /** Orders the categories of a feature by their mean value; of several classes, by the share of one, drawn by frequency
   *  for every tree and feature. */
  #order({ feature, nBins, map, ordered }: CategoricalColumn, { inside }: Bag, random: Random): void {
    const { kernels } = this.#arena;
    const { cells, entries, nClasses } = this.#memory;
    const { columns, nRows } = this.#matrix;
    const column = columns + feature * nRows;
    const oneClass = nClasses > 0 ? this.#values[inside[random.integer(inside.length)]] : -1;
    kernels.sumCategories(column, entries, inside.length, oneClass, cells);
    const sums = this.#arena.float64(cells, 512);
    orderCategories(sums, nBins, this.#arena.uint8(map, nBins + 1));
    sums.fill(0);
    kernels.mapBins(column, nRows, map, ordered);
    this.#arena.uint32(this.#memory.maps, feature + 1)[feature] = map;
  }
}

interface CategoricalColumn {
  readonly feature: number;
  readonly nBins: number;
  /** Pointer to uint8 (nBins + 1): place of each bin in the order. */
  readonly map: number;
  /** Pointer to uint8 (nRows): the column with its bins in that order. */
  readonly ordered: number;
}
