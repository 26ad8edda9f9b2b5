/** Grows one tree at a time, leaf by leaf: of all open leaves the one whose split gains most is split next.
 *  Only the smaller child's histogram is summed from rows; its sibling's is the parent's minus that. */
import type { BinnedMatrix, FeatureBins } from './binning.ts';
import { freezeTree } from './frozen-tree.ts';
import { type GrowingNode, newNode, sumRows } from './growing-node.ts';
import { type HistogramLayout, layOutHistogram, subtractHistogram, sumHistogram } from './histogram.ts';
import { HistogramPool } from './histogram-pool.ts';
import { partitionRows } from './partition.ts';
import type { Tree } from './predictor.ts';
import { fillLeftBins, type SplitLimits } from './split.ts';
import { findSplit } from './splitting.ts';

/** With thousands of wide features the histograms of all open leaves would not fit; LightGBM bounds them likewise
 *  (histogram_pool_size). */
const MAX_HISTOGRAM_BYTES = 256 * 1024 * 1024;

export interface GrowthLimits extends SplitLimits {
  readonly maxLeaves: number;
  /** 0 means none. */
  readonly maxDepth: number;
  readonly learningRate: number;
}

export class TreeGrower {
  readonly #matrix: BinnedMatrix;
  readonly #bins: readonly FeatureBins[];
  readonly #limits: GrowthLimits;
  readonly #layout: HistogramLayout;
  readonly #pool: HistogramPool;
  readonly #nodes: GrowingNode[] = [];
  readonly #rows: Uint32Array;
  readonly #scratch: Uint32Array;
  #nNodes = 0;

  /** Allocates what every tree needs: O(nRows) numbers now, histograms as trees ask for them.
   *  @param maxHistogramBytes memory for histograms; with less, more of them are summed from rows. */
  constructor(
    matrix: BinnedMatrix,
    bins: readonly FeatureBins[],
    limits: GrowthLimits,
    maxHistogramBytes = MAX_HISTOGRAM_BYTES,
  ) {
    this.#matrix = matrix;
    this.#bins = bins;
    this.#limits = limits;
    this.#layout = layOutHistogram(bins);
    this.#pool = new HistogramPool(this.#layout.length, maxHistogramBytes);
    this.#rows = new Uint32Array(matrix.nRows);
    this.#scratch = new Uint32Array(matrix.nRows);
  }

  /** @param gradients Float64Array (nRows × 2): gradient and hessian of each row, interleaved.
   *  @param rows      Uint32Array: the rows to learn from, ascending.
   *  @param features  Uint32Array: the features that may be split on, ascending. */
  grow(gradients: Float64Array, rows: Uint32Array, features: Uint32Array): Tree {
    this.#rows.set(rows);
    this.#nNodes = 0;
    const root = this.#addNode(0, rows.length, 0);
    sumRows(root, this.#rows, gradients);
    if (this.#canSplit(root, 1)) {
      root.histogram = this.#takeHistogram();
      this.#sumHistogram(root, gradients, features, root.histogram);
      this.#findSplit(root, features);
    }
    for (let nLeaves = 1; nLeaves < this.#limits.maxLeaves; nLeaves++) {
      const best = this.#bestOpenLeaf();
      if (!best) break;
      this.#split(best, gradients, features, nLeaves + 1);
    }
    this.#releaseAll();
    return freezeTree(this.#nodes.slice(0, this.#nNodes), this.#rows, gradients, this.#limits);
  }

  /** Adds the last grown tree to the raw predictions of the rows it was grown from. */
  addLeafValues(tree: Tree, raw: Float64Array): void {
    for (let i = 0; i < this.#nNodes; i++) {
      const node = this.#nodes[i];
      if (node.left >= 0) continue;
      const value = tree.value[i];
      for (let k = node.start; k < node.end; k++) raw[this.#rows[k]] += value;
    }
  }

  #addNode(start: number, end: number, depth: number): GrowingNode {
    const i = this.#nNodes++;
    this.#nodes[i] ??= newNode();
    const node = this.#nodes[i];
    node.start = start;
    node.end = end;
    node.depth = depth;
    node.left = -1;
    node.right = -1;
    node.split.gain = 0;
    return node;
  }

  #canSplit(node: GrowingNode, nLeaves: number): boolean {
    const { maxLeaves, maxDepth, minSamplesLeaf, minHessian } = this.#limits;
    return (
      nLeaves < maxLeaves &&
      (maxDepth === 0 || node.depth < maxDepth) &&
      node.sums.count >= 2 * minSamplesLeaf &&
      node.sums.hessian >= 2 * minHessian
    );
  }

  /** The unsplit node with the largest gain, the oldest of equals; undefined when no split is left. */
  #bestOpenLeaf(): GrowingNode | undefined {
    let best: GrowingNode | undefined;
    for (let i = 0; i < this.#nNodes; i++) {
      const node = this.#nodes[i];
      if (node.left < 0 && node.split.gain > (best?.split.gain ?? 0)) best = node;
    }
    return best;
  }

