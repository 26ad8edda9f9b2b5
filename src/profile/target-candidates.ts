/** Which column a person probably wants to predict. */
import type { ColumnProfile, TargetCandidate } from './profile.ts';

/** Names that say "this is what we predict", whatever the domain. */
const EXPLICIT = /^(target|label|labels|class|classes|outcome|response|y|ground truth|dependent)$/;
/** Between other columns a letter is a coordinate. */
const ONE_LETTER = 'y';
/** Nouns of outcomes; anywhere in the name. */
const OUTCOME =
  /\b(churn|churned|attrition|exited|default|defaulted|fraud|fraudulent|survived|survival|deny|denied|approved|rejected|converted|conversion|clicked|purchased|bought|subscribed|cancell?ed|readmitted|diagnosis|disease|malignant|spam|sentiment|price|score|grade|rating|quality|species|digit|letter|lettr|revenue|sales|demand|value|cnt|ridership|consumption|income|salary|wage|yield|target|outcome|label|result|status|failure|failed|won|winner|late|delayed|delay|duration|medv|mpg|strength|count|power|load|risk)\b/;

const CLASS_WORDS = /\b(class|label|digit|species|type|category|grade|cluster|group)\b/;

const MAX_CANDIDATES = 5;
const MIN_PLAUSIBILITY = 0.15;

/** Likeliest first, at most five. Weighs what the name says, where the column stands, and whether its values look
 *  like classes or amounts. Plausibilities are for comparison only. */
export function targetCandidates(columns: readonly ColumnProfile[], nRows: number): TargetCandidate[] {
  const classLike = columns.filter((column) => isClassLike(column) && column.type !== 'numeric');
  const candidates = columns.flatMap((column, position) => {
    const task = taskOf(column, nRows);
    if (!task) return [];
    const reasons: string[] = [];
    let plausibility = 0.05;
    const name = nameWords(column.name);
    const isAtAnEnd = position === 0 || position === columns.length - 1;
    if (EXPLICIT.test(name) && (name !== ONE_LETTER || isAtAnEnd)) {
      plausibility += 0.65;
      reasons.push('has the usual name of a target');
    } else if (OUTCOME.test(name)) {
      plausibility += 0.5;
      reasons.push('is named like an outcome');
    }
    if (position === columns.length - 1) {
      plausibility += 0.2;
      reasons.push('is the last column');
    } else if (position === 0) {
      plausibility += 0.15;
      reasons.push('is the first column');
    }
    if (classLike.length === 1 && classLike[0] === column && columns.length > 2) {
      plausibility += 0.2;
      reasons.push('is the only column of classes');
    }
    if (task === 'regression') {
      plausibility += 0.05;
      reasons.push(`holds ${column.distinct.toLocaleString('en')} different numbers`);
    } else {
      plausibility += task === 'binary' ? 0.1 : 0.05;
      reasons.push(`has ${column.distinct === 2 ? 'two values' : `${column.distinct} classes`}`);
    }
    if (column.missing > 0.2 * nRows) plausibility -= 0.15;
    const reason = `It ${listed(reasons)}.`;
    return [{ column: column.name, task, plausibility: clamp(plausibility), reason }];
  });
  return candidates
    .filter(({ plausibility }) => plausibility >= MIN_PLAUSIBILITY)
    .sort((a, b) => b.plausibility - a.plausibility)
    .slice(0, MAX_CANDIDATES);
}

/** What can be learned from a column as a target, or null where nothing can: text, dates, identifiers, constants.
 *  Whole numbers with at most ten values (twenty, if the name speaks of classes) are taken as classes. */
export function taskOf(column: ColumnProfile, nRows: number): TargetCandidate['task'] | null {
  const present = nRows - column.missing;
  if (column.distinct < 2 || column.flags.includes('id-like')) return null;
  switch (column.type) {
    case 'text':
    case 'datetime':
    case 'id':
    case 'image':
    case 'sequence':
      return null;
    case 'boolean':
      return 'binary';
    case 'categorical':
      if (column.distinct === 2) return 'binary';
      return column.distinct <= Math.min(200, present / 2) ? 'multiclass' : null;
    case 'numeric':
      if (column.distinct === 2) return 'binary';
      return isClassLike(column) ? 'multiclass' : 'regression';
  }
}

function isClassLike(column: ColumnProfile): boolean {
  if (column.type === 'boolean') return true;
  if (column.type === 'categorical') return column.distinct >= 2 && column.distinct <= 100;
  if (column.type !== 'numeric' || !column.range) return false;
  // As many values as the range has whole numbers (0..9), or nearly: values with gaps or fractions are amounts.
  const { min, max } = column.range;
  const wholeNumbers = max - min + 1;
  const isDense =
    Number.isInteger(min) && column.distinct <= wholeNumbers && wholeNumbers <= 1.5 * column.distinct;
  const speaksOfClasses = CLASS_WORDS.test(nameWords(column.name));
  return isDense && column.distinct <= (speaksOfClasses ? 20 : 10);
}

function nameWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, ' ')
    .trim();
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function clamp(plausibility: number): number {
  return Math.round(Math.min(1, Math.max(0, plausibility)) * 100) / 100;
}
