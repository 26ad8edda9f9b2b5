/** A tree of a forest: as it is kept, and as the kernels walk it. */
import type { Task } from '../experiment.ts';
import type { Arena } from '../trees/arena.ts';
import type { BinnedMatrix, FeatureBins } from '../trees/binning.ts';

/** 16 bytes a split, and 4 bytes a number of those leaves that hold several classes or values. (The trees of boosting,
 *  which also keep gains and covers, take 84 bytes a split; those here have hundreds of times as many.) */
export interface ForestTree {
  /** Uint32Array (2 × nNodes), see kernels/trees/forest.ts. */
  readonly nodes: Uint32Array;
  /** Float32Array (nLeaves × nSums): what its leaves say, without those that all trees share. */
  readonly leaves: Float32Array;
  /** Uint8Array: the map of the bins of every categorical feature, one after the other, nBins + 1 bytes each. */
  readonly maps: Uint8Array;
}

/** Pointers to a tree in an arena. */
export interface LoadedTree {
  readonly nodes: number;
  readonly leaves: number;
  /** Pointer to uint32 (nFeatures): pointers to the maps of categorical features. */
  readonly maps: number;
}

/** What leaves hold. */
export interface LeafShape {
  /** Numbers per leaf: a mean, the share of class 1 of two, or the share of each of more classes. */
  readonly nSums: number;
  /** Float32Array (nLeaves × nSums): the leaves of a single class, which all trees share so that none stores them. Class
   *  k's is leaf k. None in regression. */
  readonly shared: Float32Array;
}

export function leafShape(task: Task, nClasses: number): LeafShape {
  if (task === 'regression') return { nSums: 1, shared: new Float32Array(0) };
  if (nClasses === 2) return { nSums: 1, shared: Float32Array.of(0, 1) };
  const shared = new Float32Array(nClasses * nClasses);
  for (let k = 0; k < nClasses; k++) shared[k * nClasses + k] = 1;
  return { nSums: nClasses, shared };
}

/** Copies trees into the arena. */
export function loadTrees(
  arena: Arena,
  trees: readonly ForestTree[],
  shared: Float32Array,
  bins: readonly FeatureBins[],
): LoadedTree[] {
  const nFeatures = bins.length;
  const categorical = bins.flatMap(({ kind }, j) => (kind === 'categorical' ? [j] : []));
  return trees.map((tree) => {
    const nodes = arena.allocate(tree.nodes.length * 4);
    arena.uint32(nodes, tree.nodes.length).set(tree.nodes);
    const leaves = arena.allocate((shared.length + tree.leaves.length) * 4);
    arena.float32(leaves, shared.length).set(shared);
    arena.float32(leaves + shared.length * 4, tree.leaves.length).set(tree.leaves);
    if (categorical.length === 0) return { nodes, leaves, maps: 0 };
    let map = arena.allocate(tree.maps.length);
    arena.uint8(map, tree.maps.length).set(tree.maps);
    const maps = arena.allocate(nFeatures * 4);
    const pointers = arena.uint32(maps, nFeatures);
    for (const j of categorical) {
      pointers[j] = map;
      map += bins[j].nBins + 1;
    }
    return { nodes, leaves, maps };
  });
}

/** Adds what the tree says of each row to its sums.
 *  @param rows pointer to uint32 (n); 0 for the first n. @param sums pointer to float64 (all rows × nSums). */
export function addTree(
  { kernels }: Arena,
  { nodes, leaves, maps }: LoadedTree,
  missingBins: number,
  nSums: number,
  { rows: rowBins, rowStride }: Pick<BinnedMatrix, 'rows' | 'rowStride'>,
  rows: number,
  n: number,
  sums: number,
): void {
  kernels.addForestTree(nodes, missingBins, maps, leaves, nSums, rowBins, rowStride, rows, n, sums);
}
