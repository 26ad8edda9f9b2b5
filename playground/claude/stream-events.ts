/** An answer as the events of a stream. */
import { randomUUID } from 'node:crypto';
import type { CountedTokens } from './prompt-cache.ts';

export type Answer =
  | Spoken
  /** Events as they were recorded. */
  | { readonly events: readonly StreamEvent[] }
  | { readonly error: { readonly status: number; readonly type: string } }
  /** The connection stands and nothing comes. */
  | { readonly silent: true };

export interface Spoken {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input: unknown }[];
  readonly stop?: 'end_turn' | 'max_tokens' | 'refusal';
  /** The connection breaks after so many characters of the text. */
  readonly cutAfter?: number;
  /** An error within the stream, after the text. */
  readonly errorAfter?: string;
  /** Between pieces of text. */
  readonly pauseMs?: number;
}

export type StreamEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

const PIECE = 7;

export function* eventsOf(
  answer: Exclude<Answer, { error: unknown } | { silent: true }>,
  model: string,
  tokens: CountedTokens,
): Generator<StreamEvent | 'cut'> {
  if ('events' in answer) {
    yield* answer.events;
    return;
  }
  const { text = '', calls = [], stop, cutAfter, errorAfter } = answer;
  yield {
    type: 'message_start',
    message: {
      id: `msg_${randomUUID()}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...tokens, output_tokens: 1 },
    },
  };
  let index = 0;
  if (text !== '') {
    yield { type: 'content_block_start', index, content_block: { type: 'text', text: '' } };
    const whole = [...text];
    for (let start = 0; start < Math.min(whole.length, cutAfter ?? Infinity); start += PIECE) {
      const end = Math.min(start + PIECE, cutAfter ?? Infinity);
      yield {
        type: 'content_block_delta',
        index,
        delta: { type: 'text_delta', text: whole.slice(start, end).join('') },
      };
    }
    if (cutAfter !== undefined) {
      yield 'cut';
      return;
    }
    yield { type: 'content_block_stop', index };
    index++;
  }
  if (errorAfter !== undefined) {
    yield { type: 'error', error: { type: errorAfter, message: errorAfter } };
    return;
  }
  for (const { name, input } of calls) {
    const id = `toolu_${randomUUID().replaceAll('-', '')}`;
    yield { type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } };
    const json = JSON.stringify(input);
    for (let start = 0; start < json.length; start += 4 * PIECE) {
      const piece = json.slice(start, start + 4 * PIECE);
      yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: piece } };
    }
    yield { type: 'content_block_stop', index };
    index++;
  }
  const written = Math.ceil((text.length + JSON.stringify(calls).length) / 4);
  yield {
    type: 'message_delta',
    delta: { stop_reason: stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn'), stop_sequence: null },
    usage: { ...tokens, output_tokens: written },
  };
  yield { type: 'message_stop' };
}
