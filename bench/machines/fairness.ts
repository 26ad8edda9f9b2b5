/** How evenly runs come on that have all their trials in one queue. */
import { setTimeout as delay } from 'node:timers/promises';
import { openQueue } from '../../src/queue/queue.ts';

const RUNS = 20;
const TRIALS = 100;

export interface Fairness {
  readonly runs: number;
  readonly trials: number;
  /** Trials that were done at half time, of the run that had most and of the one that had fewest. */
  readonly most: number;
  readonly least: number;
}

export async function measureFairness(redisUrl: string): Promise<Fairness> {
  const queue = await openQueue({ redisUrl, prefix: `fairness-${Date.now()}` });
  try {
    for (let run = 0; run < RUNS; run++) {
      // All of one run before the next: the order in which they came must not matter.
      await Promise.all(
        Array.from({ length: TRIALS }, (_, number) => {
          const spec = {
            number,
            family: 'linear' as const,
            parameters: {},
            origin: 'default' as const,
            seed: 1,
          };
          const payload = { runId: `run-${run}`, spec, together: 1 };
          return queue.addShared('trial', `run-${run}-${number}`, payload, { lane: `run-${run}`, cost: 10 });
        }),
      );
    }
    const done = new Map<string, number>();
    let all = 0;
    let atHalf: number[] = [];
    const { promise, resolve } = withResolvers();
    await queue.work(
      'trial',
      async ({ runId }) => {
        await delay(2);
        done.set(runId, (done.get(runId) ?? 0) + 1);
        all++;
        if (all === (RUNS * TRIALS) / 2) atHalf = [...done.values()];
        if (all === RUNS * TRIALS) resolve();
      },
      { concurrency: 4 },
    );
    await promise;
    const least = atHalf.length < RUNS ? 0 : Math.min(...atHalf);
    return { runs: RUNS, trials: RUNS * TRIALS, most: Math.max(...atHalf), least };
  } finally {
    await queue.close();
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
