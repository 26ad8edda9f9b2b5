import type { Random } from '../random.ts';
import type { Strata } from './strata.ts';
import type { Units } from './units.ts';

/** Deals whole groups to parts so that the parts' sizes and class shares come close to the wanted ones.
 *
 *  Greedy, largest group first: each goes where it lowers the squared distance between what the parts hold and
 *  their quotas most, summed over the strata and all rows, each in units of its own total. For a group with u
 *  rows of a stratum that has n, and a part that lacks g, the distance falls by u (2g - u) / n²; the u² is the same
 *  for every part, so the largest sum of u g / n² wins.
 *  @param shares fraction of the rows per part; sums to 1.
 *  @param mixing how far groups come out of the order of their sizes: each is taken for up to so much larger than it is, so
 *                that the same groups are divided differently by another generator. @returns Int32Array (nUnits): the part of each group.
 *  O(nGroups × (log nGroups + parts × strata)). */
export function balanceGroups(
  units: Units,
  strata: Strata,
  shares: readonly number[],
  random: Random,
  mixing = 0,
): Int32Array {
  const nGroups = units.sizes.length;
  const composition = unitComposition(units, strata);
  const totals = new Float64Array(strata.count);
  for (let i = 0; i < composition.length; i++) totals[i % strata.count] += composition[i];
  const lacking = shares.map((share) => totals.map((total) => share * total));
  const lackingRows = shares.map((share) => share * units.of.length);
  const drawn = random.permutation(nGroups);
  const seeming = Float64Array.from(units.sizes, (size) =>
    mixing > 0 ? size * (1 + mixing * random.uniform()) : size,
  );
  const order = drawn.sort((a, b) => seeming[b] - seeming[a]);
  const partOf = new Int32Array(nGroups);
  for (const group of order) {
    const size = units.sizes[group];
    const start = group * strata.count;
    let best = 0;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (let part = 0; part < shares.length; part++) {
      let gain = (size * lackingRows[part]) / units.of.length ** 2;
      for (let k = 0; k < strata.count; k++) {
        const rows = composition[start + k];
        if (rows > 0) gain += (rows * lacking[part][k]) / totals[k] ** 2;
      }
      if (gain > bestGain) {
        best = part;
        bestGain = gain;
      }
    }
    partOf[group] = best;
    lackingRows[best] -= size;
    for (let k = 0; k < strata.count; k++) lacking[best][k] -= composition[start + k];
  }
  return partOf;
}

/** Rows of each stratum in each group. @returns Uint32Array (nGroups × nStrata), row-major. */
function unitComposition(units: Units, strata: Strata): Uint32Array {
  const counts = new Uint32Array(units.sizes.length * strata.count);
  for (let row = 0; row < units.of.length; row++) counts[units.of[row] * strata.count + strata.of[row]]++;
  return counts;
}
