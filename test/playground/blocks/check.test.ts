import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBlocks, checkView, sentences, withIds } from '../../../playground/server/blocks/check.ts';
import { actionElements } from '../../../playground/server/blocks/elements-of.ts';
import type { Surface } from '../../../playground/server/blocks/rules.ts';
import type { Block } from '../../../playground/server/types.ts';
import { button } from '../support.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string, more: Record<string, unknown> = {}) => ({
  type: 'section',
  text: mrkdwn(text),
  ...more,
});
const options = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: plain(`${i}`), value: `${i}` }));
const many = <T>(count: number, item: T) => Array.from({ length: count }, () => item);
const raw = (text: string) => ({ type: 'raw_text', text });

function check(blocks: unknown, surface: Surface = 'message', isReady = true): string[] {
  return sentences(checkBlocks(blocks, surface, () => isReady));
}

const paragraph = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { bold: true } }] }],
};
const chart = (series: number, points: number) => ({
  type: 'data_visualization',
  title: 'Loss',
  chart: {
    type: 'line',
    series: Array.from({ length: series }, (_, s) => ({
      name: `s${s}`,
      data: Array.from({ length: points }, (__, p) => ({ label: `${p}`, value: p })),
    })),
    axis_config: { categories: Array.from({ length: points }, (_, p) => `${p}`), x_label: 'epoch' },
  },
});

describe('blocks that Slack takes', () => {
  const good: Record<string, unknown> = {
    section: section('x'.repeat(3000), {
      fields: many(10, mrkdwn('f')),
      accessory: button('a'),
      expand: true,
    }),
    actions: { type: 'actions', elements: Array.from({ length: 25 }, (_, i) => button(`b${i}`)) },
    header: { type: 'header', text: plain('x'.repeat(150)) },
    context: {
      type: 'context',
      elements: [
        ...many(9, mrkdwn('c')),
        { type: 'image', image_url: 'https://x.example/a.png', alt_text: '' },
      ],
    },
    image: { type: 'image', slack_file: { id: 'F012345678' }, alt_text: 'curves', title: plain('Curves') },
    rich_text: paragraph,
    table: { type: 'table', rows: many(100, many(20, raw('1'))), column_settings: [{ align: 'right' }] },
    data_table: {
      type: 'data_table',
      caption: 'Metrics',
      page_size: 20,
      rows: [
        [raw('metric'), raw('value')],
        [raw('AUC'), { type: 'raw_number', value: 0.84, text: '0.84' }],
      ],
    },
    data_visualization: chart(6, 20),
    plan: {
      type: 'plan',
      title: 'Run',
      tasks: [{ type: 'task_card', task_id: '1', title: 'Train', status: 'in_progress', output: paragraph }],
    },
    context_actions: {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'f',
          positive_button: { text: plain('Good'), value: 'up' },
          negative_button: { text: plain('Bad'), value: 'down' },
        },
      ],
    },
    card: { type: 'card', title: mrkdwn('t'), actions: [button('a')] },
    container: {
      type: 'container',
      title: plain('More'),
      child_blocks: [section('x'), { type: 'divider' }],
      is_collapsible: true,
    },
    markdown: { type: 'markdown', text: '# x' },
    input: {
      type: 'input',
      label: plain('l'),
      element: { type: 'static_select', options: options(100) },
      optional: true,
    },
  };
  test.each(Object.entries(good))('%s', (_, block) => {
    expect(check([block])).toEqual([]);
  });
});

