import type { Random } from '../random.ts';
import type { Strata } from './strata.ts';
import type { Units } from './units.ts';

const ROUNDING = 1e-9; // 0.8 × 5 must count as 4, whichever way the product was rounded

/** Deals units to parts so that each part gets its share of every stratum.
 *
 *  When all units are single rows, a part's rows of a stratum are its exact quota rounded down or up, and what
 *  rounding leaves over goes to the part that is furthest behind in all, so that many rare classes together still
 *  fill every part. Larger units (copies, which share their target) are dealt first, so that single rows can even
 *  out what they upset.
 *  @param shares     fraction of the rows per part; sums to 1.
 *  @param reservedFor a part that gets the first row of every stratum, so that it knows every class.
 *  @returns Int32Array (nUnits): the part of each unit. */
export function apportion(
  units: Units,
  strata: Strata,
  shares: readonly number[],
  random: Random,
  reservedFor?: number,
): Int32Array {
  const partOf = new Int32Array(units.sizes.length);
  const behind = new Float64Array(shares.length); // quota minus rows dealt, over all strata so far
  for (const members of unitsByStratum(units, strata)) {
    const rows = members.reduce((sum, unit) => sum + units.sizes[unit], 0);
    const quota = shares.map((share) => share * rows);
    const floor = quota.map((exact) => Math.floor(exact + ROUNDING));
    if (reservedFor !== undefined && rows > 0) floor[reservedFor] = Math.max(1, floor[reservedFor]);
    const dealt = new Float64Array(shares.length);
    for (let part = 0; part < shares.length; part++) behind[part] += quota[part];
    random.shuffle(members);
    const isMixed = members.some((unit) => units.sizes[unit] !== units.sizes[members[0]]);
    if (isMixed) members.sort((a, b) => units.sizes[b] - units.sizes[a]); // stable: equal sizes stay shuffled
    for (const unit of members) {
      const size = units.sizes[unit];
      const part = choosePart(size, dealt, floor, quota, behind);
      partOf[unit] = part;
      dealt[part] += size;
      behind[part] -= size;
    }
  }
  return partOf;
}

/** The part furthest behind among those whose whole quota still has room; else among those with a fraction left;
 *  else among all. */
function choosePart(
  size: number,
  dealt: Float64Array,
  floor: readonly number[],
  quota: readonly number[],
  behind: Float64Array,
): number {
  let best = 0;
  let bestRoom = -1;
  let bestGap = Number.NEGATIVE_INFINITY;
  for (let part = 0; part < quota.length; part++) {
    const fits = dealt[part] + size <= floor[part];
    const room = fits ? 2 : dealt[part] + ROUNDING < quota[part] ? 1 : 0;
    const gap = room === 2 ? floor[part] - dealt[part] : behind[part];
    if (room > bestRoom || (room === bestRoom && gap > bestGap + ROUNDING)) {
      best = part;
      bestRoom = room;
      bestGap = gap;
    }
  }
  return best;
}

/** Units of each stratum; a unit belongs to the stratum of its first row. */
function unitsByStratum(units: Units, strata: Strata): number[][] {
  const members: number[][] = Array.from({ length: strata.count }, () => []);
  let next = 0; // units are numbered in the order of their first rows
  for (let row = 0; row < units.of.length; row++) {
    if (units.of[row] === next) members[strata.of[row]].push(next++);
  }
  return members;
}
