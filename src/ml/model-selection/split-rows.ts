import type { Experiment, Task } from '../experiment.ts';
import { Random } from '../random.ts';
import { apportion } from './apportion.ts';
import { balanceGroups } from './balance-groups.ts';
import type { RowSplit } from './row-split.ts';
import { splitByTime } from './split-by-time.ts';
import { bandedStrata, type Strata, singleStratum, targetStrata } from './strata.ts';
import { joinRows, takeUnits, type Units } from './units.ts';

/** What the split looks at.
 *  @property target      Float64Array (nRows): the value in regression, else the class index.
 *  @property groups      Int32Array (nRows), needed for a group split; -1 (no value) counts as one more group,
 *                        because rows of unknown origin may belong together.
 *  @property times       Float64Array (nRows), needed for a split by time; NaN (no value) counts as oldest.
 *  @property until       Float64Array (nRows), for a split by time: when the outcome of a row is known, if that is later.
 *  @property duplicateOf Int32Array (nRows): equal numbers mark rows that are copies of each other (in every column,
 *                        else unrelated groups would be joined) and must not be divided. Not looked at by a split by
 *                        time, where equal times are kept together anyway and a row that returns later is no leak.
 *  @property typicality  Float64Array (nRows): how much a row looks like its class (typicality.ts); balanced over the
 *                        parts of a stratified split. */
export interface RowsToSplit {
  readonly target: Float64Array;
  readonly task: Task;
  readonly nClasses: number;
  readonly groups?: Int32Array;
  readonly times?: Float64Array;
  readonly until?: Float64Array;
  readonly duplicateOf?: Int32Array;
  readonly typicality?: Float64Array;
}

/** Sets the holdout aside, then divides what remains into folds for cross-validation.
 *
 *  A function of its arguments alone: the same plan gives the same rows on any machine. Where there are fewer units
 *  (rows, or groups) than folds there are fewer folds, at least two (one by time). The training part has every
 *  class that has a row, except where groups or time forbid it.
 *  Throws RangeError when there is too little to split: fewer than three rows, groups or different times. */
export function splitRows(
  plan: Pick<Experiment, 'split' | 'holdoutFraction' | 'folds' | 'seed'>,
  rows: RowsToSplit,
): RowSplit {
  const { split, holdoutFraction, folds } = plan;
  if (split.kind === 'time')
    return splitByTime(needed(rows.times, 'times'), holdoutFraction, folds, rows.until);
  const nRows = rows.target.length;
  const keys = rows.duplicateOf ? [rows.duplicateOf] : [];
  if (split.kind === 'group') keys.push(needed(rows.groups, 'groups'));
  const units = joinRows(nRows, keys);
  const strata = strataFor(split, rows);
  const random = new Random(plan.seed).derive('split');
  const nUnits = units.sizes.length;
  if (nUnits < 3) {
    const what = split.kind === 'group' ? 'groups' : 'different rows';
    throw new RangeError(`a ${split.kind} split needs at least 3 ${what}, and there are ${nUnits}`);
  }

  const deal = split.kind === 'group' ? balanceGroups : apportion;
  const partOf = deal(units, strata, [holdoutFraction, 1 - holdoutFraction], random.derive('holdout'), 1);
  ensureUnits(partOf, units, [1, 2]);
  const [holdout, training] = rowsOfParts(partOf, units, 2);

  const trainingUnits = takeUnits(units, training);
  const trainingStrata: Strata = {
    of: Int32Array.from(training, (row) => strata.of[row]),
    count: strata.count,
  };
  const nFolds = Math.min(folds, trainingUnits.sizes.length);
  const shares = new Array<number>(nFolds).fill(1 / nFolds);
  const foldOf = deal(trainingUnits, trainingStrata, shares, random.derive('folds'));
  ensureUnits(foldOf, trainingUnits, new Array<number>(nFolds).fill(1));
  const validations = rowsOfParts(foldOf, trainingUnits, nFolds);
  return {
    holdout,
    training,
    folds: validations.map((validation, fold) => ({
      training: training.filter((_, i) => foldOf[trainingUnits.of[i]] !== fold),
      validation: Uint32Array.from(validation, (i) => training[i]),
    })),
  };
}

function strataFor(split: Experiment['split'], { task, target, nClasses, typicality }: RowsToSplit): Strata {
  if (split.kind === 'random') return singleStratum(target.length);
  const classes = targetStrata(task, target, nClasses);
  // Groups are balanced as wholes, which many small strata would only hinder.
  return typicality && split.kind === 'stratified' ? bandedStrata(classes, typicality) : classes;
}

function needed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`this split needs ${name}`);
  return value;
}

/** Moves the smallest units out of the part with most units until each part has as many as it needs.
 *  @param partOf Int32Array (nUnits), changed in place. @param least sums to at most nUnits. */
function ensureUnits(partOf: Int32Array, units: Units, least: readonly number[]): void {
  const held = new Int32Array(least.length);
  for (const part of partOf) held[part]++;
  for (let part = 0; part < least.length; part++) {
    while (held[part] < least[part]) {
      const spare = held.map((count, other) => count - least[other]);
      const from = spare.indexOf(Math.max(...spare));
      let smallest = -1;
      for (let unit = 0; unit < partOf.length; unit++) {
        if (partOf[unit] !== from) continue;
        if (smallest === -1 || units.sizes[unit] < units.sizes[smallest]) smallest = unit;
      }
      partOf[smallest] = part;
      held[from]--;
      held[part]++;
    }
  }
}

/** The row numbers of each part, rising. */
function rowsOfParts(partOf: Int32Array, units: Units, nParts: number): Uint32Array[] {
  const rows: number[][] = Array.from({ length: nParts }, () => []);
  for (let row = 0; row < units.of.length; row++) rows[partOf[units.of[row]]].push(row);
  return rows.map((list) => Uint32Array.from(list));
}
