/** The model's card as one HTML file that stands alone: the Markdown that `model-card.ts` writes, and only that. */

/** @param markdown headings, paragraphs, bullets, tables, code spans and backslash escapes; all else is shown as it is. */
export function cardHtml(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/);
  const title = plain(blocks[0]?.replace(/^# /, '') ?? 'Model card');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #111827; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2rem; font-size: 1.2rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #dfe5ec; }
code { font-size: .9em; overflow-wrap: anywhere; }
</style>
</head>
<body>
${blocks.map(block).join('\n')}
</body>
</html>
`;
}

function block(text: string): string {
  const lines = text.split('\n');
  const heading = /^(#{1,2}) (.*)$/.exec(text);
  if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? '')}</h${heading[1]?.length}>`;
  if (lines.every((line) => line.startsWith('- '))) {
    return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
  }
  const [head, rule, ...rows] = lines;
  if (head?.startsWith('| ') && rule && /^[| -]+$/.test(rule)) {
    const cells = (line: string, tag: string) =>
      `<tr>${line
        .replace(/^\| | \|$/g, '')
        .split(/ \| /)
        .map((cell) => `<${tag}>${inline(cell)}</${tag}>`)
        .join('')}</tr>`;
    return `<table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
  }
  return `<p>${inline(lines.join(' '))}</p>`;
}

/** Code spans, and escapes undone outside of them. */
function inline(text: string): string {
  return text
    .split(/(?<!\\)`([^`]*)`/)
    .map((part, i) => (i % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : plain(part)))
    .join('');
}

function plain(text: string): string {
  return escapeHtml(text.replace(/\\([\\`*_[\]<>|#])/g, '$1'));
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
