/** Divides rows into folds, once or several times. */
import { gather } from '../data/rows.ts';
import type { Split } from '../experiment.ts';
import type { Random } from '../random.ts';
import { apportion } from './apportion.ts';
import { balanceGroups } from './balance-groups.ts';
import type { Fold } from './row-split.ts';
import type { Strata } from './strata.ts';
import type { Units } from './units.ts';

/** What is divided: rows that stay together, and what every part gets its share of. */
export interface Divisible {
  readonly units: Units;
  readonly strata: Strata;
}

/** @param rows names the rows of `divisible`, rising: those of the folds are among them.
 *  @param repeats how often they are divided. The first division is the one without repeats; the folds of each follow those
 *                 of the one before. Every row is judged once in each.
 *  @returns fewer folds where there are fewer units. */
export function drawFolds(
  kind: Split['kind'],
  { units, strata }: Divisible,
  rows: Uint32Array,
  folds: number,
  repeats: number,
  random: Random,
): Fold[] {
  const nFolds = Math.min(folds, units.sizes.length);
  const shares = new Array<number>(nFolds).fill(1 / nFolds);
  return Array.from({ length: repeats }, (_, repeat) => {
    const draw = repeat === 0 ? random : random.derive('repeat', repeat);
    const foldOf =
      kind === 'group'
        ? balanceGroups(units, strata, shares, draw, repeat === 0 ? 0 : MIXING)
        : apportion(units, strata, shares, draw);
    ensureUnits(foldOf, units, new Array<number>(nFolds).fill(1));
    return rowsOfParts(foldOf, units, nFolds).map((validation, fold) => {
      const training = new Uint32Array(rows.length - validation.length);
      let n = 0;
      for (let i = 0; i < rows.length; i++) if (foldOf[units.of[i]] !== fold) training[n++] = rows[i];
      return { training, validation: gather(rows, validation, validation) };
    });
  }).flat();
}

/** How far the order of groups by size is mixed in further divisions: without it, groups of different sizes would be divided
 *  in the same way each time. */
const MIXING = 1;

/** Moves the smallest units out of the part with most units until each part has as many as it needs.
 *  @param partOf Int32Array (nUnits), changed in place. @param least sums to at most nUnits. */
export function ensureUnits(partOf: Int32Array, units: Units, least: readonly number[]): void {
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
export function rowsOfParts(partOf: Int32Array, units: Units, nParts: number): Uint32Array[] {
  const sizes = new Uint32Array(nParts);
  for (let unit = 0; unit < partOf.length; unit++) sizes[partOf[unit]] += units.sizes[unit];
  const rows = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(nParts);
  for (let row = 0; row < units.of.length; row++) {
    const part = partOf[units.of[row]];
    rows[part][filled[part]++] = row;
  }
  return rows;
}
