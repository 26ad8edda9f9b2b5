import { deriveSeed } from '../../random.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalvingPruner } from './successive-halving.ts';

interface HyperbandOptions {
  /** The steps of the first rung of the boldest bracket. */
  readonly minResource: number;
  /** The steps of a trial that is never pruned. */
  readonly maxResource: number;
  readonly reductionFactor?: number;
  /** Which bracket a trial falls into follows from it and the trial's number. */
  readonly seed: number;
}

/** Several brackets of successive halving that begin to prune after more and more steps, so that trials which start slowly
 *  have a chance in some of them (Li et al. 2018). Trials compete within their bracket; the boldest has most of them. */
export function hyperbandPruner({
  minResource,
  maxResource,
  reductionFactor = 3,
  seed,
}: HyperbandOptions): Pruner {
  const nBrackets = bracketCount(maxResource / minResource, reductionFactor);
  const brackets = Array.from({ length: nBrackets }, (_, bracket) =>
    successiveHalvingPruner({ minResource, reductionFactor, minEarlyStoppingRate: bracket }),
  );
  // The first trials of each bracket by Algorithm 1; trials fall into brackets in that proportion.
  const sizes = brackets.map((_, bracket) => {
    const s = nBrackets - 1 - bracket;
    return Math.ceil((nBrackets * reductionFactor ** s) / (s + 1));
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);

  function bracketOf(number: number): number {
    let place = deriveSeed(seed, 'bracket', number) % total;
    let bracket = 0;
    while (place >= (sizes[bracket] as number)) place -= sizes[bracket++] as number;
    return bracket;
  }

  return {
    shouldPrune(trial, others) {
      const bracket = bracketOf(trial.number);
      const rivals = others.filter(({ number }) => bracketOf(number) === bracket);
      return (brackets[bracket] as Pruner).shouldPrune(trial, rivals);
    },
  };
}

/** The whole part of the logarithm, and one; counted, because a logarithm of a power may fall short of it. */
function bracketCount(ratio: number, factor: number): number {
  let count = 1;
  for (let reached = factor; reached <= ratio; reached *= factor) count++;
  return count;
}
