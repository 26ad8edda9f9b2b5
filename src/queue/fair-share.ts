/** Shares the workers of a queue between lanes (a run is one) in proportion to the work, not to the number of jobs: the
 *  start-time fair queueing of Goyal, Vin and Cheng (1996), with the priorities that the queue's server sorts by.
 *
 *  A job's place is the moment, in work, at which its lane would begin it if all lanes were served side by side. A lane
 *  that comes anew begins where the others are now: it neither waits for all that they have queued nor may it catch up
 *  what it never asked for. */
import type { Queue } from 'bullmq';

/** The largest priority that BullMQ knows is 2^21. Places beyond half of that are moved back by it. */
const HALF = 2 ** 20;
/** One job moves its lane on by so much at most. */
const MOST = HALF / 4;
/** How long the place that is served counts as known. */
const FRESH_MS = 50;

type SharedQueue = Pick<Queue, 'getPrioritized' | 'getActive'>;

export class FairShare {
  readonly #queue: SharedQueue;
  /** Where the next job of each lane begins, as far as this process has added its jobs. */
  readonly #next = new Map<string, number>();
  #served: { readonly place: Promise<number>; readonly atMs: number } | undefined;

  constructor(queue: SharedQueue) {
    this.#queue = queue;
  }

  /** @returns the priority of the lane's next job. Jobs of a lane keep the order in which they were placed. */
  async place(lane: string, cost: number): Promise<number> {
    let served = await this.#servedPlace();
    if (served > HALF) served = await this.#moveBack();
    const known = this.#next.get(lane) ?? 0;
    // Another process may have moved the queue back since this lane was last here.
    const start = Math.max(known > served + HALF ? known - HALF : known, served, 1);
    this.#next.delete(lane);
    this.#next.set(lane, start + Math.min(MOST, Math.max(1, cost)));
    this.#forgetOldest();
    return Math.floor(start);
  }

  /** What is about to be served; without anything that waits, what was served last. */
  #servedPlace(): Promise<number> {
    const nowMs = performance.now();
    if (!this.#served || nowMs - this.#served.atMs > FRESH_MS) {
      this.#served = { place: this.#look(), atMs: nowMs };
    }
    return this.#served.place;
  }

  async #look(): Promise<number> {
    const [first] = await this.#queue.getPrioritized(0, 0);
    if (first) return first.priority;
    const active = await this.#queue.getActive();
    return active.reduce((most, job) => Math.max(most, job?.priority ?? 0), 0);
  }

  /** Gives every job that waits beyond the half a place of its own order below it. Two processes that do so at once come
   *  to the same places. */
  async #moveBack(): Promise<number> {
    for (const job of await this.#queue.getPrioritized()) {
      // Begun in this moment: then it has no place any more.
      if (job.priority > HALF) {
        await job.changePriority({ priority: job.priority - HALF }).catch(() => undefined);
      }
    }
    for (const [lane, next] of this.#next) this.#next.set(lane, Math.max(1, next - HALF));
    this.#served = undefined;
    const place = await this.#servedPlace();
    return place > HALF ? place - HALF : place; // what is active keeps its number
  }

  /** A lane that was not here for a while begins anew, as if it had just come. */
  #forgetOldest(): void {
    const [oldest] = this.#next.keys();
    if (this.#next.size > 1000 && oldest !== undefined) this.#next.delete(oldest);
  }
}
