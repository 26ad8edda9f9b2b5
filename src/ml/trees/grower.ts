/** Grows one tree at a time, leaf by leaf: of all open leaves the one whose split gains most is split next.
 *  Only the smaller child's histogram is summed from rows; its sibling's is the parent's minus that. */
import type { Arena } from './arena.ts';
import type { BinnedMatrix, FeatureBins } from './binning.ts';
import { CELL_BYTES, FeatureFacts, type Monotone } from './feature-facts.ts';
import type { QuantisedGradients } from './gradients.ts';
import { HistogramPool } from './histogram-pool.ts';
import { HISTOGRAM_SCRATCH, type TreeKernels } from './kernels.ts';
import { LeafTable } from './leaf-table.ts';
import { NodeTable, SearchMemory, type SplitLimits } from './node-memory.ts';
import { dealRows, type Range, ROWS_PER_STRIPE, shareStarts } from './shares.ts';
import { ranges, Team } from './team.ts';
import { emptyTree, type Tree } from './tree.ts';

/** With thousands of wide features the histograms of all open leaves would not fit; LightGBM bounds them likewise
 *  (histogram_pool_size). */
const MAX_HISTOGRAM_BYTES = 256 * 1024 * 1024;

/** Keeps quotients finite where hessians sum to nothing. */
const TINY = 1e-15;

export interface GrowthLimits extends SplitLimits {
  readonly maxLeaves: number;
  /** 0 means none. */
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** A node's place while its tree grows; the rest is in the node table. */
interface Place {
  /** Its rows, share by share. */
  readonly shares: readonly Range[];
  readonly nRows: number;
  readonly depth: number;
  /** Left child; -1 while it is a leaf. The right one is the next. */
  left: number;
  /** Pointer to its histogram, 0 where none is kept. */
  histogram: number;
  /** Bounds of its value, from monotonic splits above. */
  lower: number;
  upper: number;
}

/** What a thread of the team works with. */
interface Desk {
  readonly search: SearchMemory;
  /** Pointers: to scratch, to a histogram of its own (0 for the first, which sums into the node's), to a cell. */
  readonly scratch: number;
  readonly histogram: number;
  readonly cell: number;
  readonly leaves: LeafTable;
}

export class TreeGrower {
  readonly #arena: Arena;
  readonly #matrix: BinnedMatrix;
  readonly #limits: GrowthLimits;
  readonly #facts: FeatureFacts;
  readonly #pool: HistogramPool;
  readonly #nodes: NodeTable;
  readonly #places: Place[] = [];
  /** Pointers to uint32 (nRows): the rows of all nodes in their order, share by share, and room to divide them. */
  readonly #rows: number;
  readonly #spareRows: number;
  readonly #shareStarts: readonly number[];
  readonly #goesLeft: number;
  readonly #team: Team;
  readonly #desks: readonly Desk[];
  readonly #constrained: boolean;
  #nNodes = 0;
  #gradients: QuantisedGradients | undefined;
  #seed = 0;

  /** Allocates what every tree needs: O(nRows) numbers now, histograms as trees ask for them.
   *  @param monotone directions by feature. @param maxHistogramBytes with less, more of them are summed from rows. */
  constructor(
    arena: Arena,
    matrix: BinnedMatrix,
    bins: readonly FeatureBins[],
    limits: GrowthLimits,
    { monotone, maxHistogramBytes = MAX_HISTOGRAM_BYTES, team = new Team(arena) }: GrowerOptions = {},
  ) {
    const { nRows } = matrix;
    this.#arena = arena;
    this.#matrix = matrix;
    this.#limits = limits;
    this.#constrained = monotone?.some((direction) => direction !== 0) ?? false;
    this.#facts = new FeatureFacts(arena, bins, monotone);
    this.#pool = new HistogramPool(arena, this.#facts.maxHistogramBytes, maxHistogramBytes);
    const countBits = countBitsOf(nRows);
    this.#nodes = new NodeTable(arena, 2 * limits.maxLeaves, countBits);
    this.#rows = arena.allocate(nRows * 4);
    this.#spareRows = arena.allocate(nRows * 4);
    this.#shareStarts = shareStarts(nRows, team.most);
    this.#team = team;
    this.#desks = Array.from({ length: team.most }, (_, thread) => ({
      search: new SearchMemory(arena, limits, countBits, this.#constrained),
      scratch: arena.allocate(HISTOGRAM_SCRATCH),
      histogram: thread === 0 ? 0 : arena.allocate(this.#facts.maxHistogramBytes),
      cell: arena.allocate(CELL_BYTES),
      leaves: new LeafTable(arena, limits.maxLeaves),
    }));
    this.#goesLeft = arena.allocate(256);
  }

