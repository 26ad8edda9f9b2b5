import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkBlocks } from '../../playground/server/blocks/check.ts';
import { actions, button, context, divider, header, section, sections } from '../../src/slack/blocks.ts';

const problems = (blocks: readonly object[]) => checkBlocks(blocks, 'message', () => true);

it('builds pieces that Slack takes, whatever the length of their texts', () => {
  for (const length of [1, 75, 150, 2000, 3000, 50_000]) {
    const text = 'x'.repeat(length);
    const blocks = [
      header(text),
      section(text),
      context(text),
      divider,
      actions('a', button('press', text, 'value'), button('danger', text, 'value', { style: 'danger' })),
    ];
    expect(problems(blocks)).toEqual([]);
  }
});

const lines = fc.array(fc.string({ minLength: 1, maxLength: 900, unit: 'grapheme' }), {
  minLength: 1,
  maxLength: 30,
});

it('puts all lines into sections, in order, none of them split', () => {
  fc.assert(
    fc.property(lines, (all) => {
      const blocks = sections(all);
      expect(problems(blocks)).toEqual([]);
      expect(blocks.map((block) => block.text?.text).join('\n')).toBe(all.join('\n'));
    }),
    { numRuns: 50 },
  );
});

it('makes no section of no lines', () => {
  expect(sections([])).toEqual([]);
});

it('cuts a single line that no section could hold', () => {
  const [first, second] = sections(['y'.repeat(4000), 'next']);
  expect(first?.text?.text).toHaveLength(3000);
  expect(second?.text?.text).toBe('next');
});
