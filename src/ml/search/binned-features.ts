/** The columns of a table cut into few bins: all that balancing a split needs to know of them. */
import { gather } from '../data/rows.ts';
import type { Column } from '../data/table.ts';
import type { BinnedFeature } from '../model-selection/typicality.ts';
import { quantile, sortedSample } from '../preprocessing/quantile.ts';

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const MAX_CATEGORIES = 30;

/** Numbers and dates in ten bins of equal size, each of the most frequent categories in a bin of its own; the last bin
 *  holds missing values and rare categories. Texts are left out. O(rows × columns).
 *  @param rows which rows of the columns, in this order. */
export function* binnedFeatures(columns: readonly Column[], rows: Uint32Array): Generator<BinnedFeature> {
  for (const column of columns) {
    switch (column.type) {
      case 'numeric':
      case 'datetime':
        yield decileBins(column.values, rows);
        break;
      case 'boolean':
        yield {
          nBins: 3,
          codes: Int32Array.from(rows, (row) => (column.valid[row] ? column.values[row] : 2)),
        };
        break;
      case 'categorical':
      case 'id':
        yield categoryBins(column.codes, column.categories.length, rows);
    }
  }
}

function decileBins(values: Float64Array, rows: Uint32Array): BinnedFeature {
  const own = gather(values, rows, new Float64Array(rows.length));
  const sorted = sortedSample(own);
  const edges = sorted.length === 0 ? [] : DECILES.map((q) => quantile(sorted, q));
  const missing = DECILES.length + 1;
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < codes.length; i++) {
    const value = own[i] as number;
    let bin = 0;
    if (Number.isNaN(value)) bin = missing;
    else while (bin < edges.length && value > (edges[bin] as number)) bin++;
    codes[i] = bin;
  }
  return { nBins: missing + 1, codes };
}

function categoryBins(codes: Int32Array, nCategories: number, rows: Uint32Array): BinnedFeature {
  const counts = new Float64Array(nCategories);
  for (const row of rows) if (codes[row] >= 0) counts[codes[row]]++;
  const order = Int32Array.from(counts, (_, code) => code).sort((a, b) => counts[b] - counts[a] || a - b);
  const rank = new Int32Array(nCategories);
  order.forEach((code, i) => {
    rank[code] = i;
  });
  const rest = Math.min(MAX_CATEGORIES, nCategories);
  const binned = new Int32Array(rows.length);
  for (let i = 0; i < binned.length; i++) {
    const code = codes[rows[i]];
    binned[i] = code < 0 ? rest : Math.min(rest, rank[code]);
  }
  return { nBins: rest + 1, codes: binned };
}
