import { shortId } from './ids.ts';
import type { Block, Fields, User } from './types.ts';

const TOKEN =
  /<@([A-Z0-9]+)(?:\|[^>]*)?>|<#([A-Z0-9]+)(?:\|[^>]*)?>|<!(here|channel|everyone)>|<(https?:[^|>]+)(?:\|([^>]*))?>/g;

/** The `rich_text` block that Slack's composer makes of what a person typed: mentions and links as elements. */
export function richText(text: string): Block {
  const elements: Fields[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) elements.push({ type: 'text', text: unescaped(text.slice(end, match.index)) });
    const [, user, channel, range, url, label] = match;
    if (user) elements.push({ type: 'user', user_id: user });
    else if (channel) elements.push({ type: 'channel', channel_id: channel });
    else if (range) elements.push({ type: 'broadcast', range });
    else elements.push({ type: 'link', url: unescaped(url), ...(label && { text: unescaped(label) }) });
    end = match.index + match[0].length;
  }
  if (end < text.length) elements.push({ type: 'text', text: unescaped(text.slice(end)) });
  return { type: 'rich_text', block_id: shortId(), elements: [{ type: 'rich_text_section', elements }] };
}

/**
 * What Slack's composer sends for typed text: `@name` of somebody known becomes a mention, web addresses become links,
 * and `&`, `<`, `>` are escaped. Mentions and links that are already in Slack's form stay as they are.
 */
export function compose(typed: string, users: Iterable<User>): string {
  const byName = new Map([...users].map((user) => [user.name.toLowerCase(), user.id]));
  const pieces = typed.split(/(<(?:[@#!]|https?:)[^>\s]*(?:\|[^>]*)?>)/);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1) return piece;
      return escaped(piece)
        .replace(/(^|[^\w@])@([\w.-]*\w)/g, (whole, before: string, name: string) => {
          const id = byName.get(name.toLowerCase());
          return id ? `${before}<@${id}>` : whole;
        })
        .replace(/https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)]/g, (url) => `<${url}>`);
    })
    .join('');
}

function escaped(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function unescaped(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
