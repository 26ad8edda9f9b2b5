/** The chapters of a report as files: words and numbers in Markdown, pictures beside them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Chapter,
  ChapterName,
  type ChapterSource,
  type ChapterTable,
} from '../report/chapters/chapter.ts';
import { CHAPTERS } from '../report/chapters/chapters.ts';
import type { Picture } from '../report/charts/picture.ts';
import type { Painter } from '../slack/speaker.ts';

/** Writes every chapter that the run has. A picture that the report has too is the same file. */
export async function writeChapters(source: ChapterSource, painter: Painter, outDir: string): Promise<void> {
  for (const chapter of ChapterName.options) {
    const told = CHAPTERS[chapter].tell(source);
    if ('absent' in told) continue;
    const pictures = await painter.chapter({ kind: 'chapter', chapter, source });
    await writeFile(join(outDir, `${chapter}.md`), chapterText(told, pictures));
    if (told.file) await writeFile(join(outDir, told.file.fileName), told.file.text);
    for (const { fileName, png } of pictures) await writeFile(join(outDir, fileName), png);
  }
}

function chapterText({ title, sentences, table }: Chapter, pictures: readonly Picture[]): string {
  const parts = [
    `# ${title}`,
    ...sentences.map(escapeCell),
    ...pictures.map(({ fileName, title: name }) => `![${escapeCell(name)}](${fileName})`),
    ...(table ? [tableText(table)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function tableText({ caption, columns, rows }: ChapterTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [
    escapeCell(caption),
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => (typeof cell === 'string' ? cell : cell.text)))),
  ].join('\n');
}

/** Names come from outside: they must not end a cell, or look like markup. */
function escapeCell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|<>*_`#[\]]/g, '\\$&');
}
