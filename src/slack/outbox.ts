/** Messages that are posted once. Slack has no idempotency key, so each message carries its key as metadata: after a
 *  crash between posting and writing down, the message is found in its thread and adopted instead of posted again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { ThreadPlace } from '../thread/events.ts';
import { escapeEntities } from '../thread/say.ts';
import type { Message } from './blocks.ts';
import { withoutTables } from './data-table.ts';
import { clip, LIMITS } from './limits.ts';

/** Where posts are written down. */
export interface PostLedger {
  claim(
    key: string,
  ): Promise<{ state: 'new' } | { state: 'pending' } | { state: 'posted'; channel: string; ts: string }>;
  posted(key: string, channel: string, ts: string): Promise<void>;
  find(key: string): Promise<{ channel: string; ts: string } | null>;
}

const EVENT_TYPE = 'modelwright_post';

/** Posting takes a few hundred milliseconds. */
const LOOK_AGAIN_AFTER_MS = [0, 500, 1500];

export class Outbox {
  readonly #client: WebClient;
  readonly #ledger: PostLedger;
  /** Posts on their way from this process: whoever wants to post the same waits for them instead of looking into the
   *  thread before they are there. */
  readonly #onTheWay = new Map<string, Promise<void>>();

  constructor(client: WebClient, ledger: PostLedger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  /** Posts the message in the thread unless a message of that key is there already. */
  async post(place: ThreadPlace, key: string, message: Message): Promise<void> {
    const earlier = this.#onTheWay.get(key);
    if (earlier) {
      await earlier.catch(() => {}); // its own caller hears of it; here it only means that nothing is there yet
      return this.post(place, key, message);
    }
    const posting = this.#postOnce(place, key, message).finally(() => this.#onTheWay.delete(key));
    this.#onTheWay.set(key, posting);
    return posting;
  }

  async #postOnce(place: ThreadPlace, key: string, message: Message): Promise<void> {
    const claim = await this.#ledger.claim(key);
    if (claim.state === 'posted') return;
    const adopted = claim.state === 'pending' ? await this.#adopt(place, key) : null;
    const ts = adopted ?? (await this.#post(place, key, message));
    await this.#ledger.posted(key, place.channel, ts);
  }

  /** Changes a message that was posted under that key. @returns false when there is none (yet). */
  async update(key: string, message: Message): Promise<boolean> {
    const found = await this.#ledger.find(key);
    if (!found) return false;
    await this.#client.chat.update({ channel: found.channel, ts: found.ts, ...payload(message) });
    return true;
  }

  async #post(place: ThreadPlace, key: string, message: Message): Promise<string> {
    const post = (what: Message) =>
      this.#client.chat.postMessage({
        channel: place.channel,
        thread_ts: place.rootTs,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: EVENT_TYPE, event_payload: { key } },
        ...payload(what),
      });
    const response = await post(message).catch((error: unknown) => {
      // Native tables come to workspaces one after another; refused ones go as text.
      const hasTables = message.blocks.some(({ type }) => type === 'data_table');
      if (!hasTables || !isInvalidBlocks(error)) throw error;
      return post({ ...message, blocks: withoutTables(message.blocks) });
    });
    return response.ts as string;
  }

  /** The message whose posting was begun before: by a process that died at it, or by one that is at it right now (a
   *  double click that two processes take), in which case it appears in a moment. */
  async #adopt(place: ThreadPlace, key: string): Promise<string | null> {
    for (const waitMs of LOOK_AGAIN_AFTER_MS) {
      await delay(waitMs);
      const ts = (await this.#ledger.find(key))?.ts ?? (await this.#findInThread(place, key));
      if (ts) return ts;
    }
    return null;
  }

  async #findInThread(place: ThreadPlace, key: string): Promise<string | null> {
    let cursor: string | undefined;
    do {
      const page = await this.#client.conversations.replies({
        channel: place.channel,
        ts: place.rootTs,
        include_all_metadata: true,
        limit: 200,
        ...(cursor ? { cursor } : {}),
      });
      for (const reply of page.messages ?? []) {
        const metadata = reply.metadata as
          | { event_type?: string; event_payload?: { key?: string } }
          | undefined;
        if (metadata?.event_type === EVENT_TYPE && metadata.event_payload?.key === key)
          return reply.ts ?? null;
      }
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    return null;
  }
}

function isInvalidBlocks(error: unknown): boolean {
  const { data } = error as { data?: { error?: string } };
  return data?.error?.startsWith('invalid_blocks') ?? false;
}

/** The message as Slack takes it. Slack reads even the fallback text as mrkdwn, so it is escaped here. The blocks go as
 *  a mutable array because the client's types want one. */
function payload(message: Message): { text: string; blocks: KnownBlock[] } {
  return {
    text: escapeEntities(clip(message.text, LIMITS.messageText)),
    blocks: message.blocks.slice(0, LIMITS.messageBlocks),
  };
}
