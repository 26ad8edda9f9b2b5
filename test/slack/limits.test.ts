import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip } from '../../src/slack/limits.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 60 });

it('never exceeds the limit and never tears a character apart', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, limit) => {
      const clipped = clip(text, limit);
      expect(clipped.length).toBeLessThanOrEqual(limit);
      // Encoding replaces half of a surrogate pair, so the round trip would change it.
      expect(Buffer.from(clipped, 'utf8').toString('utf8')).toBe(clipped);
    }),
  );
});

it('keeps what fits as it is, and marks what was cut', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, limit) => {
      const clipped = clip(text, limit);
      if (text.length <= limit) expect(clipped).toBe(text);
      else {
        expect(clipped.endsWith('…')).toBe(true);
        expect(text.startsWith(clipped.slice(0, -1))).toBe(true);
      }
    }),
  );
});

it('drops a pair that does not fit whole', () => {
  expect(clip('ab\u{1F600}cd', 4)).toBe('ab…');
  expect(clip('ab\u{1F600}cd', 5)).toBe('ab\u{1F600}…');
});
