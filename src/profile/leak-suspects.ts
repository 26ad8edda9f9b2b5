/** Columns that may know the answer in a way that will not hold when the model is used. Every finding carries the
 *  number that raised it, and a person decides. */
import type { Column, Table } from '../ml/data/table.ts';
import { findColumn } from '../ml/data/table.ts';
import { findCopy } from './copy-of-target.ts';
import { findFilledAfterOutcome } from './filled-after-outcome.ts';
import {
  drawHalves,
  type Feature,
  featureOf,
  type Halves,
  oneFeatureScore,
  standardErrorsFromChance,
} from './one-feature-score.ts';
import type { Outcome } from './outcome.ts';
import type { LeakSuspect, Profile } from './profile.ts';
import { isOrdered } from './row-order.ts';

/** Cells that the one-feature models may look at, all columns together. */
const MAX_CELLS = 4_000_000;
const MAX_ROWS = 20_000;
const MAX_SUSPECTS = 10;
/** Fewer rows of the rarer class say nothing about a column that separates them. */
const MIN_CLASS_ROWS = 8;

/** A score above the first is suspicious, above the second it is too good to be a cause. */
const ALONE = {
  binary: { suspicious: 0.98, certain: 0.995, name: 'an AUC of' },
  multiclass: { suspicious: 0.97, certain: 0.99, name: 'a share of avoided errors of' },
  regression: { suspicious: 0.98, certain: 0.995, name: 'an R² of' },
} as const;
/** Of two classes, a lower score is suspicious as well where the next best column is so many times as often wrong: no honest
 *  column stands so far out, and what was written down after the outcome often has a few mistakes. */
const OUTSTANDING = { score: 0.93, timesFewerErrors: 4 } as const;
/** From here on an identifier or the row number says too much. */
const ORDER = { binary: 0.6, multiclass: 0.1, regression: 0.05 } as const;
const ORDER_STANDARD_ERRORS = 5;

const POST_OUTCOME_WORDS =
  /refund|cancel|chargeback|closed?_|closing|outcome|resolution|resolved|settle|recover|paid_?out|payout|exit|terminat|collection|write_?off|final|after|post_|days_?to|reason|result/i;

/** At most ten, the surest first. Columns that are constant, empty or free text are not looked at. */
export function findLeakSuspects(table: Table, profile: Profile, outcome: Outcome): LeakSuspect[] {
  const nColumns = table.columns.length;
  const limit = Math.max(2000, Math.min(MAX_ROWS, Math.floor(MAX_CELLS / nColumns)));
  const halves = drawHalves(outcome.rows, limit);
  const found: { suspect: LeakSuspect; strength: number }[] = [];
  const honest: { name: string; scored: number }[] = [];
  for (const { name, flags, distinct } of profile.columns) {
    const column = findColumn(table, name);
    if (!column || name === outcome.name || distinct === 0) continue;
    if (name === profile.images?.fileColumn) continue; // where a picture lies says what it shows, and no model reads it
    const finding =
      flags.includes('id-like') || (column.type === 'id' && distinct > 0.95 * outcome.rows.length)
        ? suspectIdentifier(column, outcome, halves)
        : suspectFeature(column, outcome, halves);
    if (!finding) continue;
    if ('suspect' in finding) found.push(finding);
    else honest.push({ name, ...finding });
  }
  const outstanding = outcome.task === 'binary' ? suspectOutstanding(honest, outcome) : null;
  if (outstanding) found.push(outstanding);
  return found
    .sort((a, b) => b.strength - a.strength)
    .slice(0, MAX_SUSPECTS)
    .map(({ suspect }) => suspect);
}

type Suspected = { readonly suspect: LeakSuspect; readonly strength: number };
/** A column that is no suspect by itself may be one beside the others. */
type Finding = Suspected | { readonly scored: number } | null;

