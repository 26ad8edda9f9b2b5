/** Turns the nodes of a grown tree into the flat arrays that predict. */
import { type GrowingNode, sumRows } from './growing-node.ts';
import type { Tree } from './predictor.ts';
import { leafValue } from './split.ts';

/** @param nodes     children after their parent; their sums are overwritten: those of leaves are taken from the rows
 *                   once more, so that no rounding of histogram subtractions is left in leaf values.
 *  @param rows      Uint32Array: a node's rows are rows[start..end).
 *  @param gradients Float64Array (nRows × 2): gradient and hessian of each row, interleaved. */
export function freezeTree(
  nodes: readonly GrowingNode[],
  rows: Uint32Array,
  gradients: Float64Array,
  { l2, minHessian, learningRate }: { l2: number; minHessian: number; learningRate: number },
): Tree {
  const nNodes = nodes.length;
  const nSets = nodes.filter(({ left, split }) => left >= 0 && split.isCategorical).length;
  const tree: Tree = {
    feature: new Int32Array(nNodes).fill(-1),
    splitBin: new Uint8Array(nNodes),
    categorySet: new Int32Array(nNodes).fill(-1),
    categorySets: new Uint32Array(nSets * 8),
    missingLeft: new Uint8Array(nNodes),
    left: new Int32Array(nNodes),
    right: new Int32Array(nNodes),
    value: new Float64Array(nNodes),
    gain: new Float64Array(nNodes),
    count: new Uint32Array(nNodes),
    cover: new Float64Array(nNodes),
  };
  let set = nSets;
  for (let i = nNodes - 1; i >= 0; i--) {
    const node = nodes[i];
    const { sums, split, left, right } = node;
    if (left < 0) {
      sumRows(node, rows, gradients);
    } else {
      sums.gradient = nodes[left].sums.gradient + nodes[right].sums.gradient;
      sums.hessian = nodes[left].sums.hessian + nodes[right].sums.hessian;
      tree.feature[i] = split.feature;
      tree.missingLeft[i] = split.missingLeft ? 1 : 0;
      tree.left[i] = left;
      tree.right[i] = right;
      tree.gain[i] = split.gain;
      if (split.isCategorical) {
        tree.categorySet[i] = --set;
        setBits(tree.categorySets.subarray(set * 8, set * 8 + 8), split.leftBins);
      } else {
        tree.splitBin[i] = split.bin;
      }
    }
    // Without curvature (a root of rows that are already certain) a Newton step has no length.
    tree.value[i] = sums.hessian < minHessian ? 0 : learningRate * leafValue(sums.gradient, sums.hessian, l2);
    tree.count[i] = node.end - node.start;
    tree.cover[i] = sums.hessian;
  }
  return tree;
}

/** Sets one bit per bin that goes left. */
function setBits(words: Uint32Array, leftBins: Uint8Array): void {
  for (let bin = 0; bin < leftBins.length; bin++) words[bin >> 5] |= leftBins[bin] << (bin & 31);
}
