/** What a model writes on its way into a thread: it can mention nobody, link nowhere, draw no table, and change nothing
 *  around it. */
import { withoutSecrets } from './outside.ts';

/** Pieces in order: a piece is a sentence or a line, with the blanks after it, so that joined they are the text. */
export function piecesOf(text: string): string[] {
  return (
    text.match(/[^\n]*?(?:[.!?…](?:["')\]*_`]*)(?=\s)[ \t]*\n*|\n+|$)/g)?.filter((piece) => piece !== '') ??
    []
  );
}

/** One piece of Markdown, made safe; '' where nothing of it may stay. */
export function safeMarkdown(piece: string): string {
  if (/^\s*\|.*\|\s*$/.test(piece.trimEnd()) || /^\s*\|?(?:\s*:?-{3,}:?\s*\|)+/.test(piece)) return '';
  return withoutSecrets(piece)
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(
      /<?(?:[a-z][a-z0-9+.-]*:\/\/|(?:mailto|data|javascript|tel):(?=\S))[^\s>]*>?/gi,
      '(link left out)',
    )
    .replace(/\bwww\.[^\s]+/gi, '(link left out)')
    .replace(/<([@#!][^>\n]*)>/g, '$1')
    .replace(/@(?=(?:channel|here|everyone)\b)/gi, '')
    .replace(/^(\s*)#{1,6}\s+(.*?)\s*$/gm, '$1**$2**')
    .replace(/&(?!amp;|lt;|gt;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** Safe Markdown as the mrkdwn of Slack's older blocks and of our record. */
export function asMrkdwn(markdown: string): string {
  return markdown
    .split(/(`[^`\n]+`)/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .replace(/(^|[^*\w])\*(?!\*|\s)([^*\n]+?)\*(?![*\w])/g, '$1_$2_')
            .replace(/\*\*(?=\S)(.+?)\*\*/g, '*$1*')
            .replace(/__(?=\S)(.+?)__/g, '*$1*')
            .replace(/~~(?=\S)(.+?)~~/g, '~$1~')
            .replace(/^(\s*)[-*+] /gm, '$1• '),
    )
    .join('');
}
