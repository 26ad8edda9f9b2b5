/** Exact Shapley values of a sum of trees (Lundberg, Erion and Lee 2018, Algorithm 2): what is unknown of a row is averaged
 *  over the training rows, by how many of them went each way. */
import type { ExplainableTree, TreeSum } from '../explainable.ts';

export interface TreeEffects {
  /** Float64Array (nOutputs): what is said on average over the training rows. */
  readonly base: Float64Array;
  /** For each output Float64Array (nRows × nFeatures), row-major: base + the effects of a row = what its trees say. */
  readonly effects: readonly Float64Array[];
}

/** How many steps `treeShap` takes for one row, about. */
export function treeShapSteps({ trees }: Pick<TreeSum, 'trees'>): number {
  return trees.reduce((sum, tree) => {
    const depth = depthOf(tree, 0);
    return sum + ((tree.feature.length + 1) / 2) * depth * depth;
  }, 0);
}

/** O(nRows × trees × leaves × depth²). */
export function treeShap({ initial, trees, nRows, sources, bins }: TreeSum): TreeEffects {
  const nFeatures = sources.length;
  const nOutputs = initial.length;
  const base = Float64Array.from(initial);
  const effects = Array.from({ length: nOutputs }, () => new Float64Array(nRows * nFeatures));
  trees.forEach((tree, t) => {
    const output = t % nOutputs;
    base[output] = (base[output] as number) + expectation(tree, 0);
    if ((tree.feature[0] as number) < 0) return;
    const walk = new Walk(tree, depthOf(tree, 0));
    const ofOutput = effects[output] as Float64Array;
    for (let row = 0; row < nRows; row++) {
      const from = row * nFeatures;
      walk.explain(bins.subarray(from, from + nFeatures), ofOutput.subarray(from, from + nFeatures));
    }
  });
  return { base, effects };
}

function depthOf(tree: ExplainableTree, node: number): number {
  if ((tree.feature[node] as number) < 0) return 0;
  const left = tree.left[node] as number;
  return 1 + Math.max(depthOf(tree, left), depthOf(tree, left + 1));
}

function expectation(tree: ExplainableTree, node: number): number {
  if ((tree.feature[node] as number) < 0) return tree.value[node] as number;
  const left = tree.left[node] as number;
  const share = shareOf(tree, node, left);
  return share * expectation(tree, left) + (1 - share) * expectation(tree, left + 1);
}

/** Of the training rows at a node, those that go to that child. A node that none came by is a coin toss: a symmetric tree has
 *  such nodes, and whatever leads there has a share of 0 already. */
function shareOf({ cover }: ExplainableTree, node: number, child: number): number {
  const all = cover[node] as number;
  return all > 0 ? (cover[child] as number) / all : 0.5;
}

/** The path from the root to where a walk is: of every feature on it, which share of the training rows went the same way
 *  (`zero`), whether the row itself did (`one`), and how many of the feature's subsets of each size are still possible
 *  (`weight`). Every depth has its own copy, one after the other. */
class Walk {
  readonly #tree: ExplainableTree;
  readonly #feature: Int32Array;
  readonly #zero: Float64Array;
  readonly #one: Float64Array;
  readonly #weight: Float64Array;
  #row = new Uint8Array();
  #out = new Float64Array();

  constructor(tree: ExplainableTree, depth: number) {
    this.#tree = tree;
    const size = ((depth + 2) * (depth + 3)) / 2;
    this.#feature = new Int32Array(size);
    this.#zero = new Float64Array(size);
    this.#one = new Float64Array(size);
    this.#weight = new Float64Array(size);
  }

  /** Adds the row's effects. */
  explain(row: Uint8Array<ArrayBufferLike>, out: Float64Array<ArrayBufferLike>): void {
    this.#row = row as Uint8Array<ArrayBuffer>;
    this.#out = out as Float64Array<ArrayBuffer>;
    this.#visit(0, 0, 0, 1, 1, -1);
  }

