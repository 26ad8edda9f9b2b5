import { TransportFault } from './faults.ts';

/** Slack's tiers as calls per minute; `posting` is its one message per second and channel with a small burst. */
const CALLS_PER_MINUTE = { tier2: 20, tier3: 50, tier4: 100, special: 600, posting: 60 } as const;
const POSTING_BURST = 5;

export type Tier = keyof typeof CALLS_PER_MINUTE;

/** Token buckets per method (per channel for posting); switched off unless a test or a person asks for them. */
export class RateLimits {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly enabled: boolean;

  constructor(enabled: boolean) {
    this.enabled = enabled;
  }

  /**
   * Counts a call.
   * @throws TransportFault 429 with the seconds to wait, when the method has no calls left.
   */
  spend(method: string, tier: Tier, channel: string): void {
    if (!this.enabled) return;
    const perMinute = CALLS_PER_MINUTE[tier];
    const capacity = tier === 'posting' ? POSTING_BURST : perMinute;
    const key = tier === 'posting' ? `${method} ${channel}` : method;
    const now = performance.now();
    const bucket = this.buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 60_000) * perMinute);
    bucket.at = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) {
      throw new TransportFault({
        status: 429,
        retryAfter: Math.ceil(((1 - bucket.tokens) * 60) / perMinute),
      });
    }
    bucket.tokens -= 1;
  }
}
