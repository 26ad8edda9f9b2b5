import { shortId } from '../ids.ts';
import type { Block, Fields } from '../types.ts';
import { block } from './blocks.ts';
import { identifier, plainText } from './composition.ts';
import { actionElements } from './elements-of.ts';
import {
  anything,
  flag,
  isFields,
  list,
  oneOf,
  type Problem,
  type Scope,
  type Surface,
  shape,
  text,
} from './rules.ts';

const MOST_BLOCKS = { message: 50, modal: 100, home: 100 };
const TABLE_CHARACTERS = 10_000;
const MARKDOWN_CHARACTERS = 12_000;
const MOST_CHARTS = 2;

/** What is wrong with a list of blocks on a surface; empty when Slack would take them. */
export function checkBlocks(
  blocks: unknown,
  surface: Surface,
  pictureIsReady: Scope['pictureIsReady'],
  pointer = '/blocks',
): Problem[] {
  const scope: Scope = { surface, pictureIsReady, problems: [] };
  list(block, { max: MOST_BLOCKS[surface] })(blocks, pointer, scope);
  if (scope.problems.length === 0 && Array.isArray(blocks)) {
    scope.problems.push(...duplicateIds(blocks, pointer), ...payloadTotals(blocks, pointer));
  }
  return scope.problems;
}

const viewCommon = {
  type: oneOf('modal', 'home'),
  private_metadata: text(3000, 0),
  callback_id: identifier,
  external_id: identifier,
};
const modalRule = shape(
  { type: oneOf('modal'), title: plainText(24), blocks: anything },
  {
    ...viewCommon,
    submit: plainText(24),
    close: plainText(24),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
);
const homeRule = shape({ type: oneOf('home'), blocks: anything }, viewCommon);

/** What is wrong with a modal or a home view. */
export function checkView(view: unknown, pictureIsReady: Scope['pictureIsReady']): Problem[] {
  if (!isFields(view)) return [{ message: 'must provide an object', pointer: '/view' }];
  const surface: Surface = view.type === 'home' ? 'home' : 'modal';
  const scope: Scope = { surface, pictureIsReady, problems: [] };
  (surface === 'home' ? homeRule : modalRule)(view, '/view', scope);
  if (view.blocks !== undefined) {
    scope.problems.push(...checkBlocks(view.blocks, surface, pictureIsReady, '/view/blocks'));
  }
  const asksForInput =
    Array.isArray(view.blocks) && view.blocks.some((b) => isFields(b) && b.type === 'input');
  if (surface === 'modal' && asksForInput && !view.submit) {
    scope.problems.push({ message: 'missing required field: submit', pointer: '/view' });
  }
  return scope.problems;
}

/** A copy of checked blocks in which every block and every element has the id that Slack would have given it. */
export function withIds(blocks: Block[]): Block[] {
  const copy = structuredClone(blocks);
  for (const entry of copy) entry.block_id ||= shortId();
  for (const { element } of actionElements(copy)) element.action_id ||= shortId();
  return copy;
}

/** Problems as the sentences of Slack's `errors` and `response_metadata.messages`. */
export function sentences(problems: readonly Problem[]): string[] {
  return problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
}

function duplicateIds(blocks: Fields[], pointer: string): Problem[] {
  const seen = new Set<unknown>();
  return blocks.flatMap((entry, index) => {
    const id = entry.block_id;
    const again = id !== undefined && id !== '' && seen.has(id);
    seen.add(id);
    return again
      ? [{ message: `\`block_id\` "${id}" already exists`, pointer: `${pointer}/${index}/block_id` }]
      : [];
  });
}

function payloadTotals(blocks: Fields[], pointer: string): Problem[] {
  const of = (...types: string[]) => blocks.filter((entry) => types.includes(String(entry.type)));
  const markdown = of('markdown').reduce((sum, entry) => sum + String(entry.text).length, 0);
  const cells = of('table', 'data_table').flatMap((entry) => [entry.rows].flat(2));
  const inTables = cells.reduce((sum: number, cell) => sum + textLength(cell), 0);
  const problems: Problem[] = [];
  if (markdown > MARKDOWN_CHARACTERS) {
    problems.push({
      message: `markdown blocks must be less than ${MARKDOWN_CHARACTERS + 1} characters`,
      pointer,
    });
  }
  if (inTables > TABLE_CHARACTERS) {
    problems.push({ message: `table cells must be less than ${TABLE_CHARACTERS + 1} characters`, pointer });
  }
  if (of('data_visualization').length > MOST_CHARTS) {
    problems.push({ message: `no more than ${MOST_CHARTS} data_visualization blocks allowed`, pointer });
  }
  return problems;
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + textLength(entry), 0);
  if (!isFields(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return own + textLength(value.elements);
}
