/** Grows symmetric trees: all nodes of a level share one split, so that a tree of depth d is d questions and a table of
 *  2^d answers (Prokhorenkova et al. 2018, CatBoost). Such trees fit less closely than free ones of as many leaves, and
 *  many of them together tend to do better on new rows.
 *
 *  Numbering: node 0 is the root, the children of node i are 2i + 1 and 2i + 2; all leaves lie on one level. */
import type { Random } from '../random.ts';
import type { Arena } from './arena.ts';
import type { BinnedMatrix, FeatureBins } from './binning.ts';
import { CELL_BYTES, FeatureFacts } from './feature-facts.ts';
import type { QuantisedGradients } from './gradients.ts';
import { HISTOGRAM_SCRATCH } from './kernels.ts';
import { LeafTable } from './leaf-table.ts';
import { emptyTree, type Tree } from './tree.ts';

/** Where the histograms of a level would take more, each is summed from rows when it is looked at. */
const MAX_HISTOGRAM_BYTES = 256 * 1024 * 1024;
/** Least hessian of a leaf, as in the scores of splits (kernels/trees/levels.ts). */
const LEAST_HESSIAN = 1e-3;
/** Sums that differ by less are told apart by rounding alone. */
const RELATIVE_ROUNDING = 1e-12;

export interface ObliviousLimits {
  /** Levels of splits, 1 to 8. */
  readonly depth: number;
  /** L2 penalty on leaf values, added to the sum of hessians. */
  readonly l2: number;
}

/** How the splits of a tree are judged. */
export interface LevelSearch {
  /** What gradients are judged in units of, so that no square of theirs overflows. */
  readonly unit: number;
  /** L2 penalty in scores; another one than in leaves where hessians are small throughout. */
  readonly l2: number;
  /** Standard deviation of normal noise on each feature's score (the root of what the children score together), so that
   *  trees differ; 0 for none. */
  readonly noise: number;
  readonly random: Random;
}

/** The question of a level. */
export interface LevelSplit {
  readonly feature: number;
  /** Numeric features: bins 0..bin go left. Categorical ones: this bin alone does. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly isCategorical: boolean;
}

export class ObliviousGrower {
  readonly #arena: Arena;
  readonly #bins: readonly FeatureBins[];
  readonly #limits: ObliviousLimits;
  readonly #facts: FeatureFacts;
  readonly #keepsHistograms: boolean;
  readonly #histograms: number[] = [];
  readonly #scores: number;
  /** Cells of the nodes of a level: pointer to 2^depth cells. */
  readonly #sums: number;
  readonly #rows: number;
  readonly #spareRows: number;
  readonly #scratch: number;
  readonly #goesLeft: number;
  readonly #leaves: LeafTable;
  /** Node k of the last level divided holds rows [starts[k], starts[k + 1]). */
  #starts = Uint32Array.of(0, 0);
  #levels: LevelSplit[] = [];
  #withMissing = new Set<number>();

  /** Allocates what every tree needs. @param nRows of the matrices that trees will be grown on. */
  constructor(
    arena: Arena,
    nRows: number,
    bins: readonly FeatureBins[],
    limits: ObliviousLimits,
    maxHistogramBytes = MAX_HISTOGRAM_BYTES,
  ) {
    this.#arena = arena;
    this.#bins = bins;
    this.#limits = limits;
    this.#facts = new FeatureFacts(arena, bins);
    const most = 2 ** (limits.depth - 1);
    this.#keepsHistograms = most * this.#facts.maxHistogramBytes <= maxHistogramBytes;
    const nHistograms = this.#keepsHistograms ? most : 1;
    for (let k = 0; k < nHistograms; k++)
      this.#histograms.push(arena.allocate(this.#facts.maxHistogramBytes));
    this.#scores = arena.allocate(this.#facts.maxHistogramBytes);
    this.#sums = arena.allocate(2 ** limits.depth * CELL_BYTES);
    this.#rows = arena.allocate(nRows * 4);
    this.#spareRows = arena.allocate(nRows * 4);
    this.#scratch = arena.allocate(HISTOGRAM_SCRATCH);
    this.#goesLeft = arena.allocate(256);
    this.#leaves = new LeafTable(arena, 2 ** limits.depth);
  }