  /** @param at where this depth's copy of the path begins. @param length of the path before this step. */
  #visit(node: number, at: number, length: number, zero: number, one: number, by: number): void {
    this.#extend(at, length, zero, one, by);
    const { feature, left, value, goesLeft } = this.#tree;
    const split = feature[node] as number;
    if (split < 0) {
      for (let i = 1; i <= length; i++) {
        const difference = (this.#one[at + i] as number) - (this.#zero[at + i] as number);
        const f = this.#feature[at + i] as number;
        this.#out[f] =
          (this.#out[f] as number) + this.#sumWithout(at, length, i) * difference * (value[node] as number);
      }
      return;
    }
    const leftChild = left[node] as number;
    const hot = goesLeft(node, this.#row[split] as number) ? leftChild : leftChild + 1;
    const cold = hot === leftChild ? leftChild + 1 : leftChild;
    let [last, zeroSoFar, oneSoFar] = [length, 1, 1];
    for (let i = 1; i <= length; i++) {
      if (this.#feature[at + i] !== split) continue;
      zeroSoFar = this.#zero[at + i] as number;
      oneSoFar = this.#one[at + i] as number;
      this.#unwind(at, length, i);
      last = length - 1;
      break;
    }
    const next = at + last + 1;
    const visit = (child: number, goes: number) => {
      const share = zeroSoFar * shareOf(this.#tree, node, child);
      // Neither the row nor any training row goes there.
      if (share === 0 && goes === 0) return;
      for (let i = 0; i <= last; i++) {
        this.#feature[next + i] = this.#feature[at + i] as number;
        this.#zero[next + i] = this.#zero[at + i] as number;
        this.#one[next + i] = this.#one[at + i] as number;
        this.#weight[next + i] = this.#weight[at + i] as number;
      }
      this.#visit(child, next, last + 1, share, goes, split);
    };
    visit(hot, oneSoFar);
    visit(cold, 0);
  }

  #extend(at: number, length: number, zero: number, one: number, by: number): void {
    const weight = this.#weight;
    this.#feature[at + length] = by;
    this.#zero[at + length] = zero;
    this.#one[at + length] = one;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      const here = weight[at + i] as number;
      weight[at + i + 1] = (weight[at + i + 1] as number) + (one * here * (i + 1)) / (length + 1);
      weight[at + i] = (zero * here * (length - i)) / (length + 1);
    }
  }

  /** Takes entry `entry` out of a path of `length` steps: the inverse of extending by it. */
  #unwind(at: number, length: number, entry: number): void {
    const weight = this.#weight;
    const zero = this.#zero[at + entry] as number;
    const one = this.#one[at + entry] as number;
    let next = weight[at + length] as number;
    for (let i = length - 1; i >= 0; i--) {
      const here = weight[at + i] as number;
      if (one !== 0) {
        weight[at + i] = (next * (length + 1)) / ((i + 1) * one);
        next = here - ((weight[at + i] as number) * zero * (length - i)) / (length + 1);
      } else {
        weight[at + i] = (here * (length + 1)) / (zero * (length - i));
      }
    }
    for (let i = entry; i < length; i++) {
      this.#feature[at + i] = this.#feature[at + i + 1] as number;
      this.#zero[at + i] = this.#zero[at + i + 1] as number;
      this.#one[at + i] = this.#one[at + i + 1] as number;
    }
  }

  /** The weights' sum if entry `entry` were taken out. */
  #sumWithout(at: number, length: number, entry: number): number {
    const weight = this.#weight;
    const zero = this.#zero[at + entry] as number;
    const one = this.#one[at + entry] as number;
    let next = weight[at + length] as number;
    let sum = 0;
    for (let i = length - 1; i >= 0; i--) {
      if (one !== 0) {
        const own = (next * (length + 1)) / ((i + 1) * one);
        sum += own;
        next = (weight[at + i] as number) - (own * zero * (length - i)) / (length + 1);
      } else {
        sum += ((weight[at + i] as number) * (length + 1)) / (zero * (length - i));
      }
    }
    return sum;
  }
}
