/** The seam to the mouth: what handlers and jobs need in order to say something in a thread. */
import type { ThreadPlace } from './events.ts';
import type { Reply } from './reply.ts';

export interface Speaker {
  /** Says the replies in the thread, in order, each exactly once per `key`: a repeated call after a crash finds what
   *  was already posted and posts the rest. */
  say(place: ThreadPlace, key: string, replies: readonly Reply[]): Promise<void>;
}