  /** @param rows     Uint32Array: the rows to learn from, ascending; null for all of them.
   *  @param features Uint32Array: the features that may be split on, ascending.
   *  @param seed     of random thresholds. */
  grow(gradients: QuantisedGradients, rows: Uint32Array | null, features: Uint32Array, seed: number): Tree {
    this.#gradients = gradients;
    this.#seed = seed;
    const { gradientFactor, hessianFactor } = gradients;
    for (const { search } of this.#desks) search.setScales(1 / gradientFactor, 1 / hessianFactor);
    this.#facts.select(features);
    this.#nNodes = 0;
    const root = this.#addNode(rows ? this.#deal(rows) : this.#dealAll(), 0);
    this.#sumRoot(root);
    if (this.#canSplit(root, 1)) this.#searchFromRows(root);
    for (let nLeaves = 1; nLeaves < this.#limits.maxLeaves; nLeaves++) {
      const best = this.#bestOpenLeaf();
      if (best < 0) break;
      this.#split(best, nLeaves + 1);
    }
    for (let node = 0; node < this.#nNodes; node++) this.#release(node);
    return this.#freeze();
  }

  /** Calls back for each leaf of the last grown tree with its node and rows, ascending. */
  forEachLeaf(visit: (node: number, rows: Uint32Array) => void): void {
    for (let node = 0; node < this.#nNodes; node++) {
      const { left, shares, nRows } = this.#places[node];
      if (left >= 0) continue;
      const rows = new Uint32Array(nRows);
      let to = 0;
      for (const { start, end } of shares) {
        rows.set(this.#arena.uint32(this.#rows + 4 * start, end - start), to);
        to += end - start;
      }
      visit(node, shares.length > 1 ? rows.sort() : rows);
    }
  }

  /** Adds the last grown tree to the raw predictions (pointer to float64) of the rows it was grown from. */
  addLeafValues(tree: Tree, raw: number): void {
    let nLeaves = 0;
    for (let node = 0; node < this.#nNodes; node++) {
      const { left, shares } = this.#places[node];
      if (left >= 0) continue;
      for (let share = 0; share < shares.length; share++) {
        const { start, end } = shares[share];
        this.#desks[share].leaves.set(nLeaves, start, end, tree.value[node]);
      }
      nLeaves++;
    }
    this.#team.run(
      'addLeafValues',
      this.#desks.map(({ leaves }) => [leaves.pointer, nLeaves, this.#rows, raw]),
    );
  }

  #dealAll(): Range[] {
    const nShares = this.#desks.length;
    const counts = this.#team.run(
      'numberRows',
      this.#shareStarts.map((start, share) => [
        ...([this.#rows + 4 * start, this.#matrix.nRows, ROWS_PER_STRIPE, share, nShares] as const),
      ]),
    );
    return this.#shareStarts.map((start, share) => ({ start, end: start + counts[share] }));
  }

  #deal(rows: Uint32Array): Range[] {
    return dealRows(rows, this.#shareStarts, this.#arena.uint32(this.#rows, this.#matrix.nRows));
  }

  #addNode(shares: readonly Range[], depth: number): number {
    const node = this.#nNodes++;
    let nRows = 0;
    for (const { start, end } of shares) nRows += end - start;
    const fresh = { histogram: 0, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
    this.#places[node] = { shares, nRows, depth, left: -1, ...fresh };
    this.#nodes.clear(node);
    return node;
  }

  #sumRoot(root: number): void {
    const { pointer, countBits } = this.#gradients as QuantisedGradients;
    this.#team.run(
      'sumGradients',
      this.#places[root].shares.map(({ start, end }, share) => [
        ...([pointer, this.#rows, start, end, countBits, this.#desks[share].cell] as const),
      ]),
    );
    this.#nodes.setSums(
      root,
      this.#desks.map(({ cell }) => this.#arena.bigInt64(cell, 2)),
    );
  }

  #hessian(node: number): number {
    return this.#nodes.hessian(node) / (this.#gradients as QuantisedGradients).hessianFactor;
  }

  #canSplit(node: number, nLeaves: number): boolean {
    const { maxLeaves, maxDepth, minSamplesLeaf, minHessian } = this.#limits;
    const { nRows, depth } = this.#places[node];
    return (
      nLeaves < maxLeaves &&
      (maxDepth === 0 || depth < maxDepth) &&
      nRows >= 2 * minSamplesLeaf &&
      this.#hessian(node) >= 2 * minHessian
    );
  }

  /** The unsplit node with the largest gain, the oldest of equals; -1 when no split is left. */
  #bestOpenLeaf(): number {
    let best = -1;
    let gain = 0;
    for (let node = 0; node < this.#nNodes; node++) {
      if (this.#places[node].left < 0 && this.#nodes.gain(node) > gain) {
        best = node;
        gain = this.#nodes.gain(node);
      }
    }
    return best;
  }

  #split(parent: number, nLeaves: number): void {
    const { shares, depth } = this.#places[parent];
    this.#fillGoesLeft(parent);
    const counts = this.#partition(parent);
    const left = this.#addNode(
      shares.map(({ start }, share) => ({ start, end: start + counts[share] })),
      depth + 1,
    );
    const right = this.#addNode(
      shares.map(({ start, end }, share) => ({ start: start + counts[share], end })),
      depth + 1,
    );
    this.#places[parent].left = left;
    this.#nodes.divideSums(parent, left, right);
    if (this.#constrained) this.#boundChildren(parent, left, right);
    this.#searchChildren(parent, left, right, nLeaves);
  }

  /** @returns how many rows of each share go left. */
  #partition(parent: number): number[] {
    const { shares, nRows } = this.#places[parent];
    const column = this.#matrix.columns + this.#nodes.feature(parent) * this.#matrix.nRows;
    const parts = shares.map(({ start, end }) => [
      ...([column, this.#goesLeft, this.#rows, start, end, this.#spareRows + 4 * start] as const),
    ]) satisfies Parameters<TreeKernels['partitionRows']>[];
    return isWorthSharing(nRows)
      ? this.#team.run('partitionRows', parts)
      : this.#team.compute('partitionRows', parts);
  }

  /** One byte per bin of the node's feature: 1 for those that go left. */
  #fillGoesLeft(node: number): void {
    const goesLeft = this.#arena.uint8(this.#goesLeft, 256);
    if (this.#nodes.isCategorical(node)) {
      const bits = this.#nodes.leftBins(node);
      for (let bin = 0; bin < 256; bin++) goesLeft[bin] = (bits[bin >> 3] >> (bin & 7)) & 1;
    } else {
      goesLeft.fill(0).fill(1, 0, this.#nodes.bin(node) + 1);
    }
    goesLeft[this.#facts.missingBin(this.#nodes.feature(node))] = this.#nodes.missingLeft(node) ? 1 : 0;
  }

  /** Below a monotonic split no value on one side may pass the middle between the two children's values
   *  (scikit-learn's and LightGBM's basic method). */
  #boundChildren(parent: number, left: number, right: number): void {
    const { lower, upper } = this.#places[parent];
    const places = [this.#places[left], this.#places[right]];
    for (const place of places) Object.assign(place, { lower, upper });
    const direction = this.#nodes.isCategorical(parent)
      ? 0
      : this.#facts.monotone(this.#nodes.feature(parent));
    if (direction === 0) return;
    const middle = (this.#value(left) + this.#value(right)) / 2;
    const [low, high] = direction > 0 ? places : places.reverse();
    low.upper = middle;
    high.lower = middle;
  }

  /** Gives the children that may be split further their histograms and best splits. */
  #searchChildren(parent: number, left: number, right: number, nLeaves: number): void {
    const isLeftSmaller = this.#places[left].nRows <= this.#places[right].nRows;
    const smaller = isLeftSmaller ? left : right;
    const larger = isLeftSmaller ? right : left;
    const inherited = this.#places[parent].histogram;
    this.#places[parent].histogram = 0;
    if (!this.#canSplit(larger, nLeaves)) {
      // The larger child cannot be too small, so what stops it (depth, leaves, hessian) is judged for the smaller
      // one on its own: a small child may still have more hessian than a large one.
      if (inherited) this.#pool.release(inherited);
      if (this.#canSplit(smaller, nLeaves)) this.#searchFromRows(smaller);
      return;
    }
    if (!inherited) {
      this.#searchFromRows(larger);
      if (this.#canSplit(smaller, nLeaves)) this.#searchFromRows(smaller);
      return;
    }
    const summed = this.#takeHistogram();
    this.#sumHistogram(smaller, summed);
    this.#arena.kernels.subtractHistogram(inherited, summed, this.#facts.histogramBytes);
    this.#places[larger].histogram = inherited;
    this.#places[smaller].histogram = summed;
    if (this.#canSplit(smaller, nLeaves)) {
      this.#findSplits([larger, smaller]);
    } else {
      this.#release(smaller);
      this.#findSplits([larger]);
    }
  }

  #searchFromRows(node: number): void {
    const histogram = this.#takeHistogram();
    this.#places[node].histogram = histogram;
    this.#sumHistogram(node, histogram);
    this.#findSplits([node]);
  }

  #sumHistogram(node: number, histogram: number): void {
    const { shares, nRows } = this.#places[node];
    const { histogramBytes } = this.#facts;
    if (this.#team.size === 1 || !isWorthSharing(nRows)) {
      const { kernels } = this.#arena;
      kernels.clearHistogram(histogram, histogramBytes);
      for (const share of shares) kernels.addToHistogram(...this.#summing(share, this.#desks[0], histogram));
      return;
    }
    const cells = this.#desks.map((desk) => desk.histogram || histogram);
    this.#team.run(
      'clearHistogram',
      cells.map((own) => [own, histogramBytes]),
    );
    this.#team.run(
      'addToHistogram',
      shares.map((share, i) => this.#summing(share, this.#desks[i], cells[i])),
    );
    for (const other of cells.slice(1)) {
      this.#team.run(
        'mergeHistogram',
        ranges(histogramBytes, cells.length, 64).map(([from, to]) => [histogram, other, from, to]),
      );
    }
  }

  #summing({ start, end }: Range, desk: Desk, cells: number): Parameters<TreeKernels['addToHistogram']> {
    const { rows, rowStride } = this.#matrix;
    const { pointer, countBits } = this.#gradients as QuantisedGradients;
    const { octets, nOctets } = this.#facts;
    return [
      ...([rows, rowStride, pointer, this.#rows, start, end] as const),
      ...([octets, nOctets, countBits, desk.scratch, cells] as const),
    ];
  }

  /** Of one node or both children of one, side by side where there are threads. */
  #findSplits(nodes: readonly number[]): void {
    if (nodes.length <= this.#team.size) {
      this.#team.run(
        'findBestSplit',
        nodes.map((node, i) => this.#searching(node, this.#desks[i])),
      );
    } else {
      for (const node of nodes) this.#arena.kernels.findBestSplit(...this.#searching(node, this.#desks[0]));
    }
    for (const node of nodes) if (this.#nodes.feature(node) < 0) this.#release(node);
  }

  #searching(node: number, { search }: Desk): Parameters<TreeKernels['findBestSplit']> {
    const { histogram, lower, upper } = this.#places[node];
    const { list, nSelected, pointer } = this.#facts;
    search.setNode(lower, upper, Math.imul(this.#seed ^ node, 0x9e3779b1));
    return [histogram, list, nSelected, pointer, search.pointer, this.#nodes.at(node)];
  }

  /** A histogram from the pool; where the pool is at its limit, the one of the open leaf that is least likely to be
   *  split next. Should that leaf be split after all, its children are summed from rows. */
  #takeHistogram(): number {
    const free = this.#pool.take();
    if (free) return free;
    let least: Place | undefined;
    let gain = Number.POSITIVE_INFINITY;
    for (let node = 0; node < this.#nNodes; node++) {
      if (!this.#places[node].histogram || this.#nodes.gain(node) >= gain) continue;
      least = this.#places[node];
      gain = this.#nodes.gain(node);
    }
    if (!least) throw new Error('the histogram pool is empty although no leaf holds a histogram');
    const taken = least.histogram;
    least.histogram = 0;
    return taken;
  }

  #release(node: number): void {
    const place = this.#places[node];
    if (place.histogram) this.#pool.release(place.histogram);
    place.histogram = 0;
  }

  /** The optimal value before shrinkage: the Newton step -G / (H + l2), with the L1 penalty and within the bounds.
   *  Without curvature (a root of rows that are already certain) a Newton step has no length. */
  #value(node: number): number {
    const { l1, l2, minHessian } = this.#limits;
    const hessian = this.#hessian(node);
    if (hessian < minHessian) return 0;
    const gradient = this.#nodes.gradient(node) / (this.#gradients as QuantisedGradients).gradientFactor;
    const shrunk = Math.sign(gradient) * Math.max(0, Math.abs(gradient) - l1);
    const { lower, upper } = this.#places[node];
    return Math.min(upper, Math.max(lower, -shrunk / (hessian + l2 + TINY)));
  }

  #freeze(): Tree {
    const nNodes = this.#nNodes;
    const inner = Array.from({ length: nNodes }, (_, node) => node).filter((n) => this.#places[n].left >= 0);
    const tree = emptyTree(nNodes, inner.filter((node) => this.#nodes.isCategorical(node)).length);
    let set = 0;
    for (const node of inner) {
      tree.feature[node] = this.#nodes.feature(node);
      tree.left[node] = this.#places[node].left;
      tree.missingLeft[node] = this.#nodes.missingLeft(node) ? 1 : 0;
      tree.gain[node] = this.#nodes.gain(node);
      if (this.#nodes.isCategorical(node)) {
        this.#fillGoesLeft(node);
        const goesLeft = this.#arena.uint8(this.#goesLeft, 256);
        for (let bin = 0; bin < 256; bin++)
          tree.categorySets[set * 8 + (bin >> 5)] |= goesLeft[bin] << (bin & 31);
        tree.categorySet[node] = set++;
      } else {
        tree.splitBin[node] = this.#nodes.bin(node);
      }
    }
    for (let node = 0; node < nNodes; node++) {
      tree.value[node] = this.#limits.learningRate * this.#value(node);
      tree.count[node] = this.#places[node].nRows;
      tree.cover[node] = this.#hessian(node);
    }
    return tree;
  }
}

/** Fewer rows are done before another thread has woken up. */
function isWorthSharing(nRows: number): boolean {
  return nRows >= 4000;
}

export interface GrowerOptions {
  /** Threads that share the work; one by default. */
  readonly team?: Team;
  readonly monotone?: readonly Monotone[];
  readonly maxHistogramBytes?: number;
}

/** Bits that hold any count of `nRows` rows. */
export function countBitsOf(nRows: number): number {
  return Math.max(1, Math.ceil(Math.log2(nRows + 1)));
}
