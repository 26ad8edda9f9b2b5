/** What decisions cost at every cut-off, where a missed row and a false alarm have a price. */
import type { Costs } from '../experiment.ts';
import { Random } from '../random.ts';

/** The cut-off that costs least wherever probabilities are right: act where the expected loss of not acting is the
 *  greater one (Elkan 2001). Needs no data, so no data can mislead it. */
export function bestCutOff({ missed, falseAlarm }: Costs): number {
  return falseAlarm / (falseAlarm + missed);
}

export interface DecisionAt {
  readonly cutOff: number;
  /** Rows that are acted on, and how many of them rightly. */
  readonly taken: number;
  readonly found: number;
  readonly missed: number;
}

/** @param said Float64Array (nRows): probabilities. @param came Float64Array (nRows): 1 or 0. */
export function decideAt(said: Float64Array, came: Float64Array, cutOff: number): DecisionAt {
  let taken = 0;
  let found = 0;
  let positives = 0;
  for (let row = 0; row < said.length; row++) {
    positives += came[row];
    if (said[row] < cutOff) continue;
    taken++;
    found += came[row];
  }
  return { cutOff, taken, found, missed: positives - found };
}

/** Cost per row. */
export function costOf({ taken, found, missed }: DecisionAt, costs: Costs, nRows: number): number {
  return (missed * costs.missed + (taken - found) * costs.falseAlarm) / nRows;
}

export interface CostCurve {
  /** Cut-offs from 0 to 1, and the cost per row at each. */
  readonly cutOffs: readonly number[];
  readonly costs: readonly number[];
  /** 95% of the resamples cost least at a cut-off within. */
  readonly best: { readonly value: number; readonly low: number; readonly high: number };
  /** Per row at the chosen cut-off, with its 95% interval. */
  readonly chosen: { readonly value: number; readonly low: number; readonly high: number };
  /** Per row where nobody, or everybody, is acted on. */
  readonly nobody: number;
  readonly everybody: number;
}

const STEPS = 200;
const RESAMPLES = 300;

/** @param cutOff the chosen one. O(RESAMPLES × (nRows + STEPS)). */
export function costCurve(
  said: Float64Array,
  came: Float64Array,
  costs: Costs,
  cutOff: number,
  seed: number,
): CostCurve {
  const n = said.length;
  const cutOffs = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  // A row is acted on at all cut-offs up to its own probability.
  const stepOf = Int32Array.from(said, (p) => Math.min(STEPS, Math.floor(p * STEPS + 1e-9)));
  const curve = (rowAt: (i: number) => number) => {
    const positive = new Float64Array(STEPS + 1);
    const negative = new Float64Array(STEPS + 1);
    let atChosen = 0;
    for (let i = 0; i < n; i++) {
      const row = rowAt(i);
      if (came[row] === 1) positive[stepOf[row]]++;
      else negative[stepOf[row]]++;
      const isTaken = said[row] >= cutOff;
      if (came[row] === 1 && !isTaken) atChosen += costs.missed;
      if (came[row] === 0 && isTaken) atChosen += costs.falseAlarm;
    }
    const cost = new Float64Array(STEPS + 1);
    let missed = 0;
    let alarms = negative.reduce((sum, count) => sum + count, 0);
    for (let step = 0; step <= STEPS; step++) {
      cost[step] = (missed * costs.missed + alarms * costs.falseAlarm) / n;
      missed += positive[step];
      alarms -= negative[step];
    }
    return { cost, atChosen: atChosen / n };
  };
  const least = (cost: Float64Array) => cutOffs[cost.indexOf(Math.min(...cost))] as number;
  const whole = curve((i) => i);
  const random = new Random(seed).derive('cost-curve');
  const drawn = Array.from({ length: RESAMPLES }, () => {
    const { cost, atChosen } = curve(() => random.integer(n));
    return { best: least(cost), atChosen };
  });
  const between = (value: number, values: number[]) => {
    const sorted = values.sort((a, b) => a - b);
    const [low, high] = [0.025, 0.975].map((share) => sorted[Math.floor(share * (RESAMPLES - 1))] as number);
    return { value, low: Math.min(low as number, value), high: Math.max(high as number, value) };
  };
  const positives = came.reduce((sum, value) => sum + value, 0);
  return {
    cutOffs,
    costs: [...whole.cost],
    best: between(
      least(whole.cost),
      drawn.map(({ best }) => best),
    ),
    chosen: between(
      whole.atChosen,
      drawn.map(({ atChosen }) => atChosen),
    ),
    nobody: (positives * costs.missed) / n,
    everybody: ((n - positives) * costs.falseAlarm) / n,
  };
}
