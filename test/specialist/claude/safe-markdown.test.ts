import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asData, maskCell, withoutSecrets } from '../../../src/specialist/claude/outside.ts';
import { asMrkdwn, piecesOf, safeMarkdown } from '../../../src/specialist/claude/safe-markdown.ts';

describe('what a model writes', () => {
  it.each([
    ['mentions nobody', 'ask <@U123> or <!channel> or @here', 'ask @U123 or !channel or here'],
    ['links nowhere', 'see [the report](https://evil.example/?q=1)', 'see the report'],
    ['has no bare addresses', 'at https://evil.example/x now', 'at (link left out) now'],
    ['has no HTML', 'a <b>c</b> & d', 'a &lt;b&gt;c&lt;/b&gt; &amp; d'],
    ['has no tables', '| a | b |', ''],
    ['has no headings', '# Result', '**Result**'],
    ['holds no secrets', 'the token is xoxb-123456789-abcdef', 'the token is [secret removed]'],
  ])('%s', (_, written, safe) => {
    expect(safeMarkdown(written)).toBe(safe);
  });

  it('becomes mrkdwn', () => {
    expect(asMrkdwn('**bold**, *slanted*, `**code**`\n- one\n- two')).toBe(
      '*bold*, _slanted_, `**code**`\n• one\n• two',
    );
  });

  it('never holds anything that Slack acts on', () => {
    const hostile = fc.array(
      fc.constantFrom(
        '<',
        '>',
        '@channel',
        '<!here>',
        '<@U1>',
        '](',
        '[x',
        'https://a.b',
        '&',
        'lt;',
        ' ',
        '\n',
        'x',
        '|',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const safe = safeMarkdown(parts.join(''));
        expect(safe).not.toMatch(/[<>]|https:|@(?:channel|here)\b/);
      }),
    );
  });

  it('is cut into pieces that are the text again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '.', '!', ' ', '\n', '1', '"', ')', '…') }),
        (text) => {
          expect(piecesOf(text).join('')).toBe(text);
        },
      ),
    );
    expect(piecesOf('It is 0.84. That is good! Next\nline')).toEqual([
      'It is 0.84. ',
      'That is good! ',
      'Next\n',
      'line',
    ]);
  });
});

describe('what comes from outside', () => {
  it('cannot end the mark around it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '/', 'data', '>', ' ', 'DATA', 'x', '\u200b') }),
        (text) => {
          const marked = asData('file', text);
          expect(marked.slice('<data from="file">'.length, -'</data>'.length)).not.toMatch(/<\s*\/?\s*data/i);
        },
      ),
    );
  });

  it('is bounded', () => {
    expect(asData('file', 'x'.repeat(10_000), 100).length).toBeLessThan(150);
  });

  it.each([
    'xoxb-1234567890-abc',
    'xapp-1-ABCDEFGH-12',
    'sk-ant-api03-abcdefghijklmnop',
    'ghp_abcdefghijklmnopqrstuvwx',
    'AKIAABCDEFGHIJKLMNOP',
    'Bearer abcdefghijklmnopqrstuv',
    'postgres://me:secret@host/db',
    '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----',
  ])('loses a secret like %s', (secret) => {
    expect(withoutSecrets(`it is ${secret} here`)).not.toContain(secret);
  });

  it.each([
    ['email', false, 'ana@example.com', '[masked]'],
    ['customerName', false, 'Ana Silva', '[masked]'],
    ['note', true, 'call me', '[text of 7 characters]'],
    ['contact', false, 'ana@example.com', '[e-mail]'],
    ['contact', false, '+44 20 7946 0958 11', '[number]'],
    ['tenure', false, '12', '12'],
    ['contract', false, 'Month-to-month', 'Month-to-month'],
    ['day', false, '2024-03-01', '2024-03-01'],
  ])('is masked where column %s holds personal data', (column, isText, value, shown) => {
    expect(maskCell(column, isText, value)).toBe(shown);
  });
});
