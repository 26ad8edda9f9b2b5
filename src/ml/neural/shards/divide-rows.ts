/** The rows of one fit in several parts. */
import type { Random } from '../../random.ts';
import type { Samples } from '../trainer.ts';

/** A part has at least so many full batches: of fewer its weights would run after single rows. */
const FEWEST_BATCHES = 10;

/** How many parts rows are divided into where so many are wanted: fewer where they would be small. */
export function shardCount(nRows: number, batchSize: number, wanted: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(nRows / (FEWEST_BATCHES * batchSize))));
}

/** Parts of nearly equal size, each a random sample of the rows, on memory that threads share. One part is the rows as they
 *  are. */
export function divideRows(samples: Samples, nShards: number, random: Random): readonly Samples[] {
  if (nShards === 1) return [samples];
  const order = random.permutation(samples.nRows);
  const from = (shard: number) => Math.floor((shard * samples.nRows) / nShards);
  return Array.from({ length: nShards }, (_, shard) => {
    const rows = order.subarray(from(shard), from(shard + 1));
    return {
      nRows: rows.length,
      inputs: onSharedMemory(samples.inputs, rows, samples.inputs.length / samples.nRows),
      targets: onSharedMemory(samples.targets, rows, samples.targets.length / samples.nRows),
      ...(samples.weights && { weights: onSharedMemory(samples.weights, rows, 1) }),
    };
  });
}

function onSharedMemory(source: Float32Array, rows: Uint32Array, width: number): Float32Array {
  const out = sharedNumbers(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] as number) * width;
    out.set(source.subarray(at, at + width), i * width);
  }
  return out;
}

export function sharedNumbers(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * Float32Array.BYTES_PER_ELEMENT));
}
