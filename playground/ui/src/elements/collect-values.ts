import type { KnownBlock } from '@slack/types';
import type { InputValue } from '../workspace/page-api.ts';
import type { InteractiveElement } from './interactive-element.ts';

/** block_id -> action_id -> what the person typed or chose. */
export type Touched = Readonly<Record<string, Readonly<Record<string, InputValue>>>>;

/** Elements that act but hold nothing. */
const WITHOUT_STATE: ReadonlySet<string> = new Set([
  'button',
  'workflow_button',
  'overflow',
  'feedback_buttons',
  'icon_button',
]);

function elementsOf(block: KnownBlock): readonly InteractiveElement[] {
  switch (block.type) {
    case 'actions':
      return block.elements;
    case 'input':
      return [block.element];
    case 'section':
      return block.accessory && block.accessory.type !== 'image' ? [block.accessory] : [];
    default:
      return [];
  }
}

/** The option values of a select, or undefined where anything may be entered. */
function offeredValues(element: InteractiveElement): readonly string[] | undefined {
  const groups =
    'option_groups' in element ? element.option_groups?.flatMap((group) => group.options) : undefined;
  const options = groups ?? ('options' in element ? element.options : undefined);
  return options?.map((option) => option.value ?? '');
}

/** The value as far as the element still offers it; undefined when nothing of it is left. */
function stillOffered(element: InteractiveElement, value: InputValue): InputValue | undefined {
  const offered = offeredValues(element);
  if (!offered || value === null || typeof value === 'number') return value;
  if (typeof value === 'string') return offered.includes(value) ? value : undefined;
  return value.filter((one) => offered.includes(one));
}

/** Picks the touched values that belong to these blocks: an update may have taken inputs and options away, and Slack
 *  refuses values for what is not there. */
export function collectValues(blocks: readonly KnownBlock[], touched: Touched): Touched {
  const values: Record<string, Record<string, InputValue>> = {};
  blocks.forEach((block, index) => {
    const blockId = block.block_id ?? String(index);
    for (const element of elementsOf(block)) {
      const actionId = element.action_id ?? '';
      const value = touched[blockId]?.[actionId];
      if (value === undefined || WITHOUT_STATE.has(element.type)) continue;
      const kept = stillOffered(element, value);
      if (kept !== undefined) values[blockId] = { ...values[blockId], [actionId]: kept };
    }
  });
  return values;
}
