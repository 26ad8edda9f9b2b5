/** A split of one node: what it is, what it must respect and how it is scored. */

/** Keeps quotients finite where hessians sum to nothing. */
export const TINY = 1e-15;

export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly minHessian: number;
  readonly minGain: number;
  readonly l2: number;
  readonly categoricalSmoothing: number;
}

/** What a node's rows sum to. */
export interface NodeSums {
  gradient: number;
  hessian: number;
  count: number;
}

/** A candidate split; overwritten by each better one. */
export interface Split {
  /** How much the second-order loss falls; 0 while no legal split is known. */
  gain: number;
  feature: number;
  isCategorical: boolean;
  /** Numeric splits: bins 0..bin go left. */
  bin: number;
  /** Where the missing bin goes. Where no row of the node was missing: the side with more rows. */
  missingLeft: boolean;
  readonly left: NodeSums;
  /** Uint8Array (256): 1 for the bins that go left. Filled while searching for categorical splits; for numeric
   *  ones by `fillLeftBins`. */
  readonly leftBins: Uint8Array;
}

export function emptySplit(): Split {
  return {
    gain: 0,
    feature: -1,
    isCategorical: false,
    bin: 0,
    missingLeft: false,
    left: { gradient: 0, hessian: 0, count: 0 },
    leftBins: new Uint8Array(256),
  };
}

/** The optimal value of a leaf before shrinkage: the Newton step -G / (H + l2). */
export function leafValue(gradient: number, hessian: number, l2: number): number {
  return -gradient / (hessian + l2 + TINY);
}

/** Half of it is what a leaf with these sums takes off the loss, to second order. */
export function leafScore(gradient: number, hessian: number, l2: number): number {
  return (gradient * gradient) / (hessian + l2 + TINY);
}

/** Writes which bins of the split's feature go left into `split.leftBins`.
 *  @param nBins bins of the feature; bin nBins is the missing one. */
export function fillLeftBins(split: Split, nBins: number): void {
  if (!split.isCategorical) split.leftBins.fill(0).fill(1, 0, split.bin + 1);
  split.leftBins[nBins] = split.missingLeft ? 1 : 0;
}
