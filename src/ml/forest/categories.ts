/** The order of the categories of a feature in one tree. Within it they are split like numbers: by Fisher 1958 the best
 *  set of categories is a run of their order by mean value. As in ranger's `respect.unordered.factors = "order"` (Wright
 *  and König 2019) it is made once, but from the rows of the tree alone, so that out-of-bag rows stay unseen. */

/** Rarer categories would be ordered by the very rows that are then to be told apart: they count as average. */
const MIN_CATEGORY_WEIGHT = 10;
/** Up to this many categories cannot be overfitted by ordering them. */
const FEW_CATEGORIES = 4;

/** @param cells Float64Array (256 × 2): weight and weighted value of each bin.
 *  @param nBins of present values; bin `nBins`, missing, stays where it is.
 *  @param out   Uint8Array (nBins + 1), overwritten: the place of each bin in the order, equals by bin. */
export function orderCategories(cells: Float64Array, nBins: number, out: Uint8Array): void {
  let weight = 0;
  let sum = 0;
  let nPresent = 0;
  for (let bin = 0; bin < nBins; bin++) {
    weight += cells[2 * bin];
    sum += cells[2 * bin + 1];
    if (cells[2 * bin] > 0) nPresent++;
  }
  const overall = weight > 0 ? sum / weight : 0;
  const least = nPresent > FEW_CATEGORIES ? MIN_CATEGORY_WEIGHT : Number.MIN_VALUE;
  const means = Float64Array.from({ length: nBins }, (_, bin) =>
    cells[2 * bin] >= least ? cells[2 * bin + 1] / cells[2 * bin] : overall,
  );
  Array.from(means.keys())
    .sort((a, b) => means[a] - means[b] || a - b)
    .forEach((bin, place) => {
      out[bin] = place;
    });
  out[nBins] = nBins;
}
