import { emojiGlyph } from './emoji.ts';
import type { Inline } from './prose.ts';

type Emphasis = 'strong' | 'emphasis' | 'strike';

/** The two dialects differ in their marks, and only Markdown has `[label](address)` and backslash escapes. */
export interface Dialect {
  /** Longest mark first: `**` must be tried before `*`. */
  readonly marks: readonly (readonly [mark: string, kind: Emphasis])[];
  readonly markdown: boolean;
}

export const MRKDWN: Dialect = {
  marks: [
    ['*', 'strong'],
    ['_', 'emphasis'],
    ['~', 'strike'],
  ],
  markdown: false,
};

export const MARKDOWN: Dialect = {
  marks: [
    ['**', 'strong'],
    ['__', 'strong'],
    ['~~', 'strike'],
    ['*', 'emphasis'],
    ['_', 'emphasis'],
  ],
  markdown: true,
};

const WORD = /[\p{L}\p{N}]/u;
const ENTITY = /<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>/y;
const SHORT_CODE = /:([a-z0-9_+-]+):/y;
const BARE_ADDRESS = /https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]*_~]/y;
const BRACKET_LINK = /!?\[([^\]\n]*)\]\(([^()\s]+)\)/y;
const ESCAPED = /\\([!-/:-@[-`{-~])/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Undoes Slack's only three escapes. `&amp;` comes last, so that `&amp;lt;` stays `&lt;`. */
export function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Where the closing mark stands, or -1. A mark closes after a visible character and before the end of a word,
 *  on the same line, so that `snake_case_name` and `2 * 3 * 4` stay as they are. */
function closingMark(text: string, mark: string, from: number): number {
  const end = text.indexOf('\n', from);
  const limit = end === -1 ? text.length : end;
  for (let at = text.indexOf(mark, from + 1); at !== -1 && at < limit; at = text.indexOf(mark, at + 1)) {
    const after = text[at + mark.length];
    const opensLongerMark = mark.length === 1 && after === mark;
    if (opensLongerMark) {
      at += 1;
      continue;
    }
    if (!/\s/.test(text[at - 1]) && (after === undefined || !WORD.test(after))) return at;
  }
  return -1;
}

function entity(match: RegExpExecArray): Inline {
  const [, sigil, body, rawLabel] = match;
  const label = rawLabel === undefined || rawLabel === '' ? undefined : unescapeEntities(rawLabel);
  const labelled = label === undefined ? {} : { label };
  if (sigil === '@') return { kind: 'user', id: body, ...labelled };
  if (sigil === '#') return { kind: 'channel', id: body, ...labelled };
  if (sigil === '!') {
    const [command] = body.split('^');
    const isBroadcast = command === 'here' || command === 'channel' || command === 'everyone';
    return isBroadcast ? { kind: 'broadcast', range: command } : { kind: 'text', text: label ?? command };
  }
  const url = unescapeEntities(body);
  return { kind: 'link', url, children: [{ kind: 'text', text: label ?? url }] };
}

/** Reads one run of text. Never fails: whatever is not markup stays as it was written.
 *  Nested marks are read recursively; each call scans its own slice, so the cost is O(length * depth). */
export function parseInline(text: string, dialect: Dialect): Inline[] {
  const nodes: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') nodes.push({ kind: 'text', text: unescapeEntities(plain) });
    plain = '';
  };
  const emit = (node: Inline) => {
    flush();
    nodes.push(node);
  };

  let at = 0;
  scan: while (at < text.length) {
    const character = text[at];
    const before = at === 0 ? '' : text[at - 1];

    if (character === '\n') {
      emit({ kind: 'break' });
      at += 1;
      continue;
    }
    if (character === '`') {
      const end = text.indexOf('`', at + 1);
      if (end > at + 1 && !text.slice(at, end).includes('\n')) {
        emit({ kind: 'code', text: unescapeEntities(text.slice(at + 1, end)) });
        at = end + 1;
        continue;
      }
    }
    if (character === '<') {
      const match = matchAt(ENTITY, text, at);
      if (match) {
        emit(entity(match));
        at += match[0].length;
        continue;
      }
    }
    if (character === ':') {
      const match = matchAt(SHORT_CODE, text, at);
      const glyph = match ? emojiGlyph(match[1]) : undefined;
      if (match && glyph !== undefined) {
        emit({ kind: 'emoji', name: match[1], glyph });
        at += match[0].length;
        continue;
      }
    }
    if (character === 'h' && !WORD.test(before)) {
      const match = matchAt(BARE_ADDRESS, text, at);
      if (match) {
        const url = unescapeEntities(match[0]);
        emit({ kind: 'link', url, children: [{ kind: 'text', text: url }] });
        at += match[0].length;
        continue;
      }
    }
    if (dialect.markdown) {
      const escaped = matchAt(ESCAPED, text, at);
      if (escaped) {
        plain += escaped[1];
        at += escaped[0].length;
        continue;
      }
      const link = matchAt(BRACKET_LINK, text, at);
      if (link) {
        emit({ kind: 'link', url: link[2], children: parseInline(link[1], dialect) });
        at += link[0].length;
        continue;
      }
    }
    if (!WORD.test(before)) {
      for (const [mark, kind] of dialect.marks) {
        if (!text.startsWith(mark, at)) continue;
        const from = at + mark.length;
        const next = text[from];
        if (next === undefined || /\s/.test(next) || next === mark[0]) continue;
        const end = closingMark(text, mark, from);
        if (end === -1) continue;
        emit({ kind, children: parseInline(text.slice(from, end), dialect) });
        at = end + mark.length;
        continue scan;
      }
    }
    plain += character;
    at += 1;
  }
  flush();
  return nodes;
}
