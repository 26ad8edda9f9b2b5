/** How sure the gaps between groups are. A gap is that of the two groups that lie furthest apart, and among many small
 *  groups some always lie far apart by chance: so every pair gets an interval that is wide enough for all pairs together
 *  (Tukey and Kramer's idea, with the critical value drawn for the sizes at hand), and the gap takes its ends from those. */
import type { Random } from '../random.ts';
import {
  type Gaps,
  type GroupCells,
  gapsOf,
  negativesOf,
  positivesOf,
  rowsOf,
  selectedOf,
} from './group-rates.ts';

interface GapInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** An estimate of one group and its standard error. */
interface Estimate {
  readonly at: number;
  readonly error: number;
}

const DRAWS = 4000;
const CONFIDENCE = 0.95;

/** 95% intervals that hold for all pairs of groups at once. With two groups they are those of Agresti and Caffo (2000) for
 *  differences, and of Walter (1975) for ratios. O(draws × groups²). */
export function gapIntervals(
  groups: readonly GroupCells[],
  random: Random,
): Readonly<Record<keyof Gaps, GapInterval>> {
  const value = gapsOf(groups);
  const selection = groups.map((g) => share(selectedOf(g), rowsOf(g)));
  const found = groups.filter((g) => positivesOf(g) > 0).map((g) => share(g.foundPositive, positivesOf(g)));
  const wrongly = groups.filter((g) => negativesOf(g) > 0).map((g) => share(g.falsePositive, negativesOf(g)));
  const logarithms = groups.map((g) => logarithm(selectedOf(g), rowsOf(g)));
  const parity = widest([selection], random.derive('parity'));
  const odds = widest([found, wrongly], random.derive('odds'));
  const ratio = widest([logarithms], random.derive('ratio'));
  // The smaller rate over the larger: the negative of the widest gap between the logarithms.
  const ends = { low: Math.exp(-ratio.high), high: Math.min(1, Math.exp(-ratio.low)) };
  return {
    parityDifference: around(value.parityDifference, parity),
    parityRatio: around(value.parityRatio, ends),
    oddsDifference: around(value.oddsDifference, odds),
  };
}

/** Never without the value that was seen, nor beyond what is possible. */
function around(value: number, { low, high }: { low: number; high: number }): GapInterval {
  return { value, low: Math.min(value, low), high: Math.max(value, Math.min(1, high)) };
}

/** A success and a failure more than were seen, so that a group without any is not taken for certain. */
function share(part: number, whole: number): Estimate {
  const at = (part + 1) / (whole + 2);
  return { at, error: Math.sqrt((at * (1 - at)) / (whole + 2)) };
}

function logarithm(part: number, whole: number): Estimate {
  return {
    at: Math.log((part + 0.5) / (whole + 0.5)),
    error: Math.sqrt(Math.max(0, 1 / (part + 0.5) - 1 / (whole + 0.5))),
  };
}

/** Of the largest difference within any of the families: at least what the surest pair shows, at most what the least sure
 *  one allows. */
function widest(families: readonly (readonly Estimate[])[], random: Random): { low: number; high: number } {
  const critical = criticalValue(families, random);
  let [low, high] = [0, 0];
  for (const family of families) {
    for (const [a, b] of pairsOf(family)) {
      const half = critical * Math.hypot(a.error, b.error);
      const apart = Math.abs(a.at - b.at);
      low = Math.max(low, apart - half);
      high = Math.max(high, apart + half);
    }
  }
  return { low, high };
}

/** How many standard errors apart the two unlikeliest groups are in 19 of 20 draws when all are alike. */
function criticalValue(families: readonly (readonly Estimate[])[], random: Random): number {
  const drawn = Float64Array.from({ length: DRAWS }, () => {
    let most = 0;
    for (const family of families) {
      const noise = family.map(({ error }) => ({ at: error * random.normal(), error }));
      for (const [a, b] of pairsOf(noise)) {
        const error = Math.hypot(a.error, b.error);
        if (error > 0) most = Math.max(most, Math.abs(a.at - b.at) / error);
      }
    }
    return most;
  }).sort();
  return drawn[Math.ceil(CONFIDENCE * DRAWS) - 1] as number;
}

function pairsOf(family: readonly Estimate[]): [Estimate, Estimate][] {
  return family.flatMap((a, i) => family.slice(i + 1).map((b): [Estimate, Estimate] => [a, b]));
}
