/** How files write "there is no value here". */

/** Read as missing in every column, whatever its type. 'None' is absent on purpose: it is often a real category
 *  ("no garage"), so it counts as missing only among numbers and dates. */
export const MISSING_MARKERS: readonly string[] = [
  '',
  'NA',
  'N/A',
  'n/a',
  'na',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'NAN',
  '-nan',
  'NULL',
  'null',
  'Null',
  '\\N',
  '?',
  '-',
  '--',
  '.',
];

const MISSING = new Set(MISSING_MARKERS);

const MISSING_AMONG_NUMBERS = new Set([
  'none',
  'nil',
  'missing',
  'unknown',
  'undefined',
  'not available',
  'not applicable',
  '#value!',
  '#div/0!',
  '#ref!',
  '#num!',
  '#null!',
  'nat',
]);

/** @param trimmed a cell's text without surrounding space. */
export function isMissingMarker(trimmed: string): boolean {
  return MISSING.has(trimmed);
}

/** Whether the text means "missing" in a column whose other cells are numbers or dates. */
export function isMissingAmongNumbers(trimmed: string): boolean {
  return MISSING_AMONG_NUMBERS.has(trimmed.toLowerCase());
}
