import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/ml/experiment.ts';
import { lossOf } from '../../../src/ml/gbdt/losses.ts';
import type { GbdtParameters } from '../../../src/ml/gbdt/parameters.ts';
import { weightedQuantile } from '../../../src/ml/gbdt/weighted-quantile.ts';

const chosen = (loss: GbdtParameters['loss'] = 'auto') => ({ loss, quantile: 0.3, huberQuantile: 0.5 });

const cases: [Task, number, GbdtParameters['loss'], number[], number[]][] = [
  ['binary', 2, 'auto', [0, 1, 1, 0], [-1.5, 0.3, 2, 40]],
  ['multiclass', 3, 'auto', [0, 2, 1, 1], [0.1, -0.4, 2, 0, 1, 0.5, -3, 0, 0.2, 0.2, 0.2, -1]],
  ['regression', 1, 'squared', [1, -2, 30, 0], [0, 0, 29, 1e-3]],
  ['regression', 1, 'poisson', [1, 2, 30, 0], [0, 0.5, 3, -1]],
];

describe.each(cases)('%s loss (%i outputs, %s)', (task, nClasses, name, y, z) => {
  const loss = lossOf(task, nClasses, chosen(name));
  const target = Float64Array.from(y);
  const raw = Float64Array.from(z);
  const nRows = target.length;
  // The reported squared error has no half, its gradient has one.
  const factor = name === 'squared' ? 0.5 : 1;
  const weights = Float64Array.of(0.5, 2, 1, 0);

  it('has the gradient and hessian of its value', () => {
    const gradients = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    loss.evaluate(raw, target, undefined, gradients);
    const value = (cell: number, shift: number) =>
      factor * loss.evaluate(raw.with(cell, raw[cell] + shift), target, undefined);
    for (let cell = 0; cell < raw.length; cell++) {
      const h = 1e-3;
      const [gradient, hessian] = gradients[Math.floor(cell / nRows)].subarray(2 * (cell % nRows));
      expect(gradient).toBeCloseTo((value(cell, h) - value(cell, -h)) / (2 * h), 5);
      expect(hessian).toBeCloseTo((value(cell, h) - 2 * value(cell, 0) + value(cell, -h)) / h ** 2, 5);
    }
  });

  it('gives the same value with and without gradients', () => {
    const gradients = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    expect(loss.evaluate(raw, target, undefined, gradients)).toBe(loss.evaluate(raw, target, undefined));
  });

  it('starts from the best constant', () => {
    const initial = loss.initial(target, undefined);
    const constant = (shift: number, k: number) =>
      loss.evaluate(
        Float64Array.from(
          raw,
          (_, cell) =>
            initial[Math.floor(cell / nRows)] + (cell < (k + 1) * nRows && cell >= k * nRows ? shift : 0),
        ),
        target,
        undefined,
      );
    for (let k = 0; k < loss.nOutputs; k++) {
      expect(constant(0.01, k)).toBeGreaterThan(constant(0, k));
      expect(constant(-0.01, k)).toBeGreaterThan(constant(0, k));
    }
  });

  it('counts a row as often as its weight says', () => {
    const doubled = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    const plain = Array.from({ length: loss.nOutputs }, () => new Float64Array(2 * nRows));
    const sum = loss.evaluate(raw, target, weights, doubled);
    loss.evaluate(raw, target, undefined, plain);
    doubled.forEach((pairs, k) => {
      pairs.forEach((x, i) => {
        expect(x).toBeCloseTo(weights[i >> 1] * plain[k][i], 12);
      });
    });
    const alone = (row: number) => {
      const cells = Float64Array.from({ length: loss.nOutputs }, (_, k) => raw[k * nRows + row]);
      return loss.evaluate(cells, target.subarray(row, row + 1), undefined);
    };
    expect(sum).toBeCloseTo(
      weights.reduce((total, weight, row) => total + weight * alone(row), 0),
      9,
    );
  });

  it('stays finite for extreme raw predictions and classes without rows', () => {
    const extreme = raw.map((x) => x * 1e200);
    expect(loss.evaluate(extreme, target, undefined)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(loss.toPredictions(extreme, nRows).every(Number.isFinite)).toBe(true);
    expect(loss.initial(new Float64Array(4), undefined).every(Number.isFinite)).toBe(true);
  });
});

describe('predictions from raw ones', () => {
  it('are sigmoid, softmax and identity', () => {
    const binary = lossOf('binary', 2, chosen()).toPredictions(Float64Array.of(Math.log(3), -800), 2);
    expect([...binary]).toEqual([0.25, 0.75, 1, 0].map((p) => expect.closeTo(p, 12)));
    const classes = lossOf('multiclass', 3, chosen()).toPredictions(
      Float64Array.of(0, Math.log(2), Math.log(5)),
      1,
    );
    expect([...classes]).toEqual([1 / 8, 2 / 8, 5 / 8].map((p) => expect.closeTo(p, 12)));
    expect([...lossOf('regression', 1, chosen()).toPredictions(Float64Array.of(7, -1), 2)]).toEqual([7, -1]);
  });
});

describe('losses with a kink', () => {
  const target = Float64Array.of(1, -2, 30, 0, 4);
  const raw = Float64Array.of(0, 0, 29, 1, 0.5);
  const gradientsOf = (name: 'absolute' | 'quantile' | 'huber') => {
    const loss = lossOf('regression', 1, chosen(name));
    loss.initial(target, undefined);
    const out = [new Float64Array(10)];
    const sum = loss.evaluate(raw, target, undefined, out);
    return { sum, gradients: [...out[0].filter((_, i) => i % 2 === 0)], loss };
  };

  it('absolute: the sum of distances, its sign as gradient, the median as leaf', () => {
    const { sum, gradients, loss } = gradientsOf('absolute');
    expect(sum).toBeCloseTo(1 + 2 + 1 + 1 + 3.5, 12);
    expect(gradients).toEqual([-1, 1, -1, 1, -1]);
    expect(loss.leafValue?.(Float64Array.of(5, 1, 9), undefined)).toBe(5);
  });

  it('quantile: rows above weigh as much as the quantile says', () => {
    const { sum, gradients, loss } = gradientsOf('quantile');
    expect(sum).toBeCloseTo(0.3 * (1 + 1 + 3.5) + 0.7 * (2 + 1), 12);
    expect(gradients).toEqual([-0.3, 0.7, -0.3, 0.7, -0.3]);
    expect(loss.leafValue?.(Float64Array.of(0, 10), undefined)).toBeCloseTo(3, 12);
  });

  it('huber: squares up to the chosen quantile of the distances to the median, lines beyond it', () => {
    // Median 1; distances 0, 3, 29, 1, 3; their median is 3.
    const { sum, gradients } = gradientsOf('huber');
    expect(sum).toBeCloseTo(0.5 + 2 + 0.5 + 0.5 + 3 * (3.5 - 1.5), 12);
    expect(gradients).toEqual([-1, 2, -1, 1, -3]);
  });

  it('Poisson refuses negative targets and says which', () => {
    const loss = lossOf('regression', 1, chosen('poisson'));
    expect(() => loss.initial(target, undefined)).toThrow('row 1 is -2');
  });
});

describe('weightedQuantile', () => {
  it('interpolates without weights and takes the reaching value with them', () => {
    expect(weightedQuantile(Float64Array.of(1, 4, 2), undefined, 0.25)).toBe(1.5);
    expect(weightedQuantile(Float64Array.of(1, 4, 2), Float64Array.of(1, 1, 1), 0.25)).toBe(1);
    expect(weightedQuantile(Float64Array.of(1, 4, 2), Float64Array.of(0, 9, 1), 0.5)).toBe(4);
    expect(weightedQuantile(new Float64Array(), undefined, 0.5)).toBe(0);
  });
});
