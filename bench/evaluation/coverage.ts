/** Whether intervals hold what they promise: how often those of simulated test sets hold the score of the population. */
import { scoresWithIntervals } from '../../src/ml/metrics/intervals.ts';
import { score } from '../../src/ml/metrics/score.ts';
import { Random } from '../../src/ml/random.ts';
import { POPULATIONS, type Population } from './populations.ts';

/** Rows of which the true score is computed. */
const TRUTH_ROWS = 1_000_000;
/** A usual size of a holdout. */
const TEST_ROWS = 500;

/** @param firstSeed of the test sets. @param onCovered told the coverage of each metric as it is known.
 *  @returns by `task metric`: the share of nominal 95% intervals that hold the truth. */
export function measureCoverage(
  nSets: number,
  firstSeed: number,
  onCovered: (name: string, share: number) => void,
): Record<string, number> {
  const coverage: Record<string, number> = {};
  for (const population of POPULATIONS) {
    for (const [metric, share] of Object.entries(coverageOf(population, nSets, firstSeed))) {
      const name = `${population.name} ${metric}`;
      coverage[name] = share;
      onCovered(name, share);
    }
  }
  return coverage;
}

function coverageOf(population: Population, nSets: number, firstSeed: number): Record<string, number> {
  const { name, task, nClasses, metrics } = population;
  const truth = population.draw(TRUTH_ROWS, new Random(1).derive('truth', name));
  const truths = metrics.map((metric) =>
    score(metric, task, truth.target, truth.prediction, nClasses, undefined, truth.scale),
  );
  const held = metrics.map(() => 0);
  for (let set = firstSeed; set < firstSeed + nSets; set++) {
    const { target, prediction, scale, groups } = population.draw(
      TEST_ROWS,
      new Random(set).derive('test set', name),
    );
    const intervals = scoresWithIntervals(metrics, task, target, prediction, nClasses, {
      seed: set,
      ...(scale && { scale }),
      ...(groups && { groups }),
    });
    metrics.forEach((metric, m) => {
      const { low, high } = intervals[metric];
      const value = truths[m] as number;
      if (low <= value && value <= high) held[m] = (held[m] as number) + 1;
    });
  }
  return Object.fromEntries(metrics.map((metric, m) => [metric, (held[m] as number) / nSets]));
}
