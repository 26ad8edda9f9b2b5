/** Gradients as the kernels sum them: integers, so that sums are exact and independent of their order. */

export interface QuantisedGradients {
  /** Pointer to int32 pairs (gradient, hessian) of every row. */
  readonly pointer: number;
  /** What a gradient of 1 is as an integer. */
  readonly gradientFactor: number;
  readonly hessianFactor: number;
  /** Bits of a histogram cell that hold the count of rows. */
  readonly countBits: number;
}

/** 30 bits and a sign: rounding is half of the largest gradient's billionth. */
const MAX_BITS = 30;

/** The sums of a node must be exact where the search for splits turns them into doubles (kernels/trees/splitting.ts). */
const MAX_SUM_BITS = 51;

/** Bits of one gradient: 30 up to two million rows. */
function gradientBits(countBits: number): number {
  return Math.min(MAX_BITS, MAX_SUM_BITS - countBits);
}

/** Bits of one hessian: the sum over all rows must fit what the count leaves of 64 bits. */
function hessianBits(countBits: number): number {
  return Math.max(1, Math.min(MAX_BITS, 62 - 2 * countBits));
}

/** The factors for gradients of at most `largestGradient` in absolute value and hessians of at most `largestHessian`. */
export function factorsFor(
  largestGradient: number,
  largestHessian: number,
  countBits: number,
): Pick<QuantisedGradients, 'gradientFactor' | 'hessianFactor'> {
  return {
    gradientFactor: 2 ** gradientBits(countBits) / (largestGradient || 1),
    hessianFactor: 2 ** hessianBits(countBits) / (largestHessian || 1),
  };
}
