import { expect, it } from 'vitest';
import { costOf } from '../../../src/specialist/claude/purse.ts';
import { priceOf } from '../../../src/specialist/claude/settings.ts';

it('charges every kind of token at its own price, in millionths of a dollar', () => {
  const tokens = { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 10_000, cacheWriteTokens: 400 };
  // 1000 x $4 + 200 x $20 + 10000 x $0.20 + 400 x $5, per million tokens
  expect(costOf(tokens, priceOf('claude-opus-5-5'))).toBe(4000 + 4000 + 2000 + 2000);
});

it('takes a model that it does not know for a dear one', () => {
  const one = { inputTokens: 1e6, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  expect(costOf(one, priceOf('claude-of-tomorrow'))).toBeGreaterThanOrEqual(
    costOf(one, priceOf('claude-opus-5-5')),
  );
});
