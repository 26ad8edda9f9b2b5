/** What a fit in parts leaves for whoever computes them, and they for it: artifacts under the SHA-256 of their bytes, and for
 *  each part that is done a small one that says which bytes it came to. */
import { z } from 'zod';
import type { SerialisedEstimator } from '../src/ml/estimator.ts';
import type { ShardResult } from '../src/ml/search/engine-task.ts';
import { decodeWeights, encodeWeights } from '../src/models/weights.ts';
import { sha256 } from '../src/plan/identity.ts';
import type { Artifacts } from '../src/thread/ports.ts';

const Stored = z.object({ outcome: z.unknown(), cpuSeconds: z.number() });

export interface ShardFiles {
  /** @returns the hash that it is found by. */
  put(value: SerialisedEstimator): Promise<string>;
  /** Null where it is gone or damaged. */
  read(hash: string): Promise<Uint8Array | null>;
  /** A second result of the same part is the same, and takes the place of the first. */
  putResult(round: string, shard: number, result: ShardResult): Promise<void>;
  result(round: string, shard: number): Promise<ShardResult | null>;
  /** Forgets a round with what its parts have come to. */
  removeRound(round: string, shards: readonly number[]): Promise<void>;
  /** Forgets the fit. */
  remove(): Promise<void>;
  readonly folder: string;
}

/** @param folder of the fit, which ends in a slash. */
export function shardFiles(artifacts: Artifacts, folder: string): ShardFiles {
  const pointer = (round: string, shard: number) => `${folder}done-${round}-${shard}`;

  async function put(value: SerialisedEstimator): Promise<string> {
    const bytes = encodeWeights(value);
    const hash = sha256(bytes);
    await artifacts.put(folder + hash, bytes);
    return hash;
  }

  async function read(hash: string): Promise<Uint8Array | null> {
    const bytes = await artifacts.get(folder + hash);
    return bytes && sha256(bytes) === hash ? bytes : null;
  }

  return {
    put,
    read,
    async putResult(round, shard, { outcome: { json, arrays }, cpuSeconds }) {
      const hash = await put({ json: { outcome: json, cpuSeconds }, arrays });
      // What is pointed to must be there.
      await artifacts.put(pointer(round, shard), new TextEncoder().encode(hash));
    },
    async result(round, shard) {
      const pointed = await artifacts.get(pointer(round, shard));
      const bytes = pointed && (await read(new TextDecoder().decode(pointed)));
      if (!bytes) return null;
      const { json, arrays } = decodeWeights(bytes);
      const { outcome, cpuSeconds } = Stored.parse(json);
      return { outcome: { json: outcome, arrays }, cpuSeconds };
    },
    async removeRound(round, shards) {
      for (const shard of shards) {
        const pointed = await artifacts.get(pointer(round, shard));
        if (pointed) await artifacts.remove(folder + new TextDecoder().decode(pointed));
        await artifacts.remove(pointer(round, shard));
      }
      await artifacts.remove(folder + round);
    },
    async remove() {
      for (const name of await artifacts.list(folder)) await artifacts.remove(name);
    },
    folder,
  };
}
