import { secret } from './ids.ts';
import { SlackError } from './slack-error.ts';

const TRIGGER_LIFE_MS = 3_000;
/** How long a used or expired trigger is remembered, to be told from one that never was. */
const MEMORY_MS = 60_000;

/** Whom a trigger lets the app show a modal to, and from which modal it came. */
export interface Trigger {
  user: string;
  viewId?: string;
}

/** The `trigger_id`s of interactions: good once, and for three seconds. */
export class Triggers {
  private readonly issued = new Map<string, Trigger & { expires: number; used: boolean }>();
  private count = 0;

  issue(trigger: Trigger): string {
    for (const [id, { expires }] of this.issued) {
      if (expires + MEMORY_MS < performance.now()) this.issued.delete(id);
    }
    this.count += 1;
    const id = `${Date.now()}.${this.count}.${secret()}`;
    this.issued.set(id, { ...trigger, expires: performance.now() + TRIGGER_LIFE_MS, used: false });
    return id;
  }

  /**
   * Uses a trigger up.
   * @throws SlackError `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`.
   */
  redeem(id: string): Trigger {
    const trigger = this.issued.get(id);
    if (!trigger) throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (performance.now() > trigger.expires) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger;
  }
}
