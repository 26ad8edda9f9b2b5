import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/ml/experiment.ts';
import { lossOf } from '../../../src/ml/gbdt/losses.ts';

const cases: [Task, number, number[], number[]][] = [
  ['binary', 2, [0, 1, 1, 0], [-1.5, 0.3, 2, 40]],
  ['multiclass', 3, [0, 2, 1, 1], [0.1, -0.4, 2, 0, 1, 0.5, -3, 0, 0.2, 0.2, 0.2, -1]],
  ['regression', 1, [1, -2, 30, 0], [0, 0, 29, 1e-3]],
];

describe.each(cases)('%s loss', (task, nClasses, y, z) => {
  const loss = lossOf(task, nClasses);
  const target = Float64Array.from(y);
  const raw = Float64Array.from(z);
  const nRows = target.length;
  // The reported squared error has no half, its gradient has one.
  const factor = task === 'regression' ? 0.5 : 1;

  it('has the gradient and hessian of its value', () => {
    const gradients = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    loss.evaluate(raw, target, gradients);
    const value = (cell: number, shift: number) =>
      factor * nRows * loss.evaluate(raw.with(cell, raw[cell] + shift), target);
    for (let cell = 0; cell < raw.length; cell++) {
      const h = 1e-3;
      const [gradient, hessian] = gradients[Math.floor(cell / nRows)].subarray(2 * (cell % nRows));
      expect(gradient).toBeCloseTo((value(cell, h) - value(cell, -h)) / (2 * h), 5);
      expect(hessian).toBeCloseTo((value(cell, h) - 2 * value(cell, 0) + value(cell, -h)) / h ** 2, 5);
    }
  });

  it('gives the same value with and without gradients', () => {
    const gradients = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    expect(loss.evaluate(raw, target, gradients)).toBe(loss.evaluate(raw, target));
  });

  it('starts from the best constant', () => {
    const initial = loss.initial(target);
    const constant = (shift: number, k: number) =>
      loss.evaluate(
        Float64Array.from(
          raw,
          (_, cell) =>
            initial[Math.floor(cell / nRows)] + (cell < (k + 1) * nRows && cell >= k * nRows ? shift : 0),
        ),
        target,
      );
    for (let k = 0; k < loss.nOutputs; k++) {
      expect(constant(0.01, k)).toBeGreaterThan(constant(0, k));
      expect(constant(-0.01, k)).toBeGreaterThan(constant(0, k));
    }
  });

  it('stays finite for extreme raw predictions and classes without rows', () => {
    const extreme = raw.map((x) => x * 1e200);
    expect(loss.evaluate(extreme, target)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(loss.toPredictions(extreme, nRows).every(Number.isFinite)).toBe(true);
    expect(loss.initial(new Float64Array(4)).every(Number.isFinite)).toBe(true);
  });
});

describe('predictions from raw ones', () => {
  it('are sigmoid, softmax and identity', () => {
    const binary = lossOf('binary', 2).toPredictions(Float64Array.of(Math.log(3), -800), 2);
    expect([...binary]).toEqual([0.25, 0.75, 1, 0].map((p) => expect.closeTo(p, 12)));
    const classes = lossOf('multiclass', 3).toPredictions(Float64Array.of(0, Math.log(2), Math.log(5)), 1);
    expect([...classes]).toEqual([1 / 8, 2 / 8, 5 / 8].map((p) => expect.closeTo(p, 12)));
    expect([...lossOf('regression', 1).toPredictions(Float64Array.of(7, -1), 2)]).toEqual([7, -1]);
  });
});
