/** One state out of those that several trainers have come to: the mean of their weights, and of whatever else they learned. */
import type { TrainerState } from '../trainer.ts';

/** Weights, running statistics, moments of the optimizer and averaged weights are averaged alike, by the rows that each state
 *  has learned from (McMahan et al. 2017, FederatedAveraging): an optimizer that forgot its moments would begin every round
 *  anew. Random generators are those of the first. Sums are of float64, in the order of the states, so the mean does not
 *  depend on who finished first; the mean of one state is that state to the last bit.
 *  @param states after the same number of steps. @param rows of each. @returns arrays of its own. */
export function averageStates(states: readonly TrainerState[], rows: readonly number[]): TrainerState {
  const [first] = states as [TrainerState];
  const total = rows.reduce((sum, count) => sum + count, 0);
  const shares = rows.map((count) => count / total);
  const arrays = Object.entries(first.arrays).map(([name, values]) => {
    if (!(values instanceof Float32Array)) return [name, values.slice()] as const;
    const mean = Float64Array.from(values, (value) => (shares[0] as number) * value);
    states.slice(1).forEach((state, s) => {
      addScaled(mean, state.arrays[name] as Float32Array, shares[s + 1] as number);
    });
    return [name, Float32Array.from(mean)] as const;
  });
  return { step: first.step, arrays: Object.fromEntries(arrays) };
}

function addScaled(sums: Float64Array, values: Float32Array, share: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + share * (values[i] as number);
}
