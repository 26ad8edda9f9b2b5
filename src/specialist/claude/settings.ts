/** What a person who runs Modelwright decides about the language model. */

export interface ModelPrice {
  /** Dollars per million tokens. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How much of a table a prompt may hold: its columns and statistics only; a few rows with what looks personal masked;
 *  or a few rows as they are. */
export type RowPolicy = 'never' | 'masked' | 'plain';

export interface ClaudeSettings {
  readonly model: string;
  /** Null leaves it to the model. */
  readonly effort: Effort | null;
  readonly price: ModelPrice;
  readonly rows: RowPolicy;
  /** Dollars; per thread in all, per person and workspace in a calendar month. */
  readonly budget: { readonly thread: number; readonly person: number; readonly workspace: number };
  readonly limits: ClaudeLimits;
}

export interface ClaudeLimits {
  /** Requests to the model in one turn; the last one may use no tool. */
  readonly steps: number;
  readonly outputTokens: number;
  /** Of a whole turn. */
  readonly turnMs: number;
  /** Without any sign of life. */
  readonly silenceMs: number;
  /** Repetitions of a request whose answer was cut off, or that could not be answered. */
  readonly retries: number;
  /** Before the first repetition; doubles with each. */
  readonly backoffMs: number;
}

export const USUAL_LIMITS: ClaudeLimits = {
  steps: 12,
  outputTokens: 4096,
  turnMs: 180_000,
  silenceMs: 60_000,
  retries: 3,
  backoffMs: 1000,
};

/** List prices in dollars per million tokens, as published in November 2026; cache writes for five minutes. */
const PRICES: Readonly<Record<string, ModelPrice>> = {
  'claude-fable-5-1': { input: 10, output: 50, cacheRead: 0.25, cacheWrite: 12.5 },
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  'claude-opus-5': { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  'claude-haiku-5-5': { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
};
/** Of a model that is not in the list: dear, so that a budget is rather reached early than overrun. */
const UNKNOWN_PRICE: ModelPrice = { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 };

export function priceOf(model: string): ModelPrice {
  return PRICES[model] ?? UNKNOWN_PRICE;
}
