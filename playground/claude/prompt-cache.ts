/** Prompt caching as the API does it: what stood before a mark in an earlier request, byte for byte, is read from the
 *  cache. Tokens are counted as four characters each. */
import { createHash } from 'node:crypto';
import { type Block, blocksOf, type MessagesRequest } from './messages.ts';

export interface CountedTokens {
  readonly input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
}

export class PromptCache {
  readonly #seen = new Set<string>();

  count(request: MessagesRequest): CountedTokens {
    const { system = [], tools = [], messages } = request;
    const systemBlocks: readonly Block[] =
      typeof system === 'string' ? [{ type: 'text', text: system }] : system;
    const parts: readonly (object & { readonly cache_control?: object })[] = [
      ...tools,
      ...systemBlocks,
      ...messages.flatMap((message) => blocksOf(message).map((block) => ({ role: message.role, ...block }))),
    ];
    const hash = createHash('sha256').update(request.model);
    let length = 0;
    let read = 0;
    let marked = 0;
    const fresh: string[] = [];
    for (const part of parts) {
      const { cache_control: mark, ...content } = part;
      const text = JSON.stringify(content);
      hash.update(text);
      length += text.length;
      if (!mark) continue;
      const prefix = hash.copy().digest('hex');
      if (this.#seen.has(prefix)) read = length;
      marked = length;
      fresh.push(prefix);
    }
    for (const prefix of fresh) this.#seen.add(prefix);
    const tokens = (characters: number) => Math.ceil(characters / 4);
    return {
      input_tokens: tokens(length - marked),
      cache_read_input_tokens: tokens(read),
      cache_creation_input_tokens: tokens(marked - read),
    };
  }
}
