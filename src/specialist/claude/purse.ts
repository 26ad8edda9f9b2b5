/** What a language model has cost, and whether it may cost any more. */
import { randomUUID } from 'node:crypto';
import type { Clock, UsageBook } from '../../thread/ports.ts';
import { say } from '../../thread/say.ts';
import type { Turn } from '../../thread/specialist.ts';
import type { ClaudeMessage } from './messages-api.ts';
import type { ClaudeSettings, ModelPrice } from './settings.ts';

const MICRO = 1e6;

export interface Purse {
  /** Why nothing more may be spent in this thread by this person, as a sentence (mrkdwn); null while it may. */
  empty(turn: Turn): Promise<string | null>;
  spend(turn: Turn, message: ClaudeMessage): Promise<void>;
}

export function openPurse(book: UsageBook, clock: Clock, settings: ClaudeSettings): Purse {
  const { budget, price, model } = settings;
  return {
    async empty({ place, user }) {
      const month = startOfMonth(clock.now());
      const [thread, person, workspace] = await Promise.all([
        book.total(place.team, '', { threadId: place.id }),
        book.total(place.team, month, { user }),
        book.total(place.team, month),
      ]);
      const isOver = (spent: { microdollars: number }, dollars: number) =>
        spent.microdollars >= dollars * MICRO;
      if (isOver(thread, budget.thread)) {
        return say`This thread has used its budget for the language model ($${dollarsOf(budget.thread)}).`;
      }
      if (isOver(person, budget.person)) {
        return say`Your budget for the language model ($${dollarsOf(budget.person)} a month) is used up.`;
      }
      return isOver(workspace, budget.workspace)
        ? say`The workspace's budget for the language model ($${dollarsOf(budget.workspace)} a month) is used up.`
        : null;
    },
    async spend({ place, user }, { usage }) {
      const tokens = {
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        cacheReadTokens: usage.cache_read_input_tokens ?? 0,
        cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
      };
      await book.add({
        key: randomUUID(),
        team: place.team,
        threadId: place.id,
        user,
        at: clock.now(),
        model,
        ...tokens,
        microdollars: costOf(tokens, price),
      });
    },
  };
}

/** Millionths of a dollar, which is what a price per million tokens gives for one token. */
export function costOf(
  tokens: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cacheReadTokens: number;
    readonly cacheWriteTokens: number;
  },
  price: ModelPrice,
): number {
  return Math.ceil(
    tokens.inputTokens * price.input +
      tokens.outputTokens * price.output +
      tokens.cacheReadTokens * price.cacheRead +
      tokens.cacheWriteTokens * price.cacheWrite,
  );
}

function startOfMonth(now: string): string {
  return `${now.slice(0, 7)}-01T00:00:00.000Z`;
}

function dollarsOf(dollars: number): string {
  return dollars.toFixed(2);
}
