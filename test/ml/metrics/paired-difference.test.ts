import { expect, it } from 'vitest';
import { scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { pairedDifference } from '../../../src/ml/metrics/paired-difference.ts';
import { Random } from '../../../src/ml/random.ts';

const random = new Random(1);
const target = Float64Array.from({ length: 300 }, () => random.normal() * 5);
const good = target.map((y) => y + 2 * random.normal());
const slightlyWorse = good.map((p) => p + 0.9 * random.normal());

function compare(a: Float64Array, b: Float64Array) {
  return pairedDifference('rmse', 'regression', target, a, b, 1, { seed: 1 });
}

it('finds a small difference that the two models’ own intervals hide', () => {
  const difference = compare(good, slightlyWorse);
  expect(difference.high).toBeLessThan(0); // the error of the first is smaller
  expect(difference.probabilityABetter).toBeGreaterThan(0.97);
  const own = (p: Float64Array) => scoreWithInterval('rmse', 'regression', target, p, 1, { seed: 1 });
  expect(own(good).high).toBeGreaterThan(own(slightlyWorse).low);
});

it('is the mirror image when the models change places', () => {
  const there = compare(good, slightlyWorse);
  const back = compare(slightlyWorse, good);
  expect(back.difference).toBe(-there.difference);
  expect(back.low).toBeCloseTo(-there.high, 12);
  expect(back.probabilityABetter).toBeCloseTo(1 - there.probabilityABetter, 12);
});

it('calls a model tied with itself', () => {
  expect(compare(good, good)).toEqual({
    difference: 0,
    low: 0,
    high: 0,
    standardError: 0,
    probabilityABetter: 0.5,
  });
});
