/** How pictures are varied: one picture that says it all. */
import type { ImageBlock } from '@slack/types';
import { type Message, section } from '../blocks.ts';

export function variantsCard(pictures: readonly ImageBlock[]): Message {
  const text = 'Variants of your pictures that keep what they show';
  return { text, blocks: [section(`*${text}*`), ...pictures] };
}
