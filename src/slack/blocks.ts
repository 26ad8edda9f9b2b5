/** The few Block Kit pieces that our cards are made of, each within Slack's limits. Texts are mrkdwn unless the name
 *  says plain. */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  SectionBlock,
} from '@slack/types';
import { clip, LIMITS } from './limits.ts';

/** What is posted: blocks, and the text that notifications and screen readers use instead of them, in plain words. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export function section(mrkdwn: string): SectionBlock {
  // `expand` keeps Slack from folding the text behind "see more": nothing that matters is hidden.
  return {
    type: 'section',
    expand: true,
    text: { type: 'mrkdwn', text: clip(mrkdwn, LIMITS.sectionText), verbatim: true },
  };
}

export function context(mrkdwn: string): ContextBlock {
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: clip(mrkdwn, LIMITS.contextText), verbatim: true }],
  };
}

export function header(plain: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: clip(plain, LIMITS.headerText), emoji: false } };
}

export const divider: DividerBlock = { type: 'divider' };

export function actions(blockId: string, ...buttons: Button[]): ActionsBlock {
  return { type: 'actions', block_id: blockId, elements: buttons };
}

export function button(
  actionId: string,
  plain: string,
  value: string,
  more: Pick<Button, 'style' | 'confirm'> = {},
): Button {
  const text = { type: 'plain_text', text: clip(plain, LIMITS.buttonText), emoji: false } as const;
  return { type: 'button', action_id: actionId, text, value, ...more };
}

/** Sections of at most 3,000 characters that hold the lines in order; a line is never split over two of them. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const blocks: SectionBlock[] = [];
  let current = '';
  for (const line of lines) {
    if (current !== '' && current.length + 1 + line.length > LIMITS.sectionText) {
      blocks.push(section(current));
      current = '';
    }
    current = current === '' ? line : `${current}\n${line}`;
  }
  if (current !== '') blocks.push(section(current));
  return blocks;
}