describe('blocks that Slack refuses, with the place of the fault', () => {
  const tooWide = {
    ...chart(1, 3),
    chart: { ...chart(1, 3).chart, axis_config: { categories: ['0', '1'] } },
  };
  const bad: [string, unknown, string][] = [
    ['51 blocks', many(51, { type: 'divider' }), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['an unknown type', [{ type: 'sektion' }], 'unsupported type: sektion [json-pointer:/blocks/0/type]'],
    ['a missing type', [{ text: 'x' }], 'missing required field: type [json-pointer:/blocks/0]'],
    [
      'an unknown field',
      [{ type: 'divider', colour: 1 }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a long section',
      [section('x'.repeat(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty section', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a section without text',
      [{ type: 'section' }],
      'missing required field: text [json-pointer:/blocks/0]',
    ],
    [
      'eleven fields',
      [{ type: 'section', fields: many(11, mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'mrkdwn in a header',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be a valid enum value [json-pointer:/blocks/0/text/type]',
    ],
    [
      '26 buttons',
      [{ type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button(`${i}`)) }],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a long button text',
      [{ type: 'actions', elements: [{ type: 'button', text: plain('x'.repeat(76)) }] }],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a long button value',
      [{ type: 'actions', elements: [button('a', 'x'.repeat(2001))] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'one action id twice in a block',
      [{ type: 'actions', elements: [button('a'), button('a')] }],
      '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'one block id twice',
      [section('x', { block_id: 'b' }), section('y', { block_id: 'b' })],
      '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      '101 options',
      [section('x', { accessory: { type: 'static_select', options: options(101) } })],
      'no more than 100 items allowed [json-pointer:/blocks/0/accessory/options]',
    ],
    [
      'an initial option that is not offered',
      [
        section('x', {
          accessory: {
            type: 'static_select',
            options: options(2),
            initial_option: { text: plain('9'), value: '9' },
          },
        }),
      ],
      'initial_option must exactly match one of the provided options [json-pointer:/blocks/0/accessory]',
    ],
    [
      'a select without options',
      [section('x', { accessory: { type: 'static_select' } })],
      'must provide either options or option_groups [json-pointer:/blocks/0/accessory]',
    ],
    [
      'a file input in a message',
      [{ type: 'input', label: plain('l'), element: { type: 'file_input' } }],
      'file_input is only supported in modals [json-pointer:/blocks/0/element]',
    ],
    [
      'a picture from nowhere',
      [{ type: 'image', alt_text: 'x' }],
      'must provide either image_url or slack_file [json-pointer:/blocks/0]',
    ],
    [
      'a data table without caption',
      [{ type: 'data_table', rows: many(2, [raw('x')]) }],
      'missing required field: caption [json-pointer:/blocks/0]',
    ],
    [
      'rows of different length',
      [{ type: 'table', rows: [[raw('a')], [raw('a'), raw('b')]] }],
      'all rows must have the same number of cells [json-pointer:/blocks/0/rows]',
    ],
    [
      '10,001 characters of cells',
      [{ type: 'table', rows: [[raw('x'.repeat(10_000))], [raw('x')]] }],
      'table cells must be less than 10001 characters [json-pointer:/blocks]',
    ],
    [
      '12,001 characters of markdown',
      many(2, { type: 'markdown', text: 'x'.repeat(6001) }),
      'markdown blocks must be less than 12001 characters [json-pointer:/blocks]',
    ],
    [
      'a third chart',
      many(3, chart(1, 2)),
      'no more than 2 data_visualization blocks allowed [json-pointer:/blocks]',
    ],
    [
      'a chart with a point too many',
      [tooWide],
      'every series must have exactly one point per category [json-pointer:/blocks/0/chart/series]',
    ],
    [
      'an alert in a message',
      [{ type: 'alert', text: plain('x') }],
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ],
    [
      'a chart inside a container',
      [{ type: 'container', child_blocks: [chart(1, 2)] }],
      'unsupported type: data_visualization [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
  ];
  test.each(bad)('%s', (_, blocks, sentence) => {
    expect(check(blocks)).toContain(sentence);
  });

  test('a picture that is not processed yet', () => {
    expect(
      check([{ type: 'image', alt_text: 'x', slack_file: { id: 'F012345678' } }], 'message', false),
    ).toEqual(['invalid slack file [json-pointer:/blocks/0/slack_file]']);
  });

  test('a table or a plan in a modal', () => {
    expect(check([{ type: 'table', rows: [[raw('x')]] }], 'modal')).toHaveLength(1);
    expect(check([{ type: 'plan', title: 'x' }], 'home')).toHaveLength(1);
  });

  test('a modal without a title, and one that says too much', () => {
    const view = {
      type: 'modal',
      blocks: many(101, { type: 'divider' }),
      private_metadata: 'x'.repeat(3001),
    };
    expect(sentences(checkView(view, () => true))).toEqual([
      'missing required field: title [json-pointer:/view]',
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ]);
  });
});

test('whatever it is given, the check answers with pointers into it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      for (const problem of checkBlocks(value, 'message', () => true))
        expect(problem.pointer).toMatch(/^\/blocks/);
    }),
  );
});

test('every block and every element gets an id, and keeps the one it came with', () => {
  const blocks = [
    { type: 'actions', elements: [button('mine'), { type: 'button', text: plain('x') }] },
    { type: 'container', child_blocks: [section('x', { accessory: { type: 'button', text: plain('y') } })] },
  ] as Block[];
  const named = withIds(blocks);
  const ids = actionElements(named).map(({ element }) => element.action_id);
  expect(ids[0]).toBe('mine');
  expect(ids.every((id) => typeof id === 'string' && id.length > 0)).toBe(true);
  expect(named.every((block) => block.block_id)).toBe(true);
  expect(blocks[0].block_id).toBeUndefined();
});
