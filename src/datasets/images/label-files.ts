/** What the pictures of an archive show: by the folders that they lie in, or by a table of file names and labels. */
import { type CategoricalColumn, type Column, cellText, type Table, takeRows } from '../../ml/data/table.ts';
import type { PackedFile } from './zip-files.ts';

/** Names of the columns that every set of pictures has, so that a model meets them again in new pictures. */
export const FILE_COLUMN = 'file';
export const PICTURE_COLUMN = 'picture';
const LABEL_COLUMN = 'label';

export interface LabelledFiles {
  readonly files: readonly PackedFile[];
  /** What is known of some of the files, by their places. No column where nothing is known of any. */
  columnsOf(places: Uint32Array): Column[];
  /** Sentences for the person. */
  readonly notes: readonly string[];
}

/** Folders in which people divide their pictures themselves. */
const PARTS = /^(train|training|val|valid|validation|dev|test|testing|holdout|eval)$/i;

/** The label is the name of the first folder beneath the one that holds everything; of the second where the first ones
 *  are parts such as train and test. */
export function labelByFolder(files: readonly PackedFile[]): LabelledFiles {
  const folders = files.map(({ path }) => path.split('/').slice(0, -1));
  const common = commonDepth(folders);
  const isDivided = folders.every((parts) => PARTS.test(parts[common] ?? ''));
  const partNames = [...new Set(folders.map((parts) => parts[common] ?? ''))];
  const depth = isDivided ? common + 1 : common;
  const labels = folders.map((parts) => parts[depth] ?? null);
  const known = labels.filter((label) => label !== null);
  const unlabelled = labels.length - known.length;
  const classes = [...new Set(known)].sort();
  const notes = [
    ...(classes.length > 0
      ? [`The folders of the pictures are taken as their labels: ${shortList(classes)}.`]
      : []),
    ...(isDivided
      ? [
          `${partNames.join(' and ')} are read together: I divide the pictures myself, so that equal ones stay together.`,
        ]
      : []),
    ...(unlabelled > 0 && classes.length > 0
      ? [
          `${count(unlabelled, 'picture lies', 'pictures lie')} in no folder of a class and ${unlabelled === 1 ? 'has' : 'have'} no label.`,
        ]
      : []),
  ];
  const columnsOf = (places: Uint32Array) =>
    classes.length === 0
      ? []
      : [
          labelColumn(
            Array.from(places, (place) => labels[place] ?? null),
            classes,
          ),
        ];
  return { files, columnsOf, notes };
}

/** @param tableName of the file, for sentences. @param folder that holds the table, with a slash at its end.
 *  @returns null where no column of the table names at least half of the files. */
export function labelByTable(
  files: readonly PackedFile[],
  table: Table,
  tableName: string,
  folder: string,
): LabelledFiles | null {
  const find = finder(files, folder);
  const matches = table.columns.map((column) =>
    Int32Array.from({ length: table.nRows }, (_, row) => find(cellText(column, row))),
  );
  const found = matches.map((places) => new Set(places.filter((place) => place >= 0)).size);
  const best = found.indexOf(Math.max(...found));
  if (best < 0 || (found[best] as number) < 0.5 * Math.min(files.length, table.nRows)) return null;
  const places = matches[best] as Int32Array;
  const rowOf = new Int32Array(files.length).fill(-1);
  let repeated = 0;
  for (let row = 0; row < places.length; row++) {
    const place = places[row] as number;
    if (place < 0) continue;
    if (rowOf[place] >= 0) repeated++;
    else rowOf[place] = row;
  }
  const named = files.flatMap((_, place) => (rowOf[place] >= 0 ? [place] : []));
  const pathColumn = table.columns[best] as Column;
  const missing = [...places].flatMap((place, row) =>
    place < 0 ? [cellText(pathColumn, row) ?? '(empty)'] : [],
  );
  const others = table.columns.filter((_, j) => j !== best).map(withFreeName);
  const unnamed = files.length - named.length;
  const notes = [
    `${tableName} says what the pictures show; its column ${pathColumn.name} names their files.`,
    ...(missing.length > 0
      ? [
          `${tableName} names ${count(missing.length, 'picture', 'pictures')} that I do not find: ${shortList(missing)}.`,
        ]
      : []),
    ...(unnamed > 0
      ? [`${count(unnamed, 'picture is', 'pictures are')} not named in ${tableName} and left out.`]
      : []),
    ...(repeated > 0
      ? [
          `${tableName} names ${count(repeated, 'picture', 'pictures')} more than once; the first line counts.`,
        ]
      : []),
  ];
  const rest: Table = { nRows: table.nRows, columns: others };
  return {
    files: named.map((place) => files[place] as PackedFile),
    columnsOf: (kept) => [
      ...takeRows(
        rest,
        kept.map((place) => rowOf[named[place] as number] as number),
      ).columns,
    ],
    notes,
  };
}

/** Finds a file by what a table calls it: its whole path, its path from the table's folder, its bare name, or that without
 *  its ending, as long as no other file has it too. */
function finder(files: readonly PackedFile[], folder: string): (text: string | null) => number {
  const places = new Map<string, number>();
  const add = (name: string, place: number) => places.set(name, places.has(name) ? -1 : place);
  const bare = files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  files.forEach(({ path }, place) => {
    const names = [bare[place] as string, path.startsWith(folder) ? path.slice(folder.length) : path];
    for (const name of new Set(names.flatMap((text) => [text, text.replace(/\.[^./]*$/, '')])))
      add(name, place);
  });
  files.forEach(({ path }, place) => {
    places.set(path, place); // a whole path is never ambiguous
  });
  return (text) =>
    places.get(
      (text ?? '')
        .trim()
        .replaceAll('\\', '/')
        .replace(/^\.?\//, ''),
    ) ?? -1;
}

/** How many folders all files have in common. */
function commonDepth(folders: readonly (readonly string[])[]): number {
  const [first = []] = folders;
  let depth = 0;
  while (depth < first.length && folders.every((parts) => parts[depth] === first[depth])) depth++;
  return depth;
}

function labelColumn(labels: readonly (string | null)[], classes: readonly string[]): CategoricalColumn {
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  const codes = Int32Array.from(labels, (label) => (label === null ? -1 : (codeOf.get(label) as number)));
  const valid = Uint8Array.from(codes, (code) => (code >= 0 ? 1 : 0));
  return { name: LABEL_COLUMN, type: 'categorical', valid, codes, categories: classes };
}

function withFreeName(column: Column): Column {
  const isTaken = column.name === FILE_COLUMN || column.name === PICTURE_COLUMN;
  return isTaken ? { ...column, name: `${column.name} (table)` } : column;
}

/** "1 picture is", "12 pictures are" */
export function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** At most five. */
export function shortList(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).map((text) => (text.length > 110 ? `${text.slice(0, 109)}…` : text));
  const rest = texts.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest.toLocaleString('en')} more` : shown.join(', ');
}
