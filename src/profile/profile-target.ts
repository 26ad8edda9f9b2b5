/** What a table says about one target: classes, leaks, useless columns, the split it demands. */
import { duplicateClusters } from '../ml/data/duplicates.ts';
import { cellText, findColumn, findImages, type Table } from '../ml/data/table.ts';
import { detectSeries } from '../ml/forecasting/detect-series.ts';
import { findLeakSuspects } from './leak-suspects.ts';
import { drawHalves, oneFeatureScore } from './one-feature-score.ts';
import { type Outcome, readOutcome } from './outcome.ts';
import type { ColumnProfile, Profile, TargetProfile } from './profile.ts';
import { demandedSplit } from './split-demand.ts';
import { listed, percent, rowCount, wholeNumber } from './words.ts';

/** @param positiveClass of a binary task; by default the class that is named like an event, else the rarer one.
 *  @throws TARGET_* (outcome.ts) when the column cannot be learned. */
export function profileTarget(
  table: Table,
  profile: Profile,
  target: string,
  positiveClass?: string,
): TargetProfile {
  const outcome = readOutcome(table, profile, target, positiveClass);
  const pixels = new Set(profile.images?.pixelColumns);
  const useless = profile.columns.flatMap((column) => {
    const reason = column.name === target ? null : uselessBecause(column, profile, pixels);
    return reason ? [{ column: column.name, reason }] : [];
  });
  const { split, reason } = demandedSplit(table, profile, outcome);
  const isNumber = profile.columns.some((column) => column.name === target && column.type === 'numeric');
  const detected = isNumber ? detectSeries(table, target) : null;
  const conflictingRows = countConflicts(table, outcome, new Set(useless.map(({ column }) => column)));
  const repeatedRows = countRepeats(table, profile, outcome, useless);
  return {
    target,
    task: outcome.task,
    classes: outcome.classes,
    missing: profile.rows - outcome.rows.length,
    suspects: findLeakSuspects(table, profile, outcome),
    useless,
    split,
    splitReason: reason,
    ...(detected && { series: { found: [...detected.found], problem: detected.problem } }),
    conflictingRows,
    repeatedRows,
    warnings: [
      ...warnings(table, outcome, conflictingRows),
      ...repeatWarnings(repeatedRows, useless, profile),
      ...recordingHints(table, profile, outcome),
    ],
  };
}

/** @param pixels columns of an image, which is nothing without its empty corners. */
function uselessBecause(
  { name, type, distinct, flags, missing }: ColumnProfile,
  profile: Profile,
  pixels: ReadonlySet<string>,
): string | null {
  if (flags.includes('all-missing')) return 'It has no value in any row.';
  if (pixels.has(name)) return null;
  if (flags.includes('constant') && missing === 0) return 'It has the same value in every row.';
  if (flags.includes('id-like')) return 'It names rows instead of describing them.';
  if (type === 'id') {
    return `It names ${wholeNumber(distinct)} entities in ${rowCount(profile.rows)} instead of describing them.`;
  }
  return null;
}

/** Rows whose usable features are equal to those of a row with another outcome. */
function countConflicts(table: Table, outcome: Outcome, useless: ReadonlySet<string>): number {
  const features = table.columns
    .map(({ name }) => name)
    .filter((name) => name !== outcome.name && !useless.has(name));
  if (features.length === 0) return 0;
  const clusters = duplicateClusters(table, features);
  const first = new Float64Array(table.nRows).fill(Number.NaN);
  const size = new Uint32Array(table.nRows);
  const isMixed = new Uint8Array(table.nRows);
  for (const row of outcome.rows) {
    const cluster = clusters[row];
    if (size[cluster]++ === 0) first[cluster] = outcome.values[row];
    else if (outcome.values[row] !== first[cluster]) isMixed[cluster] = 1;
  }
  return size.reduce((sum, rows, cluster) => sum + (isMixed[cluster] ? rows : 0), 0);
}

/** Copies with a row number of their own. None where most rows have a twin: that is what few coarse columns look like. */
function countRepeats(
  table: Table,
  profile: Profile,
  outcome: Outcome,
  useless: TargetProfile['useless'],
): number {
  if (useless.length === 0 || findImages(table)) return 0;
  const names = new Set(useless.map(({ column }) => column));
  const kept = table.columns.map(({ name }) => name).filter((name) => !names.has(name));
  if (kept.length < LEAST_TO_COMPARE) return 0;
  const clusters = duplicateClusters(table, kept);
  const seen = new Set<number>();
  let repeats = 0;
  for (const row of outcome.rows) {
    const cluster = clusters[row] as number;
    if (seen.has(cluster)) repeats++;
    else seen.add(cluster);
  }
  return 2 * seen.size >= outcome.rows.length ? Math.max(0, repeats - profile.duplicateRows) : 0;
}

