import type { RichTextBlock, RichTextElement, RichTextList, RichTextSection } from '@slack/types';
import { emojiGlyph } from './emoji.ts';
import type { Inline, Prose } from './prose.ts';

function textWithBreaks(text: string): Inline[] {
  return text
    .split('\n')
    .flatMap((line, index): Inline[] => [
      ...(index > 0 ? [{ kind: 'break' } as const] : []),
      ...(line === '' ? [] : [{ kind: 'text', text: line } as const]),
    ]);
}

function glyphOf(element: Extract<RichTextElement, { type: 'emoji' }>): string | undefined {
  if (element.unicode === undefined) return emojiGlyph(element.name);
  return String.fromCodePoint(...element.unicode.split('-').map((point) => Number.parseInt(point, 16)));
}

function unstyled(element: RichTextElement): Inline[] {
  switch (element.type) {
    case 'text':
      return textWithBreaks(element.text);
    case 'link':
      return [
        { kind: 'link', url: element.url, children: [{ kind: 'text', text: element.text ?? element.url }] },
      ];
    case 'user':
      return [{ kind: 'user', id: element.user_id }];
    case 'channel':
      return [{ kind: 'channel', id: element.channel_id }];
    case 'broadcast':
      return [{ kind: 'broadcast', range: element.range }];
    case 'emoji': {
      const glyph = glyphOf(element);
      if (glyph === undefined) return [{ kind: 'text', text: `:${element.name}:` }];
      return [{ kind: 'emoji', name: element.name, glyph }];
    }
    case 'date': {
      const written = new Date(element.timestamp * 1000).toLocaleString();
      return [{ kind: 'text', text: element.fallback ?? written }];
    }
    case 'color':
      return [{ kind: 'code', text: element.value }];
    case 'team':
      return [{ kind: 'text', text: `@${element.team_id}` }];
    case 'usergroup':
      return [{ kind: 'text', text: `@${element.usergroup_id}` }];
    default:
      return [];
  }
}

function styled(element: RichTextElement): Inline[] {
  const style = element.style ?? {};
  let nodes = unstyled(element);
  if (style.code && element.type === 'text') nodes = [{ kind: 'code', text: element.text }];
  if (style.strike) nodes = [{ kind: 'strike', children: nodes }];
  if (style.italic) nodes = [{ kind: 'emphasis', children: nodes }];
  if (style.bold) nodes = [{ kind: 'strong', children: nodes }];
  return nodes;
}

const paragraph = (elements: readonly RichTextElement[]): Prose => ({
  kind: 'paragraph',
  children: elements.flatMap(styled),
});

/** Slack writes a nested list as a flat sequence of lists with `indent`; a deeper one belongs to the item above. */
function appendList(prose: Prose[], list: RichTextList, depth: number): void {
  const last = prose.at(-1);
  if (depth > 0 && last?.kind === 'list' && last.items.length > 0) {
    const inner = [...(last.items.at(-1) ?? [])];
    appendList(inner, list, depth - 1);
    prose[prose.length - 1] = { ...last, items: [...last.items.slice(0, -1), inner] };
    return;
  }
  const items = list.elements.map((section: RichTextSection) => [paragraph(section.elements)]);
  prose.push({ kind: 'list', ordered: list.style === 'ordered', start: 1, items });
}

/** Reads a `rich_text` block. Unknown elements are left out, everything else keeps its order. */
export function parseRichText(block: RichTextBlock): Prose[] {
  const prose: Prose[] = [];
  for (const element of block.elements) {
    switch (element.type) {
      case 'rich_text_section':
        prose.push(paragraph(element.elements));
        break;
      case 'rich_text_list':
        appendList(prose, element, element.indent ?? 0);
        break;
      case 'rich_text_quote':
        prose.push({ kind: 'quote', children: [paragraph(element.elements)] });
        break;
      case 'rich_text_preformatted': {
        const text = element.elements.map((part) => (part.type === 'text' ? part.text : part.url)).join('');
        prose.push({ kind: 'preformatted', text });
        break;
      }
    }
  }
  return prose;
}
