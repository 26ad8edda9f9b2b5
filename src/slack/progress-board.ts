/** One updater for every moving message: keeps only the newest state of each, touches a message at most every three
 *  seconds and a workspace at most forty times a minute (Slack allows about fifty `chat.update` calls a minute for the
 *  whole app), and always shows the last state. */
import type { Message } from './blocks.ts';

export interface BoardLimits {
  readonly perMessageMs: number;
  readonly perMinute: number;
}

const SLACK_LIMITS: BoardLimits = { perMessageMs: 3000, perMinute: 40 };

/** How often one state is tried again when Slack refuses it. */
const ATTEMPTS = 5;

interface Slot {
  /** What is to be shown; null when the newest state has been. */
  message: Message | null;
  isLast: boolean;
  /** Whether an update of this message is on its way: a second one beside it could overtake it. */
  isBusy: boolean;
  shownAtMs: number;
  failures: number;
}

export class ProgressBoard {
  readonly #update: (key: string, message: Message) => Promise<boolean>;
  readonly #onError: (error: unknown) => void;
  readonly #limits: BoardLimits;
  readonly #slots = new Map<string, Slot>();
  readonly #onTheWay = new Set<Promise<void>>();
  /** Times of the updates of the last minute, oldest first. */
  #recentMs: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param update changes the message of that key; resolves with false when there is none yet. */
  constructor(
    update: (key: string, message: Message) => Promise<boolean>,
    onError: (error: unknown) => void,
    limits: BoardLimits = SLACK_LIMITS,
  ) {
    this.#update = update;
    this.#onError = onError;
    this.#limits = limits;
  }

  /** Shows the message under that key soon; a newer call replaces one that was not shown yet.
   *  @param isLast the message will not move any more. */
  show(key: string, message: Message, isLast = false): void {
    const slot = this.#slots.get(key) ?? { isBusy: false, shownAtMs: 0, isLast: false, failures: 0 };
    if (slot.isLast) return; // A late progress event must not bring an ended run back to life.
    this.#slots.set(key, Object.assign(slot, { message, isLast, failures: 0 }));
    this.#schedule();
  }

  /** Shows everything that waits, whatever the limits; for shutting down. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#onTheWay);
    await Promise.all([...this.#slots.keys()].map((key) => this.#showNow(key)));
  }

  /** Sets the one timer for whatever is due next; called again whenever that may have changed. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#isClosed ? null : this.#nextDue();
    if (next) this.#timer = setTimeout(() => this.#showDue(), next.inMs);
  }

  #showDue(): void {
    const next = this.#nextDue();
    if (next && next.inMs === 0) {
      const showing = this.#showNow(next.key).then(() => {
        this.#onTheWay.delete(showing);
        this.#schedule();
      });
      this.#onTheWay.add(showing);
    }
    this.#schedule();
  }

  #nextDue(): { key: string; inMs: number } | null {
    const now = Date.now();
    this.#recentMs = this.#recentMs.filter((ms) => now - ms < 60_000);
    const oldest = this.#recentMs[0];
    const isFull = this.#recentMs.length >= this.#limits.perMinute && oldest !== undefined;
    const workspaceFreeMs = isFull ? oldest + 60_000 - now : 0;
    let next: { key: string; inMs: number; isLast: boolean } | null = null;
    for (const [key, { message, isBusy, isLast, shownAtMs }] of this.#slots) {
      if (!message || isBusy) continue;
      const inMs = Math.max(0, workspaceFreeMs, shownAtMs + this.#limits.perMessageMs - now);
      // Of two that are due, the ended one goes first: it is what people wait for.
      const isSooner = !next || inMs < next.inMs || (inMs === next.inMs && isLast && !next.isLast);
      if (isSooner) next = { key, inMs, isLast };
    }
    return next;
  }

  async #showNow(key: string): Promise<void> {
    const slot = this.#slots.get(key);
    if (!slot?.message) return;
    const { message } = slot;
    slot.message = null;
    slot.isBusy = true;
    slot.shownAtMs = Date.now();
    this.#recentMs.push(slot.shownAtMs);
    try {
      if (await this.#update(key, message)) return;
    } catch (error) {
      this.#onError(error);
    } finally {
      slot.isBusy = false;
    }
    // Not posted yet, or refused: once more with the next round, unless something newer has come.
    slot.failures++;
    if (slot.failures < ATTEMPTS) slot.message ??= message;
  }
}
