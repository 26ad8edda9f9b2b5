import { MRKDWN, parseInline, unescapeEntities } from './inline.ts';
import type { Prose } from './prose.ts';

const QUOTED_LINE = /^(?:>|&gt;) ?/;

function linesToProse(text: string): Prose[] {
  const prose: Prose[] = [];
  let run: string[] = [];
  let runIsQuote = false;
  const flush = () => {
    const body = run.join('\n').replace(/^\n+|\n+$/g, '');
    if (body !== '') {
      const paragraph: Prose = { kind: 'paragraph', children: parseInline(body, MRKDWN) };
      prose.push(runIsQuote ? { kind: 'quote', children: [paragraph] } : paragraph);
    }
    run = [];
  };
  for (const line of text.split('\n')) {
    const isQuote = QUOTED_LINE.test(line);
    if (isQuote !== runIsQuote) flush();
    runIsQuote = isQuote;
    run.push(isQuote ? line.replace(QUOTED_LINE, '') : line);
  }
  flush();
  return prose;
}

/** Reads Slack's mrkdwn: `*bold*`, `_italics_`, `~strike~`, code, fenced code, `> quotes`, links and mentions.
 *  The whole text is kept in order; an unclosed fence is ordinary text. */
export function parseMrkdwn(text: string): Prose[] {
  const prose: Prose[] = [];
  const parts = text.split('```');
  const lastIsUnclosed = parts.length % 2 === 0;
  parts.forEach((part, index) => {
    const isFenced = index % 2 === 1;
    if (isFenced && !(lastIsUnclosed && index === parts.length - 1)) {
      prose.push({ kind: 'preformatted', text: unescapeEntities(part.replace(/^\n|\n$/g, '')) });
    } else {
      prose.push(...linesToProse(isFenced ? `\`\`\`${part}` : part));
    }
  });
  return prose;
}
