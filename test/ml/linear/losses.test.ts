import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/ml/experiment.ts';
import { lossOf } from '../../../src/ml/linear/losses.ts';

const cases: [Task, number, number[], number[]][] = [
  ['binary', 2, [0, 1, 1], [-1.5, 0.3, 40]],
  ['multiclass', 3, [0, 2, 1], [0.1, -0.4, 2, 1, 0.5, -3, 0.2, 0.2, -1]],
  ['regression', 1, [1, -2, 30], [0, 0, 29]],
];

describe.each(cases)('%s loss', (task, nClasses, y, z) => {
  const loss = lossOf(task, nClasses);
  const target = Float64Array.from(y);
  const predictors = Float64Array.from(z);
  const valueAt = (x: Float64Array) => loss.differentiate(x.slice(), 3, target, 0, 3);

  it('has the derivative of its value', () => {
    const derivative = predictors.slice();
    loss.differentiate(derivative, 3, target, 0, 3);
    for (let cell = 0; cell < z.length; cell++) {
      const shifted = (h: number) => valueAt(predictors.with(cell, z[cell] + h));
      expect(derivative[cell]).toBeCloseTo((shifted(1e-4) - shifted(-1e-4)) / 2e-4, 6);
    }
  });

  it('starts from the best intercepts', () => {
    const initial = loss.initial(target);
    const constant = (shift: number, k: number) =>
      valueAt(
        predictors.map((_, cell) => initial[Math.floor(cell / 3)] + (Math.floor(cell / 3) === k ? shift : 0)),
      );
    for (let k = 0; k < loss.nOutputs; k++) {
      expect(constant(0.01, k)).toBeGreaterThan(constant(0, k));
      expect(constant(-0.01, k)).toBeGreaterThan(constant(0, k));
    }
  });

  it('counts a row by its weight: value, derivative and start', () => {
    const weights = Float64Array.of(2.5, 0, 0.5);
    const whole = predictors.slice();
    const value = loss.differentiate(whole, 3, target, 0, 3, weights);
    const parts = [0, 1, 2].map((i) => {
      const alone = Float64Array.from({ length: loss.nOutputs }, (_, k) => predictors[3 * k + i]);
      const rowLoss = loss.differentiate(alone, 1, target.slice(i, i + 1), 0, 1);
      alone.forEach((derivative, k) => {
        expect(whole[3 * k + i]).toBeCloseTo(weights[i] * derivative, 12);
      });
      return weights[i] * rowLoss;
    });
    expect(value).toBeCloseTo(parts[0] + parts[1] + parts[2], 12);
    const repeated = Float64Array.from([0, 0, 0, 0, 0, 2], (i) => target[i]);
    expect([...loss.initial(target, weights)]).toEqual(
      [...loss.initial(repeated)].map((x) => expect.closeTo(x, 9)),
    );
  });

  it('stays finite for extreme predictors and classes without rows', () => {
    const extreme = predictors.map((x) => x * 1e100);
    expect(Number.isFinite(valueAt(extreme))).toBe(true);
    const out = new Float64Array(3 * nClasses);
    loss.respond(extreme, 3, 3, out, 0);
    expect(out.every(Number.isFinite)).toBe(true);
    expect(loss.initial(new Float64Array(3)).every(Number.isFinite)).toBe(true);
  });
});
