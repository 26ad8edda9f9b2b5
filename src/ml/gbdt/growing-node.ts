/** A node while its tree grows. */
import { emptySplit, type NodeSums, type Split } from './split.ts';

/** Reused by the next tree. */
export interface GrowingNode {
  /** Its rows are `rows[start..end)`. */
  start: number;
  end: number;
  depth: number;
  /** Children; -1 while it is a leaf. */
  left: number;
  right: number;
  /** Its histogram, null where none is kept. */
  histogram: Float64Array | null;
  readonly sums: NodeSums;
  readonly split: Split;
}

export function newNode(): GrowingNode {
  return {
    start: 0,
    end: 0,
    depth: 0,
    left: -1,
    right: -1,
    histogram: null,
    sums: { gradient: 0, hessian: 0, count: 0 },
    split: emptySplit(),
  };
}

/** Sets the node's sums to those of its rows. O(rows of the node).
 *  @param gradients Float64Array (nRows × 2): gradient and hessian of each row, interleaved. */
export function sumRows(node: GrowingNode, rows: Uint32Array, gradients: Float64Array): void {
  let gradient = 0;
  let hessian = 0;
  for (let k = node.start; k < node.end; k++) {
    gradient += gradients[2 * rows[k]];
    hessian += gradients[2 * rows[k] + 1];
  }
  node.sums.gradient = gradient;
  node.sums.hessian = hessian;
  node.sums.count = node.end - node.start;
}
