/** The columns of a table cut into few bins: all that balancing a split needs to know of them. */
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
  const sorted = sortedSample(Float64Array.from(rows, (row) => values[row]));
  const edges = sorted.length === 0 ? [] : DECILES.map((q) => quantile(sorted, q));
  const missing = DECILES.length + 1;
  const binOf = (value: number) => edges.reduce((bin, edge) => bin + (value > edge ? 1 : 0), 0);
  return {
    nBins: missing + 1,
    codes: Int32Array.from(rows, (row) => (Number.isNaN(values[row]) ? missing : binOf(values[row]))),
  };
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
  return {
    nBins: rest + 1,
    codes: Int32Array.from(rows, (row) => (codes[row] < 0 ? rest : Math.min(rest, rank[codes[row]]))),
  };
}
