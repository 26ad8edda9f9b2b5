/** Column names as they will be used: trimmed, present, unique. */
import { ModelwrightError } from '../errors/errors.ts';

/** @param written names as written in the file, '' where there is none.
 *  @param notes gets a sentence when names had to be made.
 *  @throws DATA_DUPLICATE_COLUMNS naming at most five of them, DATA_TOO_MANY_COLUMNS. */
export function settleColumnNames(
  written: readonly string[],
  { name, maxColumns, notes }: { name: string; maxColumns: number; notes: string[] },
): string[] {
  if (written.length > maxColumns) {
    throw new ModelwrightError('DATA_TOO_MANY_COLUMNS', {
      name,
      columns: written.length.toLocaleString('en'),
      limit: maxColumns.toLocaleString('en'),
    });
  }
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const column of written) {
    if (column !== '' && seen.has(column)) repeated.add(column);
    seen.add(column);
  }
  if (repeated.size > 0) {
    const named = [...repeated].slice(0, 5).join(', ');
    const more = repeated.size > 5 ? ` and ${repeated.size - 5} more` : '';
    throw new ModelwrightError('DATA_DUPLICATE_COLUMNS', { name, columns: named + more });
  }
  const names = written.map((column, j) => column || unusedName(j + 1, seen));
  const made = names.filter((_, j) => written[j] === '');
  if (made.length === names.length) {
    notes.push(`The first line holds data, not names; I call the columns ${made[0]} to ${made.at(-1)}.`);
  } else if (made.length > 0) {
    const listed = made.length > 3 ? `${made.slice(0, 3).join(', ')}...` : made.join(', ');
    notes.push(
      `${made.length === 1 ? 'One column has' : `${made.length} columns have`} no name; I call ${made.length === 1 ? 'it' : 'them'} ${listed}.`,
    );
  }
  return names;
}

function unusedName(position: number, seen: ReadonlySet<string>): string {
  let made = `column_${position}`;
  while (seen.has(made)) made += '_';
  return made;
}
