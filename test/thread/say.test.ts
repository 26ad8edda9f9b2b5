import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, escapeMrkdwn, plainText, prose, say, unescapeEntities } from '../../src/thread/say.ts';

const anything = fc.string({ unit: 'grapheme', maxLength: 300 });
const hostile = fc
  .array(
    fc.constantFrom(
      '<',
      '>',
      '&',
      '@',
      '!',
      '|',
      '`',
      '*',
      '_',
      '~',
      '\n',
      '&amp;',
      '<!channel>',
      '<@U1>',
      'a',
      ' ',
      'é',
      '😀',
    ),
    {
      maxLength: 200,
    },
  )
  .map((parts) => parts.join(''));
const wild = fc.oneof(anything, hostile);

/** Nothing left that Slack reads as a mention, a link or an entity that was not meant. */
const isNeutral = (mrkdwn: string) => !/[<>]/.test(mrkdwn) && !/&(?!(?:amp|lt|gt);)/.test(mrkdwn);

describe('values from outside', () => {
  it('can neither mention, nor link, nor change the formatting around them', () => {
    fc.assert(
      fc.property(wild, (value) => {
        for (const mrkdwn of [escapeMrkdwn(value), say`${value}`, code(value)])
          expect(mrkdwn).toSatisfy(isNeutral);
        expect(say`*Plan:* ${value}`.slice('*Plan:* '.length)).not.toMatch(/[*~`]/);
      }),
    );
  });

  it.each([
    ['<!channel> look', '&lt;!channel&gt; look'],
    ['<@U123>', '&lt;@U123&gt;'],
    ['<https://evil.example|bank>', '&lt;https://evil.example|bank&gt;'],
    ['a & b', 'a &amp; b'],
    ['*bold*', '∗bold∗'],
    ['snake_case', 'snake_case'],
  ])('%j are said as %j', (value, expected) => {
    expect(say`${value}`).toBe(expected);
  });

  it('are read by a person as they were written, but for look-alikes', () => {
    fc.assert(
      fc.property(
        wild.filter((value) => !/[*~`]/.test(value)),
        (value) => {
          expect(plainText(escapeMrkdwn(value))).toBe(value);
          expect(unescapeEntities(escapeMrkdwn(value))).toBe(value);
        },
      ),
    );
  });

  it('stand where they are put, the text around them as it is', () => {
    expect(say`*Run ${12}:* ${'a<b'} and ${''}.`).toBe('*Run 12:* a&lt;b and .');
    expect(say`nothing`).toBe('nothing');
  });
});

describe('code style', () => {
  it('is one line between two backticks, and not too long, for any value', () => {
    fc.assert(
      fc.property(wild, (value) => {
        const mrkdwn = code(value);
        expect(mrkdwn).toMatch(/^`[^`\n\r\u2028]+`$/);
        expect([...plainText(mrkdwn)].length).toBeLessThanOrEqual(120);
      }),
    );
  });

  it.each([
    ['tenure', '`tenure`'],
    ['a`b', '`aˋb`'],
    ['*a*_b_', '`*a*_b_`'],
    ['a\n*approved*', '`a *approved*`'],
    ['<@U1>', '`&lt;@U1&gt;`'],
    ['', '`(blank)`'],
    [' ', '`(blank)`'],
  ])('of %j is %s', (value, expected) => {
    expect(code(value)).toBe(expected);
  });

  it('cuts a long name between characters, never inside of one', () => {
    const cut = code('&'.repeat(200));
    expect(cut).toBe(`\`${'&amp;'.repeat(119)}…\``);
    expect(code('😀'.repeat(200))).toBe(`\`${'😀'.repeat(119)}…\``);
  });
});

describe('a sentence from another room', () => {
  it('has its names in code style and is neutral all the same', () => {
    expect(prose('`a_b` moves with *day* & `<c>`.')).toBe('`a_b` moves with ∗day∗ &amp; `&lt;c&gt;`.');
    fc.assert(fc.property(wild, (value) => isNeutral(prose(value))));
  });
});

describe('plain text', () => {
  it.each([
    ['*Plan 2* waits for <@U2>', 'Plan 2 waits for @U2'],
    ['`total_charges` is left out', 'total_charges is left out'],
    ['5 * 3 * 2', '5 * 3 * 2'],
    ['&amp;lt; stays', '&lt; stays'],
  ])('of %j is %j', (mrkdwn, expected) => {
    expect(plainText(mrkdwn)).toBe(expected);
  });
});
