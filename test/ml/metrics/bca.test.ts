import { describe, expect, it } from 'vitest';
import type { MetricName, Task } from '../../../src/ml/experiment.ts';
import { acceleration, correctedLevels, jackknife } from '../../../src/ml/metrics/bca.ts';
import { bootstrapUrn, resampledInterval } from '../../../src/ml/metrics/bootstrap.ts';
import { scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { judgedRows } from '../../../src/ml/metrics/judged-rows.ts';
import { prepareScores } from '../../../src/ml/metrics/score.ts';
import { normalProbability, normalQuantile } from '../../../src/ml/quantiles.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

interface Case {
  metric: MetricName;
  task: Task;
  nClasses: number;
  target: number[];
  prediction: number[];
  replicates: number[];
  score: number;
  acceleration: number;
  levels: [number, number];
  interval: [number, number];
  /** Of 20,000 other resamples. */
  ofMany: [number, number];
}

/** The acceleration of one metric on these rows. */
function accelerationOf(
  metric: MetricName,
  rows: ReturnType<typeof judgedRows>,
  groups?: Int32Array,
): number {
  const [values] = jackknife(bootstrapUrn(rows.nRows, groups), rows.nRows, 1, prepareScores([metric], rows));
  if (!values) throw new Error('there is one metric');
  return acceleration(values);
}

describe.each(oracle<Case[]>('metrics/bca.json'))('the BCa interval of $metric', (c) => {
  const rows = judgedRows(c.task, Float64Array.from(c.target), Float64Array.from(c.prediction), c.nClasses);
  const replicates = Float64Array.from(c.replicates);

  it('has the acceleration of SciPy', () => {
    expect(accelerationOf(c.metric, rows)).toBeCloseTo(c.acceleration, 10);
  });

  it('has the levels of SciPy, and from the same resamples the same ends', () => {
    const levels = correctedLevels(c.score, replicates, c.acceleration, 0.95);
    expect(levels?.low).toBeCloseTo(c.levels[0], 8);
    expect(levels?.high).toBeCloseTo(c.levels[1], 8);
    const { low, high } = resampledInterval(c.score, replicates, 0.95, c.acceleration);
    expect(low).toBeCloseTo(c.interval[0], 8);
    expect(high).toBeCloseTo(c.interval[1], 8);
  });

  it('is the interval of the score', () => {
    const options = { seed: 1, resamples: 20_000 };
    const target = Float64Array.from(c.target);
    const prediction = Float64Array.from(c.prediction);
    const ours = scoreWithInterval(c.metric, c.task, target, prediction, c.nClasses, options);
    const [low, high] = c.ofMany;
    expect(ours.method).toMatch(/BCa bootstrap$/);
    expect(Math.abs(ours.low - low) / (high - low)).toBeLessThan(0.02);
    expect(Math.abs(ours.high - high) / (high - low)).toBeLessThan(0.02);
  });
});

describe('the jackknife', () => {
  const random = new Random(3);
  const errors = Float64Array.from({ length: 4000 }, () => Math.exp(random.normal()));
  const rows = judgedRows('regression', new Float64Array(4000), errors, 1);

  it('leaves out blocks of many rows, and finds about the same', () => {
    const scores = prepareScores(['mae'], rows);
    const [values] = jackknife(bootstrapUrn(rows.nRows), rows.nRows, 1, scores);
    expect(values).toHaveLength(200);
    // The mean of lognormal errors: a sixth of their skewness, over the root of the rows.
    const mean = errors.reduce((sum, value) => sum + value, 0) / 4000;
    const moment = (power: number) => errors.reduce((sum, value) => sum + (value - mean) ** power, 0) / 4000;
    const exact = moment(3) / moment(2) ** 1.5 / 6 / Math.sqrt(4000);
    expect(accelerationOf('mae', rows) / exact).toBeGreaterThan(0.6);
    expect(accelerationOf('mae', rows) / exact).toBeLessThan(1.5);
  });

  it('leaves out whole groups where rows belong together', () => {
    const few = judgedRows('regression', new Float64Array(400), errors.subarray(0, 400), 1);
    const [values] = jackknife(
      bootstrapUrn(
        400,
        Int32Array.from({ length: 400 }, (_, i) => i % 40),
      ),
      400,
      1,
      prepareScores(['mae'], few),
    );
    expect(values).toHaveLength(40);
    const without = errors.subarray(0, 400).filter((_, i) => i % 40 !== 7);
    expect(values?.[7]).toBeCloseTo(without.reduce((sum, value) => sum + value, 0) / 390, 10);
  });

  it('says nothing of a score that no row changes', () => {
    const flat = judgedRows('regression', new Float64Array(50), new Float64Array(50), 1);
    expect(accelerationOf('mae', flat)).toBe(0);
  });
});

describe('corrected levels', () => {
  it('are the plain ones where nothing is to be corrected', () => {
    const even = Float64Array.from({ length: 1001 }, (_, i) => i - 500);
    const levels = correctedLevels(0, even, 0, 0.95);
    expect(levels?.low).toBeCloseTo(0.025, 9);
    expect(levels?.high).toBeCloseTo(0.975, 9);
  });

  it('are none where all resamples lie to one side', () => {
    expect(correctedLevels(5, Float64Array.of(1, 2, 3), 0.1, 0.95)).toBeNull();
  });
});

it('the normal distribution and its quantiles are inverse', () => {
  for (const p of [1e-9, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999]) {
    expect(normalProbability(normalQuantile(p)) / p).toBeCloseTo(1, 6);
  }
  expect([normalProbability(-9), normalProbability(9)]).toEqual([0, 1]);
});
