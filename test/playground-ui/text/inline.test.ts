import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MARKDOWN, MRKDWN, parseInline } from '../../../playground/ui/src/text/inline.ts';
import type { Inline } from '../../../playground/ui/src/text/prose.ts';

/** What a reader sees, without the markup. */
function visible(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'break':
          return '\n';
        case 'text':
        case 'code':
          return node.text;
        case 'emoji':
          return node.glyph;
        case 'user':
        case 'channel':
          return `@${node.id}`;
        case 'broadcast':
          return `@${node.range}`;
        default:
          return visible(node.children);
      }
    })
    .join('');
}

const mrkdwn = (text: string) => parseInline(text, MRKDWN);
const text = (value: string): Inline => ({ kind: 'text', text: value });

test('bold, italics, strikes and code are marked, and nest', () => {
  expect(mrkdwn('*a _b_* ~c~ `d*e*`')).toEqual([
    { kind: 'strong', children: [text('a '), { kind: 'emphasis', children: [text('b')] }] },
    text(' '),
    { kind: 'strike', children: [text('c')] },
    text(' '),
    { kind: 'code', text: 'd*e*' },
  ]);
});

test.each([
  'snake_case_name',
  '2 * 3 * 4',
  'a*b*c',
  '*not\nclosed*',
  '**',
  'x_',
  '* item *',
  ':no_such_emoji:',
])('%j is not markup', (written) => {
  expect(visible(mrkdwn(written))).toBe(written);
  expect(mrkdwn(written).every(({ kind }) => kind === 'text' || kind === 'break')).toBe(true);
});

test('mentions, channels, broadcasts, links and escapes are read', () => {
  expect(mrkdwn('<@U1> <#C1|general> <!here> <https://a.b/c?d=1&amp;e|here> &lt;b&gt; &amp;lt;')).toEqual([
    { kind: 'user', id: 'U1' },
    text(' '),
    { kind: 'channel', id: 'C1', label: 'general' },
    text(' '),
    { kind: 'broadcast', range: 'here' },
    text(' '),
    { kind: 'link', url: 'https://a.b/c?d=1&e', children: [text('here')] },
    text(' <b> &lt;'),
  ]);
});

test('a date shows its fallback, an unknown command its label', () => {
  expect(visible(mrkdwn('<!date^1392734382^{date}|Feb 18> <!subteam^S1|@team>'))).toBe('Feb 18 @team');
});

test('a bare address becomes a link without the punctuation that follows it', () => {
  expect(mrkdwn('see https://a.b/c.')).toEqual([
    text('see '),
    { kind: 'link', url: 'https://a.b/c', children: [text('https://a.b/c')] },
    text('.'),
  ]);
});

test('Markdown has its own marks, links and escapes', () => {
  expect(parseInline('**a** *b* ~~c~~ [d](https://e.f) \\*g\\*', MARKDOWN)).toEqual([
    { kind: 'strong', children: [text('a')] },
    text(' '),
    { kind: 'emphasis', children: [text('b')] },
    text(' '),
    { kind: 'strike', children: [text('c')] },
    text(' '),
    { kind: 'link', url: 'https://e.f', children: [text('d')] },
    text(' *g*'),
  ]);
});

test('any text is read without failing, and text without special characters is kept', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(MRKDWN, MARKDOWN),
      (written, dialect) => {
        const seen = visible(parseInline(written, dialect));
        if (!/[*_~`<&:\\[\]h]/.test(written)) expect(seen).toBe(written);
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.stringMatching(/^[*_~`<>@!|:a\n ]{0,40}$/),
      fc.constantFrom(MRKDWN, MARKDOWN),
      (written, dialect) => {
        expect(visible(parseInline(written, dialect)).length).toBeLessThanOrEqual(written.length);
      },
    ),
  );
});