/** Rows of fewer columns, the outcome among them, are often equal by chance. */
const LEAST_TO_COMPARE = 4;

function repeatWarnings(
  repeatedRows: number,
  useless: TargetProfile['useless'],
  { rows }: Profile,
): string[] {
  if (repeatedRows === 0) return [];
  const repeat = repeatedRows === 1 ? 'repeats' : 'repeat';
  return [
    `${rowCount(repeatedRows)} (${percent(repeatedRows / rows)}) ${repeat} an earlier row in everything but ${listed(useless.map(({ column }) => column))}: likely copies of one record. They stay on one side of a split.`,
  ];
}

function warnings(table: Table, outcome: Outcome, conflictingRows: number): string[] {
  const { name, task, classes, rows } = outcome;
  const sentences: string[] = [];
  const missing = table.nRows - rows.length;
  if (missing > 0) {
    sentences.push(
      `${rowCount(missing)} (${percent(missing / table.nRows)}) ${missing === 1 ? 'has' : 'have'} no ${name} and ${missing === 1 ? 'is' : 'are'} left out of the training.`,
    );
  }
  const rarest = classes.reduce((least, entry) => (entry.count < least.count ? entry : least), {
    label: '',
    count: Number.POSITIVE_INFINITY,
  });
  if (rarest.count < 20) {
    sentences.push(
      `The class ${rarest.label} has only ${rowCount(rarest.count)}, too few to judge it on its own.`,
    );
  } else if (task === 'binary' && rarest.count < 0.05 * rows.length) {
    sentences.push(
      `The class ${rarest.label} is rare (${percent(rarest.count / rows.length)}), so accuracy says little.`,
    );
  }
  const arePictures = findImages(table) !== undefined;
  if (conflictingRows > 0 && arePictures) {
    sentences.push(
      `${wholeNumber(conflictingRows)} pictures (${percent(conflictingRows / rows.length)}) look exactly like a picture with another ${name}; no model can be right on all of them.`,
    );
  } else if (conflictingRows > 0) {
    sentences.push(
      `${rowCount(conflictingRows)} (${percent(conflictingRows / rows.length)}) have twins with the same features and another ${name}; no model can be right on all of them.`,
    );
  }
  // Files of pictures come in the order of their folders.
  if (!arePictures && isSortedByOutcome(outcome)) {
    sentences.push(`The rows are sorted by ${name}; they are shuffled before they are divided.`);
  }
  return sentences;
}

/** Rows of an entity that all have the same outcome, and more than a few of them, may be one recording. */
const ROWS_OF_A_RECORDING = 8;
const FEWEST_RECORDINGS = 10;
/** Columns that name something, though their values are typed as those of any category. */
const NAMES_SOMETHING =
  /(?:^|[\W_])(?:id|nr|no|key|name|number|recording|session|window|trace|sequence|series|trial|run)s?$/i;

function recordingHints(table: Table, profile: Profile, outcome: Outcome): string[] {
  const entities = profile.columns.filter(
    ({ name, type, distinct }) =>
      name !== outcome.name &&
      distinct >= FEWEST_RECORDINGS &&
      (profile.groupColumns.includes(name) || (type === 'categorical' && NAMES_SOMETHING.test(name))),
  );
  return entities.slice(0, 1).flatMap(({ name }) => {
    const column = findColumn(table, name);
    if (!column) return [];
    const outcomeOf = new Map<string, number>();
    for (const row of outcome.rows) {
      const entity = cellText(column, row);
      if (entity === null) continue;
      if ((outcomeOf.get(entity) ?? outcome.values[row]) !== outcome.values[row]) return [];
      outcomeOf.set(entity, outcome.values[row]);
    }
    const rows = Math.round(outcome.rows.length / outcomeOf.size);
    if (rows < ROWS_OF_A_RECORDING) return [];
    return [
      `Each of ${wholeNumber(outcomeOf.size)} ${name} has one ${outcome.name} in all of its rows, ${wholeNumber(rows)} on average. If these are recordings, say "one prediction for each ${name}" (--windows-by on the command line), and I learn from them as a whole.`,
    ];
  });
}

/** Whether the mere position of a row tells its outcome. */
function isSortedByOutcome(outcome: Outcome): boolean {
  if (outcome.rows.length < 40) return false;
  const position = Float64Array.from(outcome.values, (_, row) => row);
  const scored = oneFeatureScore(
    { values: position, ordered: true },
    outcome,
    drawHalves(outcome.rows, 20_000),
  );
  return scored >= 0.9;
}
