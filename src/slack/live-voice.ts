/** An answer that is shown while it is thought: Slack's streamed messages with tool steps as tasks. Slack closes a
 *  stream after about five minutes, so a long answer goes on in a new message before that; where streaming is refused,
 *  a status line is shown and the whole answer is posted at the end. Nothing said is ever lost: what did not arrive is
 *  handed back by `end`. */
import type { AnyChunk } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { ThreadPlace } from '../thread/events.ts';
import type { Voice } from '../thread/voice.ts';
import { clip } from './limits.ts';

export interface VoiceTiming {
  /** After this long the answer goes on in a new message. */
  readonly streamLifeMs: number;
  /** Pieces shorter than this wait for the next one. */
  readonly fewestCharacters: number;
}
const USUAL_TIMING: VoiceTiming = { streamLifeMs: 240_000, fewestCharacters: 120 };

const MOST_TASK_CHARACTERS = 256;
const STATUS = 'is thinking...';

export function openLiveVoice(
  client: WebClient,
  place: ThreadPlace,
  recipient: { readonly user: string; readonly team: string },
  log: { warn(...parts: unknown[]): void },
  timing: VoiceTiming = USUAL_TIMING,
): Voice {
  const stopped = new AbortController();
  let stream: { ts: string; startedAt: number } | null = null;
  let canStream = true;
  let hasStatus = false;
  /** Said, but not in the thread yet. */
  let waiting = '';
  let tasks: AnyChunk[] = [];

  async function show(): Promise<void> {
    if (!canStream || (waiting === '' && tasks.length === 0)) return;
    const chunks: AnyChunk[] = [
      ...tasks,
      ...(waiting === '' ? [] : [{ type: 'markdown_text' as const, text: waiting }]),
    ];
    try {
      if (stream && Date.now() - stream.startedAt > timing.streamLifeMs) await close();
      if (stream) {
        await client.chat.appendStream({ channel: place.channel, ts: stream.ts, chunks });
      } else {
        const started = await client.chat.startStream({
          channel: place.channel,
          thread_ts: place.rootTs,
          recipient_user_id: recipient.user,
          recipient_team_id: recipient.team,
          task_display_mode: 'timeline',
          chunks,
        });
        stream = { ts: started.ts as string, startedAt: Date.now() };
      }
      waiting = '';
      tasks = [];
    } catch (error) {
      await recover(reasonOf(error));
    }
  }

  async function recover(reason: string): Promise<void> {
    const hadStream = stream !== null;
    stream = null;
    if (reason === 'stopped_by_user') {
      stopped.abort();
      canStream = false;
    } else if (hadStream && reason === 'message_not_in_streaming_state') {
      await show(); // Slack closed it early: what it did not take opens the next one
    } else {
      // A stream that fails for another reason is left as it is; the rest comes as a message.
      log.warn(`the answer is not streamed any further: ${reason}`);
      canStream = false;
    }
  }

  async function close(): Promise<void> {
    if (!stream) return;
    const { ts } = stream;
    stream = null;
    await client.chat.stopStream({ channel: place.channel, ts }).catch((error: unknown) => {
      log.warn('a stream was not closed', reasonOf(error));
    });
  }

  async function setStatus(words: string): Promise<void> {
    if (words === '' && !hasStatus) return;
    hasStatus = words !== '';
    await client.assistant.threads
      .setStatus({ channel_id: place.channel, thread_ts: place.rootTs, status: words })
      .catch((error: unknown) => log.warn('no status is shown', reasonOf(error)));
  }

  return {
    stopped: stopped.signal,
    status: (words) => setStatus(words === '' ? '' : words === 'thinking' ? STATUS : `${words}...`),
    async step(id, title, state) {
      tasks.push({ type: 'task_update', id, title: clip(title, MOST_TASK_CHARACTERS), status: state });
      if (state === 'in_progress') await show();
    },
    async say(markdown) {
      waiting += markdown;
      if (waiting.length >= timing.fewestCharacters) await show();
    },
    async end() {
      await show();
      await close();
      await setStatus('');
      const rest = waiting;
      waiting = '';
      return rest;
    },
  };
}

function reasonOf(error: unknown): string {
  const data = (error as { data?: { error?: string } } | null)?.data;
  return data?.error ?? (error instanceof Error ? error.message : String(error));
}
