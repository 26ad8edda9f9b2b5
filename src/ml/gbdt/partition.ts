/** Divides a node's rows between its children, in place and keeping their order:
 *
 *      rows: [ ..., | rows of the node          | ... ]
 *             start ^                           ^ end
 *      rows: [ ..., | left child | right child  | ... ]
 *
 *  @param bins     Uint8Array (nRows × nFeatures), row-major.
 *  @param goesLeft Uint8Array (256): 1 for the bins of `feature` that go left, else 0.
 *  @param rows     Uint32Array, changed in [start, end).
 *  @param scratch  Uint32Array, at least end - start long, overwritten.
 *  @returns where the right child starts. O(end - start); ordered rows keep later reads close together. */
export function partitionRows(
  bins: Uint8Array,
  nFeatures: number,
  feature: number,
  goesLeft: Uint8Array,
  rows: Uint32Array,
  start: number,
  end: number,
  scratch: Uint32Array,
): number {
  let nextLeft = start;
  let nRight = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    const left = goesLeft[bins[row * nFeatures + feature]];
    // Written to both sides and counted on one: no branch for the processor to guess wrong.
    rows[nextLeft] = row;
    scratch[nRight] = row;
    nextLeft += left;
    nRight += 1 - left;
  }
  rows.set(scratch.subarray(0, nRight), nextLeft);
  return nextLeft;
}
