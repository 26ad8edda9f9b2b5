/** Features and their bins to and from plain JSON and typed arrays. */
import { z } from 'zod';
import type { FeatureBins } from './binning.ts';
import { concatenate, cut, get, type StoredArrays } from './stored-arrays.ts';

/** What a model's header says of each feature. */
export const StoredFeatures = z.array(
  z.object({ name: z.string(), kind: z.enum(['numeric', 'categorical']), nBins: z.number().int() }),
);
export type StoredFeatures = z.infer<typeof StoredFeatures>;

/** @param names of the features, in the order of the columns. */
export function storeBins(
  names: readonly string[],
  bins: readonly FeatureBins[],
): { features: StoredFeatures; arrays: StoredArrays } {
  return {
    features: names.map((name, j) => ({ name, kind: bins[j].kind, nBins: bins[j].nBins })),
    arrays: {
      thresholds: concatenate(
        Float64Array,
        bins.map((b) => (b.kind === 'numeric' ? b.thresholds : [])),
      ),
      binOfCode: concatenate(
        Uint8Array,
        bins.map((b) => (b.kind === 'categorical' ? b.binOfCode : [])),
      ),
      nCodes: Uint32Array.from(bins, (b) => (b.kind === 'categorical' ? b.binOfCode.length : 0)),
    },
  };
}

/** The inverse of `storeBins`. @throws when an array is not there or too short. */
export function restoreBins(features: StoredFeatures, arrays: StoredArrays): FeatureBins[] {
  const nThresholds = features.map(({ kind, nBins }) => (kind === 'numeric' ? nBins - 1 : 0));
  const thresholds = cut(get(arrays, 'thresholds', Float64Array), nThresholds);
  const binOfCode = cut(get(arrays, 'binOfCode', Uint8Array), get(arrays, 'nCodes', Uint32Array));
  return features.map(({ kind, nBins }, j) =>
    kind === 'numeric'
      ? { kind, nBins, thresholds: thresholds[j] }
      : { kind, nBins, binOfCode: binOfCode[j] },
  );
}
