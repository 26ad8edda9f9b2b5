import { describe, expect, it } from 'vitest';
import { aucInterval, delongVariance } from '../../../src/ml/metrics/delong.ts';
import { type JudgedRows, judgedRows } from '../../../src/ml/metrics/judged-rows.ts';
import { Random } from '../../../src/ml/random.ts';

/** DeLong's variance from its definition, over all pairs: O(n²). */
function naiveDelong(target: readonly number[], scores: readonly number[]) {
  const x = scores.filter((_, i) => target[i] === 1);
  const y = scores.filter((_, i) => target[i] === 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const wins = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  const placementsX = x.map((a) => mean(y.map((b) => wins(a, b))));
  const placementsY = y.map((b) => mean(x.map((a) => wins(a, b))));
  const auc = mean(placementsX);
  const variance = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - auc) ** 2, 0) / (values.length - 1) / values.length;
  return { auc, variance: variance(placementsX) + variance(placementsY) };
}

function sample(random: Random, n: number, rate: number, shift: number, decimals: number) {
  const target = Array.from({ length: n }, () => (random.uniform() < rate ? 1 : 0));
  const scores = target.map((y) => {
    const p = 1 / (1 + Math.exp(-(random.normal() + shift * y)));
    return Number(p.toFixed(decimals));
  });
  return { target, scores, rows: binaryRows(target, scores) };
}

function binaryRows(target: readonly number[], scores: readonly number[]): JudgedRows {
  const prediction = Float64Array.from(scores.flatMap((p) => [1 - p, p]));
  return judgedRows('binary', Float64Array.from(target), prediction, 2);
}

describe('delongVariance', () => {
  it.each([
    ['no ties', 12, 1],
    ['many ties', 1, 1],
    ['near-perfect order', 12, 5],
    ['no signal', 2, 0],
  ])('equals the definition over all pairs: %s', (_, decimals, shift) => {
    for (const rate of [0.5, 0.1]) {
      const { target, scores, rows } = sample(new Random(7), 150, rate, shift, decimals);
      const expected = naiveDelong(target, scores);
      const actual = delongVariance(rows);
      expect(actual.auc).toBeCloseTo(expected.auc, 12);
      expect(actual.variance).toBeCloseTo(expected.variance, 13);
    }
  });
});

describe('aucInterval', () => {
  it('holds the true AUC in about 95 of 100 samples', () => {
    const random = new Random(3);
    const truth = 0.7602499389065233; // P(N(1, 1) > N(0, 1)) = Φ(1 / √2)
    let held = 0;
    const samples = 600;
    for (let i = 0; i < samples; i++) {
      const { low, high } = aucInterval(sample(random, 150, 0.3, 1, 15).rows, 0.95);
      if (low <= truth && truth <= high) held++;
    }
    expect(held / samples).toBeGreaterThan(0.93);
    expect(held / samples).toBeLessThan(0.975);
  });

  it('says that a perfect order of few rows may be luck', () => {
    const { value, low, high, method } = aucInterval(
      binaryRows([0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.9]),
      0.95,
    );
    expect([value, high, method]).toEqual([1, 1, 'Wilson']);
    expect(low).toBeGreaterThan(0.2);
    expect(low).toBeLessThan(0.6);
  });

  it('stands at one half for equal predictions', () => {
    const { value, low, high } = aucInterval(binaryRows([0, 1, 1, 0], [0.3, 0.3, 0.3, 0.3]), 0.95);
    expect([value, low, high]).toEqual([0.5, 0.5, 0.5]);
  });

  it('has ends with a single positive row', () => {
    const { value, low, high } = aucInterval(binaryRows([0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9, 0.8]), 0.95);
    expect(value).toBe(0.75);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.9);
  });

  it('is undefined without one of the classes', () => {
    expect(aucInterval(binaryRows([1, 1], [0.1, 0.2]), 0.95).low).toBeNaN();
    expect(aucInterval(binaryRows([0, 0], [0.1, 0.2]), 0.95).value).toBeNaN();
  });
});
