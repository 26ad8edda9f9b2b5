/** A Socket Mode receiver that writes every event down before anything acts on it.
 *
 *  Bolt acknowledges an event before its listeners run, so a crash in between would lose it, and Slack sends an event
 *  again when an acknowledgement was late. Here an event is recorded first (once per id), then processed, then marked
 *  done; what was recorded but not done is processed again at the next start. */
import { randomUUID } from 'node:crypto';
import type { App, ReceiverEvent } from '@slack/bolt';
import { SocketModeReceiver } from '@slack/bolt';

export interface Inbox {
  /** @param alsoKnownAs a second name under which the same thing may arrive.
   *  @returns whether the event is new under both. */
  record(eventId: string, body: unknown, alsoKnownAs?: string): Promise<boolean>;
  done(eventId: string): Promise<void>;
  /** Recorded but not done, oldest first. */
  pending(): Promise<readonly { eventId: string; body: unknown }[]>;
}

type ReceiverOptions = ConstructorParameters<typeof SocketModeReceiver>[0];

export class DurableReceiver extends SocketModeReceiver {
  readonly #inbox: Inbox;
  #process: ((event: ReceiverEvent) => Promise<void>) | undefined;
  #active = new Set<Promise<void>>();

  constructor(inbox: Inbox, options: ReceiverOptions) {
    super(options);
    this.#inbox = inbox;
  }

  override init(app: App): void {
    this.#process = (event) => app.processEvent(event);
    // The base class only ever calls `processEvent`, so this is all of the app that it needs.
    const recording = Object.create(app) as App;
    recording.processEvent = (event: ReceiverEvent) => this.#track(this.#recordAndProcess(event));
    super.init(recording);
  }

  /** Processes what an earlier process recorded and did not finish. Call once, before `start`: what arrives after that
   *  is recorded and not finished either, for a moment, and would be processed twice.
   *  @returns how many events there were. */
  async replayPending(): Promise<number> {
    const pending = await this.#inbox.pending();
    for (const { eventId, body } of pending) {
      await this.#process?.({ body: body as ReceiverEvent['body'], ack: async () => {} });
      await this.#inbox.done(eventId);
    }
    return pending.length;
  }

  /** Stops receiving and waits for the events that are being handled. */
  async drain(): Promise<void> {
    await this.client.disconnect(); // `stop` of the base class does not wait for it
    await Promise.allSettled(this.#active);
  }

  async #recordAndProcess(event: ReceiverEvent): Promise<void> {
    const eventId = eventIdOf(event.body);
    if (eventId !== null && !(await this.#inbox.record(eventId, event.body, messageOf(event.body)))) {
      await event.ack();
      return;
    }
    await this.#process?.(isButton(event.body) ? await acknowledged(event) : event);
    if (eventId !== null) await this.#inbox.done(eventId);
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#active.add(work);
    try {
      await work;
    } finally {
      this.#active.delete(work);
    }
  }
}

/** The members of Slack's bodies that name an event. */
interface Named {
  readonly event_id?: string;
  readonly team_id?: string;
  readonly event?: { readonly type?: string; readonly channel?: string; readonly ts?: string };
  readonly type?: string;
  readonly user?: { readonly id?: string };
  readonly actions?: readonly { readonly action_id?: string; readonly action_ts?: string }[];
}

/** A name that is the same whenever Slack sends the same thing again: the event's id, or who clicked what when. Forms
 *  are sent once, and sent again by the person after an error, so each gets a name of its own. Null for what is
 *  answered at once and leaves nothing to repeat. */
function eventIdOf({ event_id, type, user, actions }: Named): string | null {
  if (event_id) return event_id;
  const action = actions?.[0];
  if (action?.action_ts) return `action-${action.action_id}-${action.action_ts}-${user?.id}`;
  return type === 'view_submission' ? `view-${randomUUID()}` : null;
}

/** Buttons are answered with nothing, so there is no reason to let a person wait for it. */
function isButton({ type }: Named): boolean {
  return type === 'block_actions';
}

async function acknowledged(event: ReceiverEvent): Promise<ReceiverEvent> {
  await event.ack().catch(() => {}); // the connection is gone: what was pressed still counts
  return { ...event, ack: async () => {} };
}

/** The message that an event tells of: a mention in a channel arrives as a mention and as a message, with two ids. */
function messageOf({ team_id: team, event }: Named): string | undefined {
  if (event?.type !== 'app_mention' && event?.type !== 'message') return undefined;
  return event.channel && event.ts ? `message-${team}-${event.channel}-${event.ts}` : undefined;
}
