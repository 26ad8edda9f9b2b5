import { randomBytes } from 'node:crypto';

/** Hands out object ids and message timestamps; both only ever go up, also across restarts. */
export class IdSource {
  private counter: number;
  private lastMicroseconds: number;

  /** @param saved counters of an earlier life of the same workspace. */
  constructor(saved: { counter: number; lastMicroseconds: number } = { counter: 0, lastMicroseconds: 0 }) {
    // The clock is ahead of what a crash may have kept from the last snapshot: no id is ever given out again.
    this.counter = Math.max(saved.counter, Date.now());
    this.lastMicroseconds = saved.lastMicroseconds;
  }

  /** An object id such as `F0000000A1`: Slack's one-letter kind, then upper-case letters and digits. */
  next(kind: 'B' | 'C' | 'D' | 'F' | 'V' | 'E'): string {
    this.counter += 1;
    const prefix = kind === 'E' ? 'Ev' : kind;
    return `${prefix}0${this.counter.toString(36).toUpperCase().padStart(8, '0')}`;
  }

  /** A timestamp `seconds.microseconds`, unique in the workspace and later than every one before it. */
  timestamp(): string {
    this.lastMicroseconds = Math.max(this.lastMicroseconds + 1, Date.now() * 1000);
    const seconds = Math.floor(this.lastMicroseconds / 1e6);
    return `${seconds}.${String(this.lastMicroseconds % 1e6).padStart(6, '0')}`;
  }

  /** What a snapshot has to keep. */
  saved(): { counter: number; lastMicroseconds: number } {
    return { counter: this.counter, lastMicroseconds: this.lastMicroseconds };
  }
}

/** An unguessable lower-case hex string of `2 * bytes` characters, for tokens and tickets. */
export function secret(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

/** A short id as Slack gives to blocks and elements that came without one. */
export function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
