import { MARKDOWN, parseInline } from './inline.ts';
import type { CellAlignment, Inline, Prose } from './prose.ts';

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^\s*> ?/;
const LIST_ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

function tableCells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function alignment(delimiter: string): CellAlignment {
  if (delimiter.startsWith(':') && delimiter.endsWith(':')) return 'center';
  return delimiter.endsWith(':') ? 'right' : 'left';
}

function startsBlock(line: string, next: string | undefined): boolean {
  return (
    line.trim() === '' ||
    FENCE.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    QUOTE.test(line) ||
    LIST_ITEM.test(line) ||
    isTableStart(line, next)
  );
}

function isTableStart(line: string, next = ''): boolean {
  return line.includes('|') && TABLE_DELIMITER.test(next);
}

/** Reads a list whose first item stands at `from`: lines that are indented deeper belong to the item above. */
function readList(lines: readonly string[], from: number): { list: Prose; next: number } {
  const first = LIST_ITEM.exec(lines[from]);
  const indent = first?.[1].length ?? 0;
  const ordered = /\d/.test(first?.[2] ?? '');
  const items: Prose[][] = [];
  let at = from;
  while (at < lines.length) {
    const item = LIST_ITEM.exec(lines[at]);
    if (!item || item[1].length > indent + 1 || item[1].length < indent || /\d/.test(item[2]) !== ordered)
      break;
    const body = [item[3]];
    const bodyIndent = item[0].length - item[3].length;
    at += 1;
    while (at < lines.length && lines[at].trim() !== '') {
      const leading = lines[at].length - lines[at].trimStart().length;
      if (leading <= indent && startsBlock(lines[at], lines[at + 1])) break;
      if (leading <= indent + 1 && LIST_ITEM.test(lines[at])) break;
      body.push(lines[at].slice(Math.min(leading, bodyIndent)));
      at += 1;
    }
    items.push(parseMarkdown(body.join('\n')));
  }
  return {
    list: { kind: 'list', ordered, start: Number.parseInt(first?.[2] ?? '1', 10) || 1, items },
    next: at,
  };
}

function readTable(lines: readonly string[], from: number): { table: Prose; next: number } {
  const inlineCells = (line: string): Inline[][] =>
    tableCells(line).map((cell) => parseInline(cell, MARKDOWN));
  let next = from + 2;
  const rows: Inline[][][] = [];
  while (next < lines.length && lines[next].includes('|')) {
    rows.push(inlineCells(lines[next]));
    next += 1;
  }
  const table: Prose = {
    kind: 'table',
    alignments: tableCells(lines[from + 1]).map(alignment),
    header: inlineCells(lines[from]),
    rows,
  };
  return { table, next };
}

/** Reads the Markdown that Slack's `markdown` block accepts: headings, lists, quotes, fenced code, rules, tables
 *  and inline markup. HTML is shown as text. */
export function parseMarkdown(source: string): Prose[] {
  const lines = source.split('\n');
  const prose: Prose[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    const fence = FENCE.exec(line);
    if (line.trim() === '') {
      at += 1;
    } else if (fence) {
      const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(fence[1]));
      const stop = end === -1 ? lines.length : end;
      prose.push({ kind: 'preformatted', text: lines.slice(at + 1, stop).join('\n') });
      at = stop + 1;
    } else if (heading) {
      prose.push({ kind: 'heading', level: heading[1].length, children: parseInline(heading[2], MARKDOWN) });
      at += 1;
    } else if (RULE.test(line)) {
      prose.push({ kind: 'rule' });
      at += 1;
    } else if (QUOTE.test(line)) {
      const from = at;
      while (at < lines.length && QUOTE.test(lines[at])) at += 1;
      const inner = lines.slice(from, at).map((quoted) => quoted.replace(QUOTE, ''));
      prose.push({ kind: 'quote', children: parseMarkdown(inner.join('\n')) });
    } else if (LIST_ITEM.test(line)) {
      const { list, next } = readList(lines, at);
      prose.push(list);
      at = next;
    } else if (isTableStart(line, lines[at + 1])) {
      const { table, next } = readTable(lines, at);
      prose.push(table);
      at = next;
    } else {
      const from = at;
      at += 1;
      while (at < lines.length && !startsBlock(lines[at], lines[at + 1])) at += 1;
      prose.push({ kind: 'paragraph', children: parseInline(lines.slice(from, at).join('\n'), MARKDOWN) });
    }
  }
  return prose;
}
