import type { Job } from 'bullmq';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairShare } from '../../src/queue/fair-share.ts';

interface Waiting {
  readonly lane: string;
  readonly cost: number;
  priority: number;
  /** Jobs of equal priority are served in the order in which they came. */
  readonly came: number;
}

/** As much of BullMQ's queue as the shares look at. Which jobs it serves is what its server promises: the lowest
 *  priority first. */
function queueOf(jobs: Waiting[] = []) {
  let served: Waiting | undefined;
  let came = 0;
  const inOrder = () => jobs.sort((a, b) => a.priority - b.priority || a.came - b.came);
  const asJob = (job: Waiting) =>
    ({
      priority: job.priority,
      changePriority: async ({ priority }: { priority: number }) => {
        job.priority = priority;
      },
    }) as unknown as Job;
  return {
    getPrioritized: async (from = 0, to = -1) =>
      inOrder()
        .slice(from, to === -1 ? undefined : to + 1)
        .map(asJob),
    getActive: async () => (served ? [asJob(served)] : []),
    add: (job: Omit<Waiting, 'came'>) => jobs.push({ ...job, came: came++ }),
    serve() {
      served = inOrder().shift();
      return served;
    },
    waiting: () => inOrder(),
  };
}

async function queueUp(lanes: Readonly<Record<string, readonly number[]>>) {
  const queue = queueOf();
  const share = new FairShare(queue);
  // Interleaved as little as can be: a lane queues everything before the next one comes.
  for (const [lane, costs] of Object.entries(lanes))
    for (const cost of costs) queue.add({ lane, cost, priority: await share.place(lane, cost) });
  return { queue, share };
}

describe('the shares of lanes', () => {
  it('are equal in work while all of them wait, whatever the sizes of their jobs', async () => {
    const costs = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(costs, { minLength: 2, maxLength: 5 }), async (all) => {
        const { queue } = await queueUp(Object.fromEntries(all.map((list, i) => [`lane${i}`, list])));
        const left = new Map(all.map((list, i) => [`lane${i}`, list.length]));
        const done = new Map(all.map((_, i) => [`lane${i}`, 0]));
        for (let job = queue.serve(); job; job = queue.serve()) {
          done.set(job.lane, (done.get(job.lane) ?? 0) + job.cost);
          left.set(job.lane, (left.get(job.lane) ?? 0) - 1);
          if ([...left.values()].some((count) => count === 0)) break;
          // Goyal, Vin and Cheng (1996), theorem 1: two lanes differ by their largest jobs at most.
          const work = [...done.values()];
          expect(Math.max(...work) - Math.min(...work)).toBeLessThanOrEqual(50 + 50);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep the order of the jobs in a lane', async () => {
    const { queue } = await queueUp({ a: [5, 1, 9, 1, 1], b: [2, 2, 2] });
    const served: number[] = [];
    for (let job = queue.serve(); job; job = queue.serve()) if (job.lane === 'a') served.push(job.cost);
    expect(served).toEqual([5, 1, 9, 1, 1]);
  });

  it('begin for a new lane where the others are, neither behind nor before them', async () => {
    const { queue } = await queueUp({ old: Array.from({ length: 100 }, () => 10) });
    for (let i = 0; i < 50; i++) queue.serve();
    const later = new FairShare(queue); // in another process
    for (let i = 0; i < 50; i++) queue.add({ lane: 'new', cost: 10, priority: await later.place('new', 10) });
    const next = Array.from({ length: 20 }, () => queue.serve()?.lane);
    expect(next.filter((lane) => lane === 'new')).toHaveLength(10);
  });

  it('begin anew behind what was served last, where nothing waits', async () => {
    const { queue } = await queueUp({ a: [100, 100] });
    queue.serve();
    queue.serve();
    expect(await new FairShare(queue).place('b', 1)).toBe(101);
  });

  it('stay in order when priorities come near the largest that the server knows', async () => {
    const queue = queueOf();
    const HALF = 2 ** 20;
    for (let i = 0; i < 4; i++) queue.add({ lane: 'a', cost: 10, priority: HALF + 1000 + 10 * i });
    const share = new FairShare(queue);
    const priority = await share.place('b', 10);
    expect(priority).toBe(1000);
    expect(queue.waiting().map((job) => job.priority)).toEqual([1000, 1010, 1020, 1030]);
  });

  it('count no job as more than the server can tell apart, and none as nothing', async () => {
    const share = new FairShare(queueOf());
    const first = await share.place('a', Number.MAX_SAFE_INTEGER);
    const second = await share.place('a', 0);
    const third = await share.place('a', 0);
    expect([first, second - first, third - second]).toEqual([1, 2 ** 18, 1]);
  });
});
