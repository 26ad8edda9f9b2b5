import { describe, expect, it } from 'vitest';
import { bestCutOff, costCurve, costOf, decideAt } from '../../../src/ml/metrics/decision-cost.ts';
import { reliability } from '../../../src/ml/metrics/reliability.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

const f64 = (values: readonly number[]) => Float64Array.from(values);
const stored = oracle<{ said: number[]; came: number[]; true: number[]; predicted: number[]; error: number }>(
  'metrics/decisions.json',
);

/** Outcomes that are as likely as was said, raised to a power. */
function honest(n: number, power = 1) {
  const random = new Random(8);
  const said = Float64Array.from({ length: n }, () => random.uniform() ** 2);
  return { said, came: said.map((p) => (random.uniform() < p ** power ? 1 : 0)) };
}

describe('reliability', () => {
  it('has the curve of scikit-learn in bins of equal mass', () => {
    const { bins, error } = reliability(f64(stored.said), f64(stored.came), 1);
    expect(bins).toHaveLength(15);
    bins.forEach(({ said, came }, i) => {
      expect(said).toBeCloseTo(stored.predicted[i] as number, 12);
      expect(came.value).toBeCloseTo(stored.true[i] as number, 12);
    });
    expect(error).toBeCloseTo(stored.error, 12);
  });

  it('tells what chance explains from what it does not', () => {
    const right = honest(3000);
    const wrong = honest(3000, 2);
    const known = reliability(right.said, right.came, 1);
    const off = reliability(wrong.said, wrong.came, 1);
    expect(known.error).toBeLessThanOrEqual(known.byChance);
    expect(off.error).toBeGreaterThan(off.byChance);
  });

  it('needs a few rows for each point', () => {
    expect(reliability(f64([0.1, 0.9, 0.4, 0.2, 0.7, 0.6]), f64([0, 1, 0, 0, 1, 1]), 1).bins).toHaveLength(1);
  });
});

describe('decision costs', () => {
  const costs = { missed: 400, falseAlarm: 100 };
  const { said, came } = honest(2000);

  it('are those of counting row by row, at every cut-off', () => {
    const { cutOffs, costs: curve, nobody, everybody } = costCurve(said, came, costs, 0.2, 1);
    for (const [i, cutOff] of cutOffs.entries()) {
      let sum = 0;
      for (let row = 0; row < said.length; row++) {
        const isTaken = said[row] >= cutOff;
        if (came[row] === 1 && !isTaken) sum += 400;
        if (came[row] === 0 && isTaken) sum += 100;
      }
      expect(curve[i]).toBeCloseTo(sum / said.length, 9);
      expect(costOf(decideAt(said, came, cutOff), costs, said.length)).toBeCloseTo(sum / said.length, 9);
    }
    expect([curve[0], curve.at(-1)]).toEqual([everybody, nobody]);
  });

  it('are least, with honest probabilities, where the costs alone say so', () => {
    expect(bestCutOff(costs)).toBe(0.2);
    const { best, chosen, costs: curve } = costCurve(said, came, costs, 0.2, 1);
    expect(best.low).toBeLessThanOrEqual(0.2);
    expect(best.high).toBeGreaterThanOrEqual(0.2);
    expect(chosen.value).toBeCloseTo(curve[40] as number, 12);
    expect(chosen.low).toBeLessThan(chosen.value);
    expect(chosen.high).toBeGreaterThan(chosen.value);
  });
});