function suspectFeature(column: Column, outcome: Outcome, halves: Halves): Finding {
  const soundsLate = POST_OUTCOME_WORDS.test(column.name);
  const supported = (evidence: string) =>
    soundsLate ? `${evidence} Its name also sounds as if it were known only afterwards.` : evidence;
  const suspect = (kind: LeakSuspect['kind'], evidence: string, suggestion: LeakSuspect['suggestion']) => ({
    column: column.name,
    kind,
    evidence: supported(evidence),
    suggestion,
  });
  const copy = findCopy(column, outcome, halves);
  if (copy) return { suspect: suspect('copy-of-target', copy, 'drop'), strength: 3 };
  const filled = findFilledAfterOutcome(column, outcome, soundsLate);
  if (filled) return { suspect: suspect('filled-after-outcome', filled, 'drop'), strength: 2 };
  const feature = featureOf(column);
  if (!feature || !enoughRows(outcome)) return null;
  const scored = oneFeatureScore(feature, outcome, halves);
  const { suspicious, certain, name } = ALONE[outcome.task];
  if (scored < suspicious) return { scored };
  const evidence = `\`${column.name}\` alone predicts ${outcome.name} with ${name} ${scored.toFixed(3)} on rows that were held back.`;
  const suggestion = scored >= certain || soundsLate ? 'drop' : 'keep';
  return { suspect: suspect('predicts-alone', evidence, suggestion), strength: scored };
}

/** The best column alone, where it leaves all others far behind; with few columns there is nothing to compare it with. */
function suspectOutstanding(
  columns: readonly { readonly name: string; readonly scored: number }[],
  { name: outcome, task }: Outcome,
): Suspected | null {
  const [best, next] = [...columns].sort((a, b) => b.scored - a.scored);
  if (!best || !next || columns.length < FEWEST_TO_STAND_OUT) return null;
  if (best.scored < OUTSTANDING.score) return null;
  if (1 - next.scored < OUTSTANDING.timesFewerErrors * (1 - best.scored)) return null;
  const { name } = ALONE[task];
  return {
    suspect: {
      column: best.name,
      kind: 'predicts-alone',
      evidence: `\`${best.name}\` alone predicts ${outcome} with ${name} ${best.scored.toFixed(3)} on rows that were held back; the next best column has ${next.scored.toFixed(3)}.`,
      suggestion: POST_OUTCOME_WORDS.test(best.name) ? 'drop' : 'keep',
    },
    strength: best.scored,
  };
}

const FEWEST_TO_STAND_OUT = 5;

/** An identifier has no meaning, so nothing but the way the file was made can tie it to the outcome. */
function suspectIdentifier(column: Column, outcome: Outcome, halves: Halves): Finding {
  const feature = orderOf(column);
  if (!feature || !enoughRows(outcome)) return null;
  const scored = oneFeatureScore(feature, outcome, halves);
  const nRows = halves[0].length + halves[1].length;
  if (scored < ORDER[outcome.task]) return null;
  if (standardErrorsFromChance(scored, outcome, nRows) < ORDER_STANDARD_ERRORS) return null;
  const followsRows =
    column.type === 'numeric'
      ? isOrdered(column)
      : isOrdered({ ...column, type: 'numeric', values: feature.values });
  const { name } = ALONE[outcome.task];
  const what = followsRows
    ? `\`${column.name}\` counts the rows, and the row order alone predicts`
    : `\`${column.name}\` is an identifier, and its order alone predicts`;
  return {
    suspect: {
      column: column.name,
      kind: followsRows ? 'row-order' : 'identifier',
      evidence: `${what} ${outcome.name} with ${name} ${scored.toFixed(3)}: the file is sorted by the outcome, or identifiers were given out by it.`,
      suggestion: 'drop',
    },
    strength: 1,
  };
}

/** Identifiers by their number where they are numbers, else by their place among the sorted identifiers. */
function orderOf(column: Column): Feature | null {
  if (column.type !== 'id') return featureOf(column);
  const numbers = column.categories.map(Number);
  const isNumeric = numbers.every(Number.isFinite);
  const values = Float64Array.from(column.codes, (code) =>
    code < 0 ? Number.NaN : isNumeric ? numbers[code] : code,
  );
  return { values, ordered: true };
}

function enoughRows({ task, classes, rows }: Outcome): boolean {
  return task === 'regression'
    ? rows.length >= 30
    : Math.min(...classes.map(({ count }) => count)) >= (task === 'binary' ? MIN_CLASS_ROWS : 2);
}
