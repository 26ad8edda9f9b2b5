/** Has parts of a fit computed by threads of this process that have nothing else to do. */
import { randomUUID } from 'node:crypto';
import type { SerialisedEstimator } from '../src/ml/estimator.ts';
import type { ShardResult } from '../src/ml/search/engine-task.ts';
import type { ComputeShard, ShardHands } from './shard-questions.ts';

/** @param free threads that would begin at once. */
export function shardsHere(compute: ComputeShard, free: () => number, signal: AbortSignal): ShardHands {
  let fit = '';
  let parts: readonly SerialisedEstimator[] = [];
  let offered: SerialisedEstimator | undefined;
  let pending: number[] = [];
  let ended: { shard: number; result: ShardResult | null }[] = [];
  let wake: (() => void) | undefined;

  /** Whenever a thread gets free, it takes the first of what nobody has begun; the fit's own thread takes the last. */
  function begin(): void {
    while (free() > 0) {
      const shard = pending.shift();
      if (shard === undefined) return;
      const rows = parts[shard - 1] as SerialisedEstimator;
      const part = { key: `${fit}-${shard}`, rows, round: offered as SerialisedEstimator, shard };
      compute(part, { signal })
        .catch(() => null)
        .then((result) => {
          ended.push({ shard, result });
          wake?.();
          begin();
        });
    }
  }

  return {
    async open(all) {
      fit = randomUUID();
      parts = all;
    },
    async offer(round) {
      offered = round;
      ended = [];
      pending = parts.map((_, i) => i + 1);
      begin();
    },
    async next() {
      for (;;) {
        const done = ended.shift();
        if (done) return done;
        const shard = pending.pop();
        if (shard !== undefined) return { shard, result: null };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async close() {
      parts = [];
      offered = undefined;
    },
  };
}
