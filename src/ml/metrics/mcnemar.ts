import { binomialCdf } from '../quantiles.ts';

export interface McNemar {
  /** Rows that A decided rightly and B wrongly. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Two-sided: how likely a difference of at least this size is where the two are equally good. */
  readonly p: number;
}

/** McNemar's test in its exact form (McNemar 1947; the binomial test of the rows on which the two disagree), which needs
 *  no correction for small counts and costs nothing for large ones. Without a disagreement p is 1.
 *  @param rightA Uint8Array (nRows): 1 where A decided the row rightly. */
export function mcnemar(rightA: Uint8Array, rightB: Uint8Array): McNemar {
  let onlyA = 0;
  let onlyB = 0;
  for (let row = 0; row < rightA.length; row++) {
    if (rightA[row] === rightB[row]) continue;
    if (rightA[row] === 1) onlyA++;
    else onlyB++;
  }
  const p = Math.min(1, 2 * binomialCdf(Math.min(onlyA, onlyB), onlyA + onlyB, 0.5));
  return { onlyA, onlyB, p };
}
