import type { Block, Fields } from '../types.ts';
import { isFields } from './rules.ts';

/** Something a person can press, choose or type into, and the block it stands in. */
export interface PlacedElement {
  blockId: string;
  element: Fields;
  /** The `input` block around it, if that is what it stands in. */
  input?: Block;
}

/** Every interactive element of a list of blocks, in reading order, containers and carousels included. */
export function actionElements(blocks: readonly Block[]): PlacedElement[] {
  return blocks.flatMap(elementsOf);
}

function elementsOf(block: Block): PlacedElement[] {
  const blockId = block.block_id ?? '';
  const place = (element: unknown): PlacedElement[] => (isFields(element) ? [{ blockId, element }] : []);
  switch (block.type) {
    case 'actions':
    case 'context_actions':
      return each(block.elements).flatMap(place);
    case 'section':
      return isFields(block.accessory) && block.accessory.type !== 'image' ? place(block.accessory) : [];
    case 'input':
      return place(block.element).map((placed) => ({ ...placed, input: block }));
    case 'card':
      return each(block.actions).flatMap(place);
    case 'carousel':
      return each(block.elements).flatMap((card) =>
        isFields(card) ? each(card.actions).flatMap(place) : [],
      );
    case 'container':
      return each(block.child_blocks).flatMap((child) => (isFields(child) ? elementsOf(child as Block) : []));
    default:
      return [];
  }
}

function each(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