  #split(parent: GrowingNode, gradients: Float64Array, features: Uint32Array, nLeaves: number): void {
    const { split, sums } = parent;
    fillLeftBins(split, this.#bins[split.feature].nBins);
    const { bins, nFeatures } = this.#matrix;
    const middle = partitionRows(
      bins,
      nFeatures,
      split.feature,
      split.leftBins,
      this.#rows,
      parent.start,
      parent.end,
      this.#scratch,
    );
    parent.left = this.#nNodes;
    const left = this.#addNode(parent.start, middle, parent.depth + 1);
    parent.right = this.#nNodes;
    const right = this.#addNode(middle, parent.end, parent.depth + 1);
    Object.assign(left.sums, split.left);
    right.sums.gradient = sums.gradient - split.left.gradient;
    right.sums.hessian = sums.hessian - split.left.hessian;
    right.sums.count = sums.count - split.left.count;
    this.#searchChildren(parent, left, right, gradients, features, nLeaves);
  }

  /** Gives the children that may be split further their histograms and best splits. */
  #searchChildren(
    parent: GrowingNode,
    left: GrowingNode,
    right: GrowingNode,
    gradients: Float64Array,
    features: Uint32Array,
    nLeaves: number,
  ): void {
    const [smaller, larger] = left.sums.count <= right.sums.count ? [left, right] : [right, left];
    const inherited = parent.histogram;
    parent.histogram = null;
    if (!this.#canSplit(larger, nLeaves)) {
      // The larger child cannot be too small, so what stops it (depth, leaves, hessian) is judged for the smaller
      // one on its own: a small child may still have more hessian than a large one.
      if (inherited) this.#pool.release(inherited);
      if (this.#canSplit(smaller, nLeaves)) this.#searchFromRows(smaller, gradients, features);
      return;
    }
    if (!inherited) {
      this.#searchFromRows(larger, gradients, features);
      if (this.#canSplit(smaller, nLeaves)) this.#searchFromRows(smaller, gradients, features);
      return;
    }
    const summed = this.#takeHistogram();
    this.#sumHistogram(smaller, gradients, features, summed);
    subtractHistogram(inherited, summed);
    larger.histogram = inherited;
    this.#findSplit(larger, features);
    smaller.histogram = summed;
    if (this.#canSplit(smaller, nLeaves)) this.#findSplit(smaller, features);
    else this.#release(smaller);
  }

  #searchFromRows(node: GrowingNode, gradients: Float64Array, features: Uint32Array): void {
    node.histogram = this.#takeHistogram();
    this.#sumHistogram(node, gradients, features, node.histogram);
    this.#findSplit(node, features);
  }

  #sumHistogram(node: GrowingNode, gradients: Float64Array, features: Uint32Array, out: Float64Array): void {
    const { bins, nFeatures } = this.#matrix;
    sumHistogram(
      bins,
      nFeatures,
      gradients,
      this.#rows,
      node.start,
      node.end,
      features,
      this.#layout.offsets,
      out,
    );
  }

  #findSplit(node: GrowingNode, features: Uint32Array): void {
    if (!node.histogram) return;
    findSplit(node.histogram, this.#layout, this.#bins, features, node.sums, this.#limits, node.split);
    if (node.split.gain === 0) this.#release(node);
  }

  /** A histogram from the pool; where the pool is at its limit, the one of the open leaf that is least likely to be
   *  split next. Should that leaf be split after all, its children are summed from rows. */
  #takeHistogram(): Float64Array {
    const free = this.#pool.take();
    if (free) return free;
    let least: GrowingNode | undefined;
    for (let i = 0; i < this.#nNodes; i++) {
      const node = this.#nodes[i];
      if (node.histogram && node.split.gain < (least?.split.gain ?? Number.POSITIVE_INFINITY)) least = node;
    }
    const taken = least?.histogram;
    if (!least || !taken) throw new Error('the histogram pool is empty although no leaf holds a histogram');
    least.histogram = null;
    return taken;
  }

  #release(node: GrowingNode): void {
    if (node.histogram) this.#pool.release(node.histogram);
    node.histogram = null;
  }

  #releaseAll(): void {
    for (let i = 0; i < this.#nNodes; i++) this.#release(this.#nodes[i]);
  }
}
