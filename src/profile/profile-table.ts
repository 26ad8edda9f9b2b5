/** What a table holds, before anyone says what to predict. */
import { duplicateClusters } from '../ml/data/duplicates.ts';
import type { Table } from '../ml/data/table.ts';
import type { ColumnProfile, ImageProfile, Profile } from './profile.ts';
import { profileColumn } from './profile-column.ts';
import { profileImages, type SeenFiles } from './profile-images.ts';
import { targetCandidates } from './target-candidates.ts';
import { listed, percent, rowCount, wholeNumber } from './words.ts';

const FEW_ROWS = 200;

/** @param files what the reader saw of picture files.
 *  @param infinite infinite cells per column name, as counted when the file was read; they are missing in the table.
 *  O(rows × columns), with a sort per numeric column. */
export function profileTable(
  table: Table,
  infinite: Readonly<Record<string, number>> = {},
  files?: SeenFiles,
): Profile {
  const { nRows } = table;
  const columns = table.columns.map((column) => profileColumn(column, infinite[column.name] ?? 0));
  const duplicateRows = countRepeats(
    duplicateClusters(
      table,
      table.columns.map(({ name }) => name),
    ),
  );
  const timeColumns = columns.filter(({ type, distinct }) => type === 'datetime' && distinct > 1);
  const groupColumns = columns.filter((column) => isEntity(column, nRows));
  const candidates = targetCandidates(columns, nRows);
  const images = profileImages(table, candidates, files);
  return {
    rows: nRows,
    columns,
    duplicateRows,
    targetCandidates: candidates,
    timeColumns: timeColumns.map(({ name }) => name),
    groupColumns: groupColumns.map(({ name }) => name),
    warnings: [...(images ? imageWarnings(images, nRows) : []), ...warnings(columns, nRows, duplicateRows)],
    ...(images && { images }),
  };
}

/** Rows of one customer, patient or machine: an identifier whose values repeat. */
function isEntity({ type, distinct, missing }: ColumnProfile, nRows: number): boolean {
  const present = nRows - missing;
  return type === 'id' && distinct >= 10 && distinct <= 0.95 * present && missing <= 0.05 * nRows;
}

/** Rows beyond the first of each cluster. */
function countRepeats(clusters: Int32Array): number {
  let repeats = 0;
  let newest = -1;
  for (const cluster of clusters) {
    if (cluster > newest) newest = cluster;
    else repeats++;
  }
  return repeats;
}

function warnings(columns: readonly ColumnProfile[], nRows: number, duplicateRows: number): string[] {
  const named = (flag: ColumnProfile['flags'][number]) =>
    columns.filter(({ flags }) => flags.includes(flag)).map(({ name }) => name);
  const sentences: string[] = [];
  if (nRows < FEW_ROWS) {
    sentences.push(`There are only ${nRows} rows, so every score will have a wide interval.`);
  }
  if (columns.length > nRows) {
    sentences.push(
      `There are more columns (${wholeNumber(columns.length)}) than rows (${wholeNumber(nRows)}).`,
    );
  }
  if (duplicateRows > 0) {
    const share = percent(duplicateRows / nRows);
    const repeat = duplicateRows === 1 ? 'repeats' : 'repeat';
    sentences.push(`${rowCount(duplicateRows)} (${share}) ${repeat} an earlier row exactly.`);
  }
  const empty = named('all-missing');
  if (empty.length > 0) sentences.push(`${subject(empty)} without any value: ${listed(empty)}.`);
  const constant = named('constant');
  if (constant.length > 0)
    sentences.push(
      `${constant.length === 1 ? '1 column has' : `${wholeNumber(constant.length)} columns have`} the same value everywhere: ${listed(constant)}.`,
    );
  const sparse = named('mostly-missing');
  if (sparse.length > 0) sentences.push(`More than 80% of the cells are missing in ${listed(sparse)}.`);
  const infinite = columns.filter((column) => column.infinite > 0);
  if (infinite.length > 0) {
    const cells = infinite.reduce((sum, column) => sum + column.infinite, 0);
    const many = cells === 1 ? '1 infinite cell counts' : `${wholeNumber(cells)} infinite cells count`;
    sentences.push(`${many} as missing, in ${listed(infinite.map(({ name }) => name))}.`);
  }
  return sentences;
}

function imageWarnings(images: ImageProfile, nRows: number): string[] {
  const { source, height, width, pixelColumns, copies } = images;
  if (source === 'columns') {
    return [
      `The columns ${pixelColumns[0]} to ${pixelColumns.at(-1)} are the pixels of a picture of ${width} × ${height}.`,
    ];
  }
  if (copies === 0) return [];
  const share = percent(copies / nRows);
  const what =
    copies === 1
      ? '1 picture is an exact copy of another'
      : `${wholeNumber(copies)} pictures are exact copies of others`;
  return [`${what} (${share}); copies always stay on one side of a split.`];
}

function subject(names: readonly string[]): string {
  return names.length === 1 ? '1 column is' : `${wholeNumber(names.length)} columns are`;
}
