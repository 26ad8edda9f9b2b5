import { Random } from '../../random.ts';
import type { Distribution, Parameters, SearchSpace } from '../distributions.ts';
import { buildSetting } from '../settings.ts';
import { fromUnit } from '../unit-interval.ts';
import type { Sampler } from './sampler.ts';

/** The coarsest grid with a point for every planned setting, visited in a random order, so that a study which ends early
 *  has seen all of it (as Optuna does). A range is cut into equal cells and the middle of each is tried. A study that
 *  goes on after the last point begins again. */
export const gridSampler: Sampler = {
  label: 'grid search',
  learns: false,
  suggest({ space, seed, number, planned }) {
    const grid = gridOf(space, planned);
    const round = Math.floor(number / grid.length);
    const order = new Random(seed).derive('grid', round).permutation(grid.length);
    return grid[order[number % grid.length]] as Parameters;
  },
};

/** The levels of the parameters grow in turn, up to every value that a parameter has: first those of choices, since there is
 *  nothing between them. */
function gridOf(space: SearchSpace, planned: number): Parameters[] {
  const names = Object.keys(space);
  const levels = new Map(names.map((name) => [name, 1]));
  let grid = pointsOf(space, levels);
  /** Whose last level brought no point that was not there: neighbouring numbers, or what no setting has. */
  const idle = new Set<string>();
  while (grid.length < planned) {
    const level = (name: string) => levels.get(name) as number;
    const growing = names.filter(
      (name) => !idle.has(name) && level(name) < distinctValues(space[name] as Distribution),
    );
    const choices = growing.filter((name) => space[name]?.kind === 'categorical');
    const candidates = choices.length > 0 ? choices : growing;
    if (candidates.length === 0) break;
    const next = candidates.reduce((least, name) => (level(name) < level(least) ? name : least));
    levels.set(next, (levels.get(next) as number) + 1);
    const finer = pointsOf(space, levels);
    if (finer.length > grid.length) idle.clear();
    else idle.add(next);
    grid = finer;
  }
  return grid;
}

/** Settings that differ only in a parameter that does not exist in them are one point. */
function pointsOf(space: SearchSpace, levels: ReadonlyMap<string, number>): Parameters[] {
  const names = Object.keys(space);
  const size = names.reduce((product, name) => product * (levels.get(name) as number), 1);
  const points = new Map<string, Parameters>();
  for (let index = 0; index < size; index++) {
    const units = new Map<string, number>();
    let rest = index;
    for (const name of names) {
      const n = levels.get(name) as number;
      units.set(name, ((rest % n) + 0.5) / n);
      rest = Math.floor(rest / n);
    }
    const point = buildSetting(space, (name, distribution) =>
      fromUnit(distribution, units.get(name) as number),
    );
    points.set(JSON.stringify(point), point);
  }
  return [...points.values()];
}

function distinctValues(distribution: Distribution): number {
  if (distribution.kind === 'categorical') return distribution.choices.length;
  const { kind, low, high } = distribution;
  if (kind === 'int') return high - low + 1;
  return low === high ? 1 : Number.POSITIVE_INFINITY;
}
