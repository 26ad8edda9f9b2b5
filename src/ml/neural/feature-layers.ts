/** What stands below the first dense layer of a network for tables: embeddings of categories and numbers. */
import type { FeatureMatrix } from '../estimator.ts';
import type { LayerSpec } from './network.ts';
import type { FeatureSettings } from './parameters.ts';

/** Columns in a row that are one thing: a one-hot category, or a number. */
interface Field {
  readonly columns: readonly Float64Array[];
  readonly isOneHot: boolean;
}

/** None where no feature becomes an embedding.
 *  @param features of the training rows: quantiles of their numbers bound the bins. */
export function featureLayers(
  features: FeatureMatrix,
  {
    numericBins,
    embedCategories,
    embeddingUnits,
  }: Pick<FeatureSettings, 'numericBins' | 'embedCategories' | 'embeddingUnits'>,
): LayerSpec[] {
  const fields = fieldsOf(features);
  const edges = fields.map(({ columns, isOneHot }) =>
    isOneHot || numericBins === 0 ? columns.map(() => []) : columns.map((one) => binEdges(one, numericBins)),
  );
  const blocks = fields.map(({ columns, isOneHot }, f) => {
    const encoded = (edges[f] as number[][]).reduce((sum, own) => sum + Math.max(1, own.length - 1), 0);
    if (isOneHot) {
      const isEmbedded = embedCategories > 0 && columns.length >= embedCategories;
      // A row looks up one number of each unit, so that this is their deviation as well.
      return { inputs: encoded, units: isEmbedded ? embeddingUnits : 0, deviation: 1 };
    }
    return { inputs: encoded, units: encoded > 1 ? embeddingUnits : 0, deviation: 1 / Math.sqrt(encoded) };
  });
  const isEncoded = edges.some((field) => field.some((own) => own.length > 0));
  const isEmbedded = blocks.some(({ units }) => units > 0);
  return [
    ...(isEncoded ? [{ kind: 'piecewise', edges: edges.flat() } as const] : []),
    ...(isEmbedded ? [{ kind: 'blocks', blocks } as const] : []),
  ];
}

/** Columns of one source belong together where each row is 1 in at most one of them and 0 in all others. */
function fieldsOf({ features, columns, nRows }: FeatureMatrix): Field[] {
  const fields: Field[] = [];
  for (let from = 0; from < columns.length; ) {
    let to = from + 1;
    while (to < columns.length && features[to]?.source === features[from]?.source) to++;
    const own = columns.slice(from, to);
    if (own.length > 1 && isOneHot(own, nRows)) fields.push({ columns: own, isOneHot: true });
    else fields.push(...own.map((column) => ({ columns: [column], isOneHot: false })));
    from = to;
  }
  return fields;
}

function isOneHot(columns: readonly Float64Array[], nRows: number): boolean {
  const sums = new Uint32Array(nRows);
  for (const column of columns) {
    for (let i = 0; i < nRows; i++) {
      const value = column[i] as number;
      if (value !== 0 && value !== 1) return false;
      sums[i] = (sums[i] as number) + value;
    }
  }
  return sums.every((sum) => sum <= 1);
}

/** Distinct quantiles of the column; none where it has two values or fewer, which say all with one number.
 *  Edges that single precision cannot tell apart are one. */
function binEdges(column: Float64Array, nBins: number): number[] {
  const sorted = Float32Array.from(column, (value) => (Number.isFinite(value) ? value : 0)).sort();
  const [first, last] = [sorted[0] as number, sorted[sorted.length - 1] as number];
  if (sorted.every((value) => value === first || value === last)) return [];
  const quantiles = Array.from(
    { length: nBins + 1 },
    (_, k) => sorted[Math.round((k * (sorted.length - 1)) / nBins)] as number,
  );
  return [...new Set(quantiles)];
}
