import { describe, expect, it } from 'vitest';
import { type MinimiseOptions, minimise } from '../../src/ml/lbfgs.ts';

const options: MinimiseOptions = {
  maxSteps: 200,
  tolerance: 1e-10,
  shouldStop: () => false,
  onStep: () => {},
};

/** Σ curvature_i (x_i - centre_i)² / 2. */
function bowl(centre: number[], curvature: number[]) {
  return (x: Float64Array, gradient: Float64Array): number => {
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      gradient[i] = curvature[i] * (x[i] - centre[i]);
      value += (curvature[i] * (x[i] - centre[i]) ** 2) / 2;
    }
    return value;
  };
}

describe('minimise', () => {
  it('finds the bottom of a badly scaled bowl', () => {
    const found = minimise(bowl([3, -2, 0.5], [1, 1000, 0.01]), new Float64Array(3), options);
    expect([...found]).toEqual([3, -2, 0.5].map((x) => expect.closeTo(x, 7)));
  });

  it('finds the bottom of a curved valley', () => {
    const rosenbrock = (x: Float64Array, gradient: Float64Array) => {
      gradient[0] = -400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]);
      gradient[1] = 200 * (x[1] - x[0] ** 2);
      return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2;
    };
    const found = minimise(rosenbrock, Float64Array.of(-1.2, 1), options);
    expect([...found]).toEqual([1, 1].map((x) => expect.closeTo(x, 7)));
  });

  it('shrinks each coordinate by its L1 weight, to exactly zero where that is more than it is worth', () => {
    const l1 = Float64Array.of(1, 1, 1, 0, 4);
    const found = minimise(bowl([3, -2, 0.5, 0.5, 3], [1, 2, 1, 1, 1]), Float64Array.of(0, 5, -1, 0, 2), {
      ...options,
      l1,
    });
    expect([...found]).toEqual([expect.closeTo(2, 7), expect.closeTo(-1.5, 7), 0, expect.closeTo(0.5, 7), 0]);
  });

  it('takes no step where it already is at the minimum', () => {
    let steps = 0;
    minimise(bowl([1], [1]), Float64Array.of(1), { ...options, onStep: () => steps++ });
    expect(steps).toBe(0);
  });

  it('never lets the objective rise', () => {
    const values: number[] = [];
    const evaluate = bowl([3, -2, 0.5], [1, 1000, 0.01]);
    minimise(evaluate, new Float64Array(3), {
      ...options,
      onStep: (_, x) => values.push(evaluate(x, new Float64Array(3))),
    });
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values.length).toBeGreaterThan(2);
  });

  it('ends at the step limit and when it is told to, and leaves its start alone', () => {
    const start = new Float64Array(3);
    const steps: number[] = [];
    const onStep = (step: number) => steps.push(step);
    minimise(bowl([3, -2, 0.5], [1, 1000, 0.01]), start, { ...options, maxSteps: 2, onStep });
    minimise(bowl([3, -2, 0.5], [1, 1000, 0.01]), start, { ...options, shouldStop: () => true, onStep });
    expect(steps).toEqual([1, 2]);
    expect([...start]).toEqual([0, 0, 0]);
  });

  it('ends where no step lowers the objective', () => {
    const lying = (x: Float64Array, gradient: Float64Array) => {
      gradient[0] = 1;
      return Math.abs(x[0]);
    };
    expect([...minimise(lying, Float64Array.of(0), options)]).toEqual([0]);
  });
});
