/** Trees as they are explained: what an estimator of trees tells of itself, so that `inspection` need not know it. */

export interface ExplainableTree {
  /** Int32Array (nNodes): the feature that a node splits on; -1 for a leaf. Node 0 is the root. */
  readonly feature: Int32Array;
  /** Int32Array (nNodes): the left child; the right one is the next. */
  readonly left: Int32Array;
  /** Float64Array (nNodes): what a leaf adds. */
  readonly value: Float64Array;
  /** Float64Array (nNodes): how much of the training rows came by. */
  readonly cover: Float64Array;
  /** Whether a row goes left at an inner node, by its bin of the node's feature. */
  readonly goesLeft: (node: number, bin: number) => boolean;
}

/** A sum of trees and the rows to explain. */
export interface TreeSum {
  /** Float64Array (nOutputs): what is said before the first tree. */
  readonly initial: Float64Array;
  /** Tree t adds to output t modulo nOutputs. */
  readonly trees: readonly ExplainableTree[];
  readonly nRows: number;
  /** Table column of each feature of the trees. */
  readonly sources: readonly string[];
  /** Uint8Array (nRows × sources.length), row-major. */
  readonly bins: Uint8Array;
}
