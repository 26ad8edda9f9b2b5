/** How much each row looks like the rest of its class: what a split balances besides the class itself, so that neither
 *  the holdout nor a fold gets, by the luck of the draw, mostly easy or mostly hard rows. */

/** One feature, cut into bins. @property codes Int32Array (nRows): bin of each row, 0..nBins-1. */
export interface BinnedFeature {
  readonly codes: Int32Array;
  readonly nBins: number;
}

/** The evidence of all features, each taken for itself, for the class that the row has: the sum over the features of
 *  log P(bin | class) − log P(bin), with one row's worth of smoothing (naive Bayes' weights of evidence; Good 1950).
 *  @param target Float64Array (nRows): class index of each row.
 *  @returns Float64Array (nRows); larger means more typical of its class. O(nRows × features). */
export function typicality(
  features: Iterable<BinnedFeature>,
  target: Float64Array,
  nClasses: number,
): Float64Array {
  const nRows = target.length;
  const perClass = new Float64Array(nClasses);
  for (const y of target) perClass[y]++;
  const evidence = new Float64Array(nRows);
  for (const { codes, nBins } of features) {
    const perBin = new Float64Array(nBins);
    const together = new Float64Array(nBins * nClasses);
    for (let row = 0; row < nRows; row++) {
      perBin[codes[row]]++;
      together[codes[row] * nClasses + target[row]]++;
    }
    const weight = together.map((count, cell) => {
      const share = perBin[Math.floor(cell / nClasses)] / nRows;
      return Math.log((count + share) / ((perClass[cell % nClasses] + 1) * share || 1));
    });
    for (let row = 0; row < nRows; row++) evidence[row] += weight[codes[row] * nClasses + target[row]];
  }
  return evidence;
}
