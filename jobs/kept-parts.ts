/** Rows of parts in this process: read once for all rounds of a fit, and kept while there is room, on memory that threads
 *  share. */
import type { SerialisedEstimator } from '../src/ml/estimator.ts';
import { sharedNumbers } from '../src/ml/neural/shards/divide-rows.ts';
import { decodeWeights } from '../src/models/weights.ts';
import { forgetOldest } from './forget-oldest.ts';

export interface KeptParts {
  /** @param read its bytes; null where they are gone. */
  find(name: string, read: () => Promise<Uint8Array | null>): Promise<SerialisedEstimator | null>;
  /** Those that this process has made itself. */
  keep(name: string, part: SerialisedEstimator): void;
  forget(name: string): void;
}

/** @param maxBytes of all parts that are kept; the last one is kept whatever its size. */
export function keepParts(maxBytes: number): KeptParts {
  /** The one that was used last comes last. */
  const kept = new Map<string, SerialisedEstimator>();

  function keep(name: string, part: SerialisedEstimator): void {
    kept.delete(name);
    kept.set(name, part);
    forgetOldest(kept, partBytes, maxBytes);
  }

  return {
    keep,
    async find(name, read) {
      const known = kept.get(name);
      const bytes = known ? null : await read();
      const part = known ?? (bytes && onSharedMemory(decodeWeights(bytes)));
      if (part) keep(name, part);
      return part;
    },
    forget: (name) => {
      kept.delete(name);
    },
  };
}

export function partBytes({ arrays }: SerialisedEstimator): number {
  return Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function onSharedMemory({ json, arrays }: SerialisedEstimator): SerialisedEstimator {
  const shared = Object.entries(arrays).map(([name, values]) => {
    const numbers = sharedNumbers(values.length);
    numbers.set(values as Float32Array);
    return [name, numbers] as const;
  });
  return { json, arrays: Object.fromEntries(shared) };
}
