import type { Experiment, Task } from '../experiment.ts';
import { Random } from '../random.ts';
import { apportion } from './apportion.ts';
import { balanceGroups } from './balance-groups.ts';
import { type Divisible, drawFolds, ensureUnits, rowsOfParts } from './draw-folds.ts';
import type { Fold, RowSplit } from './row-split.ts';
import { splitByTime } from './split-by-time.ts';
import { bandedStrata, type Strata, singleStratum, targetStrata } from './strata.ts';
import { joinRows, takeUnits } from './units.ts';

/** What the split looks at.
 *  @property target      Float64Array (nRows): the value in regression, else the class index.
 *  @property groups      Int32Array (nRows), needed for a group split; -1 (no value) counts as one more group,
 *                        because rows of unknown origin may belong together.
 *  @property times       Float64Array (nRows), needed for a split by time; NaN (no value) counts as oldest.
 *  @property until       Float64Array (nRows), for a split by time: when the outcome of a row is known, if that is later.
 *  @property gapRows     for a split by time: so many rows before the judged ones are not trained on.
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
  readonly gapRows?: number;
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
  plan: Pick<Experiment, 'split' | 'holdoutFraction' | 'folds' | 'repeats' | 'seed'>,
  rows: RowsToSplit,
): RowSplit {
  const { split, holdoutFraction, folds, repeats = 1 } = plan;
  if (split.kind === 'time')
    return splitByTime(needed(rows.times, 'times'), holdoutFraction, folds, rows.until, rows.gapRows);
  const { units, strata } = divisible(split, rows);
  const random = new Random(plan.seed).derive('split');
  const sides = [holdoutFraction, 1 - holdoutFraction];
  const partOf =
    split.kind === 'group'
      ? balanceGroups(units, strata, sides, random.derive('holdout'))
      : apportion(units, strata, sides, random.derive('holdout'), 1);
  ensureUnits(partOf, units, [1, 2]);
  const [holdout, training] = rowsOfParts(partOf, units, 2);
  const inTraining: Divisible = {
    units: takeUnits(units, training),
    strata: { of: Int32Array.from(training, (row) => strata.of[row]), count: strata.count },
  };
  return {
    holdout,
    training,
    folds: drawFolds(split.kind, inTraining, training, folds, repeats, random.derive('folds')),
  };
}

/** Divides all rows into folds by the same rule, without a holdout. By time each fold but the first block of rows is judged
 *  by a model of the rows before it.
 *  Throws RangeError as `splitRows` does. */
export function foldRows(plan: Pick<Experiment, 'split' | 'folds' | 'seed'>, rows: RowsToSplit): Fold[] {
  const { split, folds, seed } = plan;
  if (split.kind === 'time') {
    const times = needed(rows.times, 'times');
    const last = 1 / (folds + 1);
    const parts = splitByTime(times, last, Math.max(1, folds - 1), rows.until, rows.gapRows);
    return [...parts.folds, { training: parts.training, validation: parts.holdout }];
  }
  const all = Uint32Array.from(rows.target, (_, row) => row);
  return drawFolds(split.kind, divisible(split, rows), all, folds, 1, new Random(seed).derive('folds'));
}

function divisible(split: Experiment['split'], rows: RowsToSplit): Divisible {
  const keys = rows.duplicateOf ? [rows.duplicateOf] : [];
  if (split.kind === 'group') keys.push(needed(rows.groups, 'groups'));
  const units = joinRows(rows.target.length, keys);
  const nUnits = units.sizes.length;
  if (nUnits < 3) {
    const what = split.kind === 'group' ? 'groups' : 'different rows';
    throw new RangeError(`a ${split.kind} split needs at least 3 ${what}, and there are ${nUnits}`);
  }
  return { units, strata: strataFor(split, rows) };
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
