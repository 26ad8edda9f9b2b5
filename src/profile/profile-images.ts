/** What the pictures of a data set look like: those of an image column, or those that columns of pixels make. */
import { duplicateClusters } from '../ml/data/duplicates.ts';
import { picturesOf } from '../ml/data/pixel-grid.ts';
import { averageByArea } from '../ml/data/resample.ts';
import { cellText, findColumn, type ImageColumn, imageOf, type Table } from '../ml/data/table.ts';
import type { ImageProfile, TargetCandidate } from './profile.ts';

/** What the reader of the files knows of them. */
export interface SeenFiles {
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly count: number }[];
  readonly formats: readonly { readonly name: string; readonly count: number }[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

const MOST_SIZES = 6;
const MOST_UNREADABLE = 12;
/** Pictures that are kept for people to look at. */
const CLASSES_SHOWN = 10;
const SHOWN_PER_CLASS = 6;
const SHOWN_WITHOUT_CLASS = 24;
const SHOWN_SIDE = 32;

/** @param candidates likely targets: the samples are drawn by the classes of the likeliest.
 *  @returns null for a table without pictures. O(pixels). */
export function profileImages(
  table: Table,
  candidates: readonly TargetCandidate[],
  seen: SeenFiles | undefined,
): ImageProfile | null {
  const found = picturesOf(table);
  if (!found) return null;
  const { images, grid } = found;
  const { height, width, channels } = images;
  const fileColumn = !grid ? table.columns.find(({ type, name }) => type === 'id' && name === 'file') : null;
  return {
    source: grid ? 'columns' : 'files',
    column: grid ? null : images.name,
    fileColumn: fileColumn?.name ?? null,
    pixelColumns: [...(grid?.columns ?? [])],
    height,
    width,
    channels,
    sizes: (seen?.sizes ?? []).slice(0, MOST_SIZES).map((size) => ({ ...size })),
    nSizes: seen?.sizes.length ?? 1,
    formats: (seen?.formats ?? []).map((format) => ({ ...format })),
    unreadable: (seen?.unreadable ?? []).slice(0, MOST_UNREADABLE).map((file) => ({ ...file })),
    nUnreadable: seen?.unreadable.length ?? 0,
    copies: copiesAmong(images),
    samples: samplesOf(table, images, candidates.find(({ task }) => task !== 'regression')?.column ?? null),
  };
}

/** Pictures beyond the first of each that looks exactly alike. */
function copiesAmong(images: ImageColumn): number {
  const nRows = images.valid.length;
  const clusters = duplicateClusters({ nRows, columns: [images] }, [images.name]);
  return nRows - new Set(clusters).size;
}

/** Spread evenly over the rows of each of the most frequent classes. */
function samplesOf(table: Table, images: ImageColumn, classColumn: string | null): ImageProfile['samples'] {
  const { height, width, channels } = images;
  const scale = Math.min(1, SHOWN_SIDE / Math.max(height, width));
  const shown = {
    height: Math.max(1, Math.round(height * scale)),
    width: Math.max(1, Math.round(width * scale)),
  };
  const small = (row: number) => {
    const picture = imageOf(images, row);
    if (scale === 1) return picture;
    return Uint8Array.from(
      averageByArea(picture, [height, width], [shown.height, shown.width], channels),
      Math.round,
    );
  };
  const groups = groupRows(table, classColumn)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, CLASSES_SHOWN)
    .sort((a, b) => (a.label ?? '').localeCompare(b.label ?? '', 'en', { numeric: true }));
  const most = groups.length > 1 ? SHOWN_PER_CLASS : SHOWN_WITHOUT_CLASS;
  const pictures = groups.flatMap(({ label, rows }) =>
    evenly(rows, most).map((row) => ({ label, pixels: Buffer.from(small(row)).toString('base64') })),
  );
  return { ...shown, channels, pictures };
}

function groupRows(table: Table, classColumn: string | null): { label: string | null; rows: number[] }[] {
  const column = classColumn === null ? undefined : findColumn(table, classColumn);
  if (!column) return [{ label: null, rows: Array.from({ length: table.nRows }, (_, row) => row) }];
  const groups = new Map<string, number[]>();
  for (let row = 0; row < table.nRows; row++) {
    const label = cellText(column, row);
    if (label === null) continue;
    const rows = groups.get(label);
    if (rows) rows.push(row);
    else groups.set(label, [row]);
  }
  return [...groups].map(([label, rows]) => ({ label, rows }));
}

function evenly(rows: readonly number[], most: number): number[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)] as number);
}
