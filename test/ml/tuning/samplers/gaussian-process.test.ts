import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { SearchSpace } from '../../../../src/ml/tuning/distributions.ts';
import { logExpectedImprovement } from '../../../../src/ml/tuning/samplers/gaussian-process/expected-improvement.ts';
import {
  condition,
  fitGaussianProcess,
  negativeLogPosterior,
} from '../../../../src/ml/tuning/samplers/gaussian-process/regression.ts';
import { gaussianProcessSampler } from '../../../../src/ml/tuning/samplers/gaussian-process/sampler.ts';
import { Study } from '../../../../src/ml/tuning/study.ts';
import { samplerContract } from '../../../contracts/sampler.ts';

samplerContract('gaussian-process');

interface Oracle {
  readonly process: {
    readonly points: number[][];
    readonly values: number[];
    readonly asked: number[][];
    readonly lengths: number[];
    readonly signal: number;
    readonly noise: number;
    readonly mean: number[];
    readonly sd: number[];
  };
}
const { process: oracle }: Oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/tuning/samplers.json', import.meta.url), 'utf8'),
);
const NUMBERS = [false, false, false];

describe('Gaussian-process regression', () => {
  const points = oracle.points.map((row) => Float64Array.from(row));
  const values = Float64Array.from(oracle.values);
  const theta = Float64Array.from([...oracle.lengths, oracle.signal, oracle.noise], Math.log);

  it("believes what scikit-learn's does", () => {
    const process = condition(NUMBERS, theta, points, values);
    for (const [i, row] of oracle.asked.entries()) {
      const { mean, sd } = process.at(Float64Array.from(row));
      // Ours adds a millionth of the signal to the diagonal.
      expect(mean).toBeCloseTo(oracle.mean[i] as number, 4);
      expect(sd).toBeCloseTo(oracle.sd[i] as number, 4);
    }
  });

  it('believes the same when its values come one by one', () => {
    const asked = Float64Array.from(oracle.asked[0] as number[]);
    let process = condition(NUMBERS, theta, points.slice(0, 8), values.slice(0, 8));
    for (let i = 8; i < points.length; i++) {
      process = process.with(points[i] as Float64Array, values[i] as number);
    }
    expect(process.at(asked)).toEqual(condition(NUMBERS, theta, points, values).at(asked));
  });

  it('has the derivatives that finite differences give, with choices too', () => {
    const random = new Random(2);
    const mixed = points.map((point, i) => Float64Array.of(point[0], i % 3, point[2]));
    const at = Float64Array.from({ length: 5 }, () => random.normal() - 0.5);
    const loss = (x: Float64Array) =>
      negativeLogPosterior([false, true, false], mixed, values, x, new Float64Array(5));
    const gradient = new Float64Array(5);
    negativeLogPosterior([false, true, false], mixed, values, at, gradient);
    for (let k = 0; k < at.length; k++) {
      const moved = (step: number) => at.map((value, i) => (i === k ? value + step : value));
      const difference = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
      expect(gradient[k]).toBeCloseTo(difference, 5);
    }
  });

  it('learns which coordinate matters and how noisy values are', () => {
    const random = new Random(4);
    const many = Array.from({ length: 40 }, () => Float64Array.of(random.uniform(), random.uniform()));
    const noisy = Float64Array.from(many, ([x = 0]) => Math.sin(6 * x) + 0.3 * random.normal());
    const process = fitGaussianProcess([false, false], many, noisy);
    const [here, across, along] = [
      Float64Array.of(0.25, 0.1),
      Float64Array.of(0.25, 0.9),
      Float64Array.of(0.75, 0.1),
    ];
    expect(Math.abs(process.at(here).mean - process.at(across).mean)).toBeLessThan(0.2);
    expect(process.at(here).mean - process.at(along).mean).toBeGreaterThan(1.2);
    // It smooths rather than passing through every value.
    const misses = many.map((point, i) => Math.abs(process.at(point).mean - noisy[i]));
    expect(misses.reduce((sum, miss) => sum + miss, 0) / misses.length).toBeGreaterThan(0.1);
  });
});

describe('expected improvement', () => {
  it('is the mean of the improvements, to the logarithm, far into the tail', () => {
    for (const [mean, sd, best] of [
      [0.3, 0.5, 0],
      [-1, 0.2, 0],
      [2, 0.5, 0],
      [1, 0.16, 0],
      [6, 1, 0],
    ] as const) {
      expect(logExpectedImprovement({ mean, sd }, best)).toBeCloseTo(Math.log(integral(mean, sd, best)), 3);
    }
    const far = logExpectedImprovement({ mean: 60, sd: 1 }, 0);
    expect(far).toBeLessThan(-1800);
    expect(Number.isFinite(far)).toBe(true);
  });
});

/** The mean of max(0, best - value) by the midpoint rule. */
function integral(mean: number, sd: number, best: number): number {
  const n = 400_000;
  const low = mean - 12 * sd;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const value = low + ((best - low) * (i + 0.5)) / n;
    const z = (value - mean) / sd;
    sum += (best - value) * Math.exp(-0.5 * z * z);
  }
  return (sum * (best - low)) / n / (sd * Math.sqrt(2 * Math.PI));
}

describe('the search by a Gaussian process', () => {
  it('comes close to the minimum of a smooth function within 25 trials', () => {
    const space: SearchSpace = {
      x: { kind: 'float', low: -5, high: 10, log: false },
      y: { kind: 'float', low: 0, high: 15, log: false },
    };
    const study = new Study({ space, sampler: gaussianProcessSampler, seed: 1, planned: 25 });
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 25; i++) {
      const { number, parameters } = study.ask();
      const [x, y] = [parameters.x as number, parameters.y as number];
      const value = (x - 3) ** 2 + (y - 4) ** 2 / 4 + Math.sin(x);
      study.tell(number, value);
      best = Math.min(best, value);
    }
    // The minimum is -0.0075 near x = 3.33.
    expect(best).toBeLessThan(0.3);
  });
});
