/** Slack's own tables, which people sort and page through, and what is shown where Slack does not take them. */
import type { DataTableBlock, KnownBlock } from '@slack/types';
import type { ChapterCell, ChapterTable } from '../report/chapters/chapter.ts';
import { escapeEntities } from '../thread/say.ts';
import { section } from './blocks.ts';
import { clip, LIMITS } from './limits.ts';

const ROWS_PER_PAGE = 10;
/** Longer cells make a table that nobody reads on a phone. */
const CELL_CHARACTERS = 80;

/** @returns the table with as many of its rows as a message holds, or null without rows. */
export function dataTable({ caption, columns, rows }: ChapterTable): DataTableBlock | null {
  if (rows.length === 0) return null;
  const shown = columns.slice(0, LIMITS.tableColumns);
  const cells: DataTableBlock['rows'] = [shown.map((name) => rawText(name))];
  let characters = lengthOf(cells[0]);
  for (const row of rows.slice(0, LIMITS.tableRows)) {
    const line = shown.map((_, i) => rawCell(row[i] ?? ''));
    characters += lengthOf(line);
    if (characters > LIMITS.tableCharacters) break;
    cells.push(line);
  }
  if (cells.length < 2) return null;
  return {
    type: 'data_table',
    caption: clip(caption, LIMITS.tableCaption),
    rows: cells,
    page_size: ROWS_PER_PAGE,
  };
}

/** The blocks with every table as text in columns, for workspaces that Slack has not given tables to yet. */
export function withoutTables(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.map((block) => (block.type === 'data_table' ? asText(block) : block));
}

type Cell = DataTableBlock['rows'][number][number];

function rawText(text: string): Cell {
  // Slack takes no empty cell.
  return { type: 'raw_text', text: clip(text.trim() === '' ? '–' : text, CELL_CHARACTERS) };
}

function rawCell(cell: ChapterCell): Cell {
  if (typeof cell === 'string') return rawText(cell);
  return Number.isFinite(cell.value)
    ? { type: 'raw_number', value: cell.value, text: clip(cell.text, CELL_CHARACTERS) }
    : rawText(cell.text);
}

function textOf(cell: Cell): string {
  return 'text' in cell && typeof cell.text === 'string' ? cell.text : '';
}

function lengthOf(row: readonly Cell[] = []): number {
  return row.reduce((sum, cell) => sum + textOf(cell).length, 0);
}

function asText({ caption, rows }: DataTableBlock): KnownBlock {
  const texts = rows.map((row) => row.map((cell) => textOf(cell).replace(/[\s`]+/g, ' ')));
  const widths = (texts[0] ?? []).map((_, i) => Math.max(...texts.map((row) => [...(row[i] ?? '')].length)));
  const lines = texts.map((row, r) =>
    row
      .map((text, i) => {
        const pad = ' '.repeat((widths[i] ?? 0) - [...text].length);
        return rows[r]?.[i]?.type === 'raw_number' ? pad + text : text + pad;
      })
      .join('  ')
      .trimEnd(),
  );
  let body = '';
  for (const line of lines) {
    const more = `${body}${escapeEntities(line)}\n`;
    if (more.length > LIMITS.sectionText - caption.length - 20) break;
    body = more;
  }
  return section(`${escapeEntities(caption)}\n\`\`\`\n${body}\`\`\``);
}
