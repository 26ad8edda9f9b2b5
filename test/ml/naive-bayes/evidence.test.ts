import { describe, expect, it } from 'vitest';
import { classTotals, evidenceOf, scoreRows, softmax } from '../../../src/ml/naive-bayes/evidence.ts';
import { numericMatrix } from '../small-problem.ts';

const close = (...expected: number[]) => expected.map((x) => expect.closeTo(x, 12));

describe('classTotals', () => {
  it('sums amounts and rows by class and weight; NaN and negative cells are none', () => {
    const features = numericMatrix([
      [1, 2, Number.NaN, 4],
      [-1, 0, 3, Number.POSITIVE_INFINITY],
    ]);
    const target = Float64Array.of(0, 1, 1, 2);
    expect(classTotals(features, target, 3, undefined)).toEqual({
      features: Float64Array.of(1, 0, 2, 3, 4, 1e100),
      rows: Float64Array.of(1, 2, 1),
    });
    const { features: sums, rows } = classTotals(features, target, 3, Float64Array.of(2, 0.5, 1.5, 0));
    expect([...sums]).toEqual([2, 0, 1, 4.5, 0, 0]);
    expect([...rows]).toEqual([2, 2, 0]);
  });
});

describe('evidenceOf', () => {
  const totals = { features: Float64Array.of(3, 1, 0, 4), rows: Float64Array.of(1, 3) };

  it('is the log shares of the class itself', () => {
    const { weights, intercepts } = evidenceOf(totals, { variant: 'multinomial', alpha: 1 });
    expect([...weights]).toEqual(close(...[4 / 6, 2 / 6, 1 / 6, 5 / 6].map(Math.log)));
    expect([...intercepts]).toEqual(close(Math.log(1 / 4), Math.log(3 / 4)));
  });

  it('is minus those of the other classes', () => {
    const { weights, intercepts } = evidenceOf(totals, { variant: 'complement', alpha: 1 });
    expect([...weights]).toEqual(close(...[1 / 6, 5 / 6, 4 / 6, 2 / 6].map((share) => -Math.log(share))));
    expect([...intercepts]).toEqual([0, 0]);
  });

  it.each(['multinomial', 'complement'] as const)('never favours a class without rows, %s', (variant) => {
    const withEmpty = {
      features: Float64Array.of(30, 1, 0, 0, 0, 0, 0, 40, 0),
      rows: Float64Array.of(9, 0, 1),
    };
    const evidence = evidenceOf(withEmpty, { variant, alpha: 0.01 });
    scoreRows(
      numericMatrix([
        [0, 50, 1, 0, 9],
        [0, 0, 9, 0, 9],
        [0, 0, 0, 1000, 9],
      ]),
      evidence,
      (_, scores) => {
        expect(scores[1]).toBeLessThan(Math.max(scores[0], scores[2]) - 36);
      },
    );
  });
});

describe('scoreRows', () => {
  it('adds up what each amount says, over more rows than one block', () => {
    const x = Array.from({ length: 1100 }, (_, i) => i % 5);
    const evidence = { weights: Float64Array.of(1, 10, -1, 0.5), intercepts: Float64Array.of(100, 200) };
    const seen: number[] = [];
    scoreRows(numericMatrix([x, x.toReversed()]), evidence, (row, scores) => {
      seen.push(row);
      const [a, b] = [x[row], x[1099 - row]];
      expect([...scores]).toEqual([100 + a + 10 * b, 200 - a + 0.5 * b]);
    });
    expect(seen).toEqual(x.map((_, i) => i));
  });
});

describe('softmax', () => {
  it('gives probabilities and the log of their normaliser, however large the scores are', () => {
    const scores = Float64Array.of(Math.log(1), Math.log(3));
    expect(softmax(scores)).toBeCloseTo(Math.log(4), 12);
    expect([...scores]).toEqual(close(0.25, 0.75));
    const large = Float64Array.of(-1e105, -1e105, -2e105);
    expect(softmax(large)).toBeCloseTo(-1e105);
    expect([...large]).toEqual([0.5, 0.5, 0]);
  });
});
