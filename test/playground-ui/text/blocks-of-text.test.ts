import type { RichTextBlock, RichTextSection } from '@slack/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMarkdown } from '../../../playground/ui/src/text/markdown.ts';
import { parseMrkdwn } from '../../../playground/ui/src/text/mrkdwn.ts';
import type { Prose } from '../../../playground/ui/src/text/prose.ts';
import { parseRichText } from '../../../playground/ui/src/text/rich-text.ts';

const paragraph = (text: string): Prose => ({ kind: 'paragraph', children: [{ kind: 'text', text }] });

test('mrkdwn: quotes, fences and paragraphs keep their order; a fence keeps its text as it is', () => {
  expect(parseMrkdwn('a\n> b\n&gt; c\n```*d*\n &lt;e```\nf')).toEqual([
    paragraph('a'),
    {
      kind: 'quote',
      children: [
        {
          kind: 'paragraph',
          children: [{ kind: 'text', text: 'b' }, { kind: 'break' }, { kind: 'text', text: 'c' }],
        },
      ],
    },
    { kind: 'preformatted', text: '*d*\n <e' },
    paragraph('f'),
  ]);
});

test('mrkdwn: an unclosed fence is text', () => {
  expect(parseMrkdwn('a ```b')).toEqual([paragraph('a '), paragraph('```b')]);
});

test('Markdown: headings, nested lists, tables, quotes, rules and code', () => {
  expect(
    parseMarkdown('# A\n\n1. b\n   - c\n2. d\n\n|x|y|\n|---|--:|\n|1|2\\|3|\n\n> e\n\n---\n```ts\nf\n```\ng'),
  ).toEqual([
    { kind: 'heading', level: 1, children: [{ kind: 'text', text: 'A' }] },
    {
      kind: 'list',
      ordered: true,
      start: 1,
      items: [
        [paragraph('b'), { kind: 'list', ordered: false, start: 1, items: [[paragraph('c')]] }],
        [paragraph('d')],
      ],
    },
    {
      kind: 'table',
      alignments: ['left', 'right'],
      header: [[{ kind: 'text', text: 'x' }], [{ kind: 'text', text: 'y' }]],
      rows: [[[{ kind: 'text', text: '1' }], [{ kind: 'text', text: '2|3' }]]],
    },
    { kind: 'quote', children: [paragraph('e')] },
    { kind: 'rule' },
    { kind: 'preformatted', text: 'f' },
    paragraph('g'),
  ]);
});

test('Markdown: any text ends and is read without failing', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[-#>|`*1. a\n]{0,80}$/), (source) => {
      expect(Array.isArray(parseMarkdown(source))).toBe(true);
    }),
  );
});

test('rich text: styles, mentions and a deeper list inside of the item above', () => {
  const block: RichTextBlock = {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'user', user_id: 'U1' },
          { type: 'text', text: ' hi', style: { bold: true, italic: true } },
        ],
      },
      { type: 'rich_text_list', style: 'bullet', elements: [section('one')] },
      { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [section('inner')] },
      { type: 'rich_text_list', style: 'bullet', indent: 0, elements: [section('two')] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'x = 1' }] },
    ],
  };
  expect(parseRichText(block)).toEqual([
    {
      kind: 'paragraph',
      children: [
        { kind: 'user', id: 'U1' },
        { kind: 'strong', children: [{ kind: 'emphasis', children: [{ kind: 'text', text: ' hi' }] }] },
      ],
    },
    {
      kind: 'list',
      ordered: false,
      start: 1,
      items: [[paragraph('one'), { kind: 'list', ordered: true, start: 1, items: [[paragraph('inner')]] }]],
    },
    { kind: 'list', ordered: false, start: 1, items: [[paragraph('two')]] },
    { kind: 'preformatted', text: 'x = 1' },
  ]);
});

function section(text: string): RichTextSection {
  return { type: 'rich_text_section', elements: [{ type: 'text', text }] };
}