  /** The questions of one tree; fewer than `depth` where no split lowers the loss. The rows are then divided by them.
   *  @param gradients what splits are chosen by, of every row of the matrix.
   *  @param rows     Uint32Array: the rows to learn from, ascending.
   *  @param features Uint32Array: the features that may be split on, ascending.
   *  O(depth × rows × features + 2^depth × bins of the features). */
  grow(
    matrix: BinnedMatrix,
    gradients: QuantisedGradients,
    rows: Uint32Array,
    features: Uint32Array,
    search: LevelSearch,
  ): readonly LevelSplit[] {
    this.#facts.select(features);
    this.#startWith(rows);
    this.#levels = [];
    this.#sumNode(gradients, 0);
    for (let level = 0; level < this.#limits.depth; level++) {
      this.#scoreLevel(matrix, gradients, level, search);
      if (level === 0) this.#withMissing = this.#featuresWithMissing();
      const split = this.#bestSplit(this.#scoreWithoutSplit(gradients, search), search);
      if (!split) break;
      this.#divideLevel(matrix, split);
      this.#levels.push(this.#settled(split));
      this.#sumChildren(gradients, level);
      if (level + 1 < this.#limits.depth) this.#inheritHistograms(matrix, gradients, level);
    }
    return this.#levels;
  }

  /** Divides other rows by the questions of the last grown tree: those that its leaves take their values from.
   *  @param rows Uint32Array, ascending. O(depth × rows). */
  divide(matrix: BinnedMatrix, rows: Uint32Array): void {
    this.#startWith(rows);
    for (const split of this.#levels) this.#divideLevel(matrix, split);
  }

  /** The tree over the rows that were divided last. A leaf takes the Newton step -G / (H + l2), a leaf without rows 0;
   *  inner nodes hold what they would be as leaves. O(rows). */
  freeze(gradients: QuantisedGradients, learningRate: number): Tree {
    const depth = this.#levels.length;
    const nLeaves = 2 ** depth;
    const firstLeaf = nLeaves - 1;
    const nSets = this.#levels.filter(({ isCategorical }) => isCategorical).length;
    const tree = emptyTree(2 * nLeaves - 1, nSets);
    const sums = new Float64Array(tree.value.length);
    for (let k = 0; k < nLeaves; k++) {
      const { gradient, hessian } = this.#sumsOfLeaf(gradients, k);
      sums[firstLeaf + k] = gradient;
      tree.cover[firstLeaf + k] = hessian;
      tree.count[firstLeaf + k] = this.#starts[k + 1] - this.#starts[k];
    }
    for (let node = firstLeaf - 1; node >= 0; node--) {
      const left = 2 * node + 1;
      tree.left[node] = left;
      sums[node] = sums[left] + sums[left + 1];
      tree.cover[node] = tree.cover[left] + tree.cover[left + 1];
      tree.count[node] = tree.count[left] + tree.count[left + 1];
    }
    const weight = (node: number) => Math.max(tree.cover[node], LEAST_HESSIAN) + this.#limits.l2;
    const score = (node: number) => (tree.count[node] === 0 ? 0 : sums[node] ** 2 / weight(node));
    for (let node = 0; node < tree.value.length; node++) {
      if (tree.count[node] > 0) tree.value[node] = (-learningRate * sums[node]) / weight(node);
      const left = tree.left[node];
      const gain = left ? score(left) + score(left + 1) - score(node) : 0;
      if (gain > 0 && Number.isFinite(gain)) tree.gain[node] = gain; // squares of huge sums overflow
    }
    this.#writeSplits(tree);
    return tree;
  }

  /** Calls back for each leaf with its node and the rows that were divided into it (a view, valid during the call). */
  forEachLeaf(visit: (node: number, rows: Uint32Array) => void): void {
    const nLeaves = this.#starts.length - 1;
    for (let k = 0; k < nLeaves; k++) {
      const [start, end] = [this.#starts[k], this.#starts[k + 1]];
      visit(nLeaves - 1 + k, this.#arena.uint32(this.#rows + 4 * start, end - start));
    }
  }

  /** Adds the tree that was frozen last to the raw predictions (pointer to float64) of the rows divided last. */
  addLeafValues(tree: Tree, raw: number): void {
    const nLeaves = this.#starts.length - 1;
    for (let k = 0; k < nLeaves; k++) {
      this.#leaves.set(k, this.#starts[k], this.#starts[k + 1], tree.value[nLeaves - 1 + k]);
    }
    this.#arena.kernels.addLeafValues(this.#leaves.pointer, nLeaves, this.#rows, raw);
  }

  #startWith(rows: Uint32Array): void {
    this.#arena.uint32(this.#rows, rows.length).set(rows);
    this.#starts = Uint32Array.of(0, rows.length);
  }

  #sumNode({ pointer, countBits }: QuantisedGradients, k: number, cell = this.#sums + k * CELL_BYTES): void {
    const [start, end] = [this.#starts[k], this.#starts[k + 1]];
    this.#arena.kernels.sumGradients(pointer, this.#rows, start, end, countBits, cell);
  }

  /** Adds up, over the nodes of a level, what every possible split scores there. */
  #scoreLevel(
    matrix: BinnedMatrix,
    gradients: QuantisedGradients,
    level: number,
    { l2, unit }: LevelSearch,
  ): void {
    const { kernels } = this.#arena;
    const { list, nSelected, pointer, histogramBytes } = this.#facts;
    kernels.clearHistogram(this.#scores, histogramBytes);
    for (let k = 0; k < 2 ** level; k++) {
      if (this.#starts[k] === this.#starts[k + 1]) continue;
      const histogram = this.#histograms[this.#keepsHistograms ? k : 0];
      if (level === 0 || !this.#keepsHistograms) this.#sumHistogram(matrix, gradients, k, histogram);
      kernels.addLevelScores(
        histogram,
        list,
        nSelected,
        pointer,
        this.#sums + k * CELL_BYTES,
        1 / (gradients.gradientFactor * unit),
        1 / gradients.hessianFactor,
        l2,
        gradients.countBits,
        this.#scores,
      );
    }
  }

  #scoreWithoutSplit(
    { gradientFactor, hessianFactor, countBits }: QuantisedGradients,
    { l2, unit }: LevelSearch,
  ): number {
    const nNodes = this.#starts.length - 1;
    const cells = this.#arena.bigInt64(this.#sums, 2 * nNodes);
    let sum = 0;
    for (let k = 0; k < nNodes; k++) {
      const gradient = Number(cells[2 * k]) / (gradientFactor * unit);
      const hessian = hessianOf(cells[2 * k + 1], countBits) / hessianFactor;
      sum += gradient ** 2 / (Math.max(hessian, LEAST_HESSIAN) + l2);
    }
    return sum;
  }

  /** Of each feature the best split competes, under noise, with those of the others. Of equals the first feature, the
   *  lowest bin and missing values on the right win. */
  #bestSplit(unsplitScore: number, { noise, random }: LevelSearch): LevelSplit | undefined {
    const { list, nSelected } = this.#facts;
    const entries = this.#arena.uint32(list, 2 * nSelected);
    const least = unsplitScore * (1 + RELATIVE_ROUNDING);
    let best: LevelSplit | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < nSelected; k++) {
      const feature = entries[2 * k];
      const { kind, nBins } = this.#bins[feature];
      const isCategorical = kind === 'categorical';
      const nScores = 2 * (isCategorical ? nBins + 1 : nBins);
      const scores = this.#arena.float64(this.#scores + entries[2 * k + 1], nScores);
      let at = -1;
      let highest = least;
      for (let i = 0; i < nScores; i++) {
        if (scores[i] > highest) {
          highest = scores[i];
          at = i;
        }
      }
      const score = Math.sqrt(highest) + (noise > 0 ? noise * random.normal() : 0);
      if (at < 0 || score <= bestScore) continue;
      bestScore = score;
      const bin = at >> 1;
      best = { feature, bin, isCategorical, missingLeft: isCategorical ? bin === nBins : (at & 1) === 1 };
    }
    return best;
  }

  /** Where the rows do not say on which side missing values belong, they go with the majority. */
  #settled(split: LevelSplit): LevelSplit {
    if (split.isCategorical || this.#withMissing.has(split.feature)) return split;
    let nLeft = 0;
    for (let k = 0; k + 1 < this.#starts.length; k += 2) nLeft += this.#starts[k + 1] - this.#starts[k];
    const nRows = this.#starts[this.#starts.length - 1];
    return { ...split, missingLeft: 2 * nLeft > nRows };
  }

  /** The selected features of which the root has missing values. */
  #featuresWithMissing(): Set<number> {
    const { list, nSelected, histogramBytes } = this.#facts;
    const entries = this.#arena.uint32(list, 2 * nSelected);
    const cells = this.#arena.bigInt64(this.#histograms[0], histogramBytes / 8);
    const found = new Set<number>();
    for (let k = 0; k < nSelected; k++) {
      const [feature, offset] = [entries[2 * k], entries[2 * k + 1]];
      if (cells[offset / 8 + 2 * this.#bins[feature].nBins + 1] !== 0n) found.add(feature);
    }
    return found;
  }

  #divideLevel({ columns, nRows }: BinnedMatrix, split: LevelSplit): void {
    this.#fillGoesLeft(split);
    const nNodes = this.#starts.length - 1;
    const starts = new Uint32Array(2 * nNodes + 1);
    for (let k = 0; k < nNodes; k++) {
      const [start, end] = [this.#starts[k], this.#starts[k + 1]];
      const column = columns + split.feature * nRows;
      const places = [column, this.#goesLeft, this.#rows, start, end, this.#spareRows] as const;
      starts[2 * k] = start;
      starts[2 * k + 1] = start + this.#arena.kernels.partitionRows(...places);
    }
    starts[2 * nNodes] = this.#starts[nNodes];
    this.#starts = starts;
  }

  #fillGoesLeft({ feature, bin, missingLeft, isCategorical }: LevelSplit): void {
    const goesLeft = this.#arena.uint8(this.#goesLeft, 256).fill(0);
    if (isCategorical) goesLeft[bin] = 1;
    else {
      goesLeft.fill(1, 0, bin + 1);
      goesLeft[this.#bins[feature].nBins] = missingLeft ? 1 : 0;
    }
  }

  /** Replaces the sums of a level by those of its children: the smaller one's from rows, the other's by subtraction. */
  #sumChildren(gradients: QuantisedGradients, level: number): void {
    const cells = this.#arena.bigInt64(this.#sums, 2 * 2 ** (level + 1));
    // From the last on, so that no parent's sums are overwritten before they are used.
    for (let k = 2 ** level - 1; k >= 0; k--) {
      const [left, right] = [2 * k, 2 * k + 1];
      const [gradient, hessian] = [cells[2 * k], cells[2 * k + 1]];
      const [smaller, larger] = this.#bySize(left, right);
      this.#sumNode(gradients, smaller);
      cells[2 * larger] = gradient - cells[2 * smaller];
      cells[2 * larger + 1] = hessian - cells[2 * smaller + 1];
    }
  }

  #bySize(left: number, right: number): [number, number] {
    const sizeOf = (k: number) => this.#starts[k + 1] - this.#starts[k];
    return sizeOf(left) <= sizeOf(right) ? [left, right] : [right, left];
  }

  /** Gives every child its histogram; the larger one takes its parent's over. */
  #inheritHistograms(matrix: BinnedMatrix, gradients: QuantisedGradients, level: number): void {
    if (!this.#keepsHistograms) return;
    const nParents = 2 ** level;
    const parents = this.#histograms.slice(0, nParents);
    const spare = this.#histograms.slice(nParents, 2 * nParents);
    for (let k = 0; k < nParents; k++) {
      const [smaller, larger] = this.#bySize(2 * k, 2 * k + 1);
      this.#histograms[larger] = parents[k];
      this.#histograms[smaller] = spare[k];
      if (this.#starts[smaller] === this.#starts[smaller + 1]) continue;
      this.#sumHistogram(matrix, gradients, smaller, spare[k]);
      this.#arena.kernels.subtractHistogram(parents[k], spare[k], this.#facts.histogramBytes);
    }
  }

  #sumHistogram(
    { rows, rowStride }: BinnedMatrix,
    { pointer, countBits }: QuantisedGradients,
    k: number,
    histogram: number,
  ): void {
    const { octets, nOctets, histogramBytes } = this.#facts;
    this.#arena.kernels.clearHistogram(histogram, histogramBytes);
    this.#arena.kernels.addToHistogram(
      rows,
      rowStride,
      pointer,
      this.#rows,
      this.#starts[k],
      this.#starts[k + 1],
      octets,
      nOctets,
      countBits,
      this.#scratch,
      histogram,
    );
  }

  #sumsOfLeaf(gradients: QuantisedGradients, k: number): { gradient: number; hessian: number } {
    this.#sumNode(gradients, k, this.#scratch);
    const [gradient, hessian] = this.#arena.bigInt64(this.#scratch, 2);
    return {
      gradient: Number(gradient) / gradients.gradientFactor,
      hessian: hessianOf(hessian, gradients.countBits) / gradients.hessianFactor,
    };
  }

  /** All nodes of a level share its split, and its set of categories. */
  #writeSplits(tree: Tree): void {
    let set = 0;
    this.#levels.forEach((split, level) => {
      const [first, end] = [2 ** level - 1, 2 ** (level + 1) - 1];
      tree.feature.fill(split.feature, first, end);
      tree.missingLeft.fill(split.missingLeft ? 1 : 0, first, end);
      if (!split.isCategorical) {
        tree.splitBin.fill(split.bin, first, end);
        return;
      }
      tree.categorySet.fill(set, first, end);
      tree.categorySets[set * 8 + (split.bin >> 5)] = 2 ** (split.bin & 31);
      set++;
    });
  }
}

function hessianOf(hessianAndCount: bigint, countBits: number): number {
  return Number(BigInt.asUintN(64, hessianAndCount) >> BigInt(countBits));
}
