import { setTimeout as sleep } from 'node:timers/promises';
import { SlackError } from './slack-error.ts';

/** How a Web API call should go wrong. */
export type Fault =
  | { error: string }
  | { rateLimitedSeconds: number }
  | { status: number }
  | { hangUp: true }
  | { delayMs: number };

/** A fault that the HTTP layer has to act out. */
export class TransportFault extends Error {
  readonly fault: { status: number; retryAfter?: number } | { hangUp: true };

  constructor(fault: { status: number; retryAfter?: number } | { hangUp: true }) {
    super('a fault was asked for');
    this.name = 'TransportFault';
    this.fault = fault;
  }
}

/** Faults that tests ask for, used up one per call. */
export class Faults {
  private readonly planned = new Map<string, { fault: Fault; left: number }[]>();

  /** Makes the next `times` calls of `method` go wrong; several faults of a method follow one another. */
  failNext(method: string, fault: Fault, times = 1): void {
    this.planned.set(method, [...(this.planned.get(method) ?? []), { fault, left: times }]);
  }

  clear(): void {
    this.planned.clear();
  }

  /** Acts out what is planned for a call of `method`, if anything is. */
  async strike(method: string): Promise<void> {
    const queue = this.planned.get(method);
    const next = queue?.[0];
    if (!queue || !next) return;
    next.left -= 1;
    if (next.left <= 0) queue.shift();
    const { fault } = next;
    if ('delayMs' in fault) await sleep(fault.delayMs);
    else if ('error' in fault) throw new SlackError(fault.error);
    else if ('rateLimitedSeconds' in fault) {
      throw new TransportFault({ status: 429, retryAfter: fault.rateLimitedSeconds });
    } else throw new TransportFault(fault);
  }
}
