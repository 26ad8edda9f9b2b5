import type { KnownBlock } from '@slack/types';
import { expect, test } from 'vitest';
import { collectValues } from '../../../playground/ui/src/elements/collect-values.ts';

const option = (value: string) => ({ value, text: { type: 'plain_text', text: value } }) as const;
const BLOCKS: readonly KnownBlock[] = [
  {
    type: 'input',
    block_id: 'name',
    label: { type: 'plain_text', text: 'Name' },
    element: { type: 'plain_text_input', action_id: 'text' },
  },
  {
    type: 'actions',
    block_id: 'choices',
    elements: [
      { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } },
      { type: 'static_select', action_id: 'one', options: [option('a'), option('b')] },
      { type: 'multi_static_select', action_id: 'many', options: [option('a'), option('b')] },
    ],
  },
];

test('touched inputs are collected by block and action; untouched ones are left to the server', () => {
  expect(collectValues(BLOCKS, { name: { text: 'churn' }, choices: { many: ['b'] } })).toEqual({
    name: { text: 'churn' },
    choices: { many: ['b'] },
  });
});

test('values of blocks, actions and options that an update took away are dropped', () => {
  const touched = { gone: { text: 'x' }, choices: { one: 'c', many: ['a', 'c'], old: 'x', go: 'v' } };
  expect(collectValues(BLOCKS, touched)).toEqual({ choices: { many: ['a'] } });
});

test('a cleared input is collected as empty', () => {
  expect(collectValues(BLOCKS, { name: { text: '' }, choices: { one: null } })).toEqual({
    name: { text: '' },
    choices: { one: null },
  });
});
