import { describe, expect, it } from 'vitest';
import { splitRows } from '../../../src/ml/model-selection/split-rows.ts';
import { typicality } from '../../../src/ml/model-selection/typicality.ts';
import { Random } from '../../../src/ml/random.ts';

describe('typicality', () => {
  it('is the sum of log P(bin | class) - log P(bin), with one row of smoothing', () => {
    const codes = Int32Array.from([0, 0, 1, 1, 1, 0]);
    const target = Float64Array.from([0, 0, 1, 1, 0, 1]);
    const evidence = typicality([{ codes, nBins: 2 }], target, 2);
    // Half of the rows are in each bin; each class has three rows, two of them in its usual bin.
    const usual = Math.log((2 + 0.5) / ((3 + 1) * 0.5));
    const unusual = Math.log((1 + 0.5) / ((3 + 1) * 0.5));
    expect([...evidence]).toEqual(
      [usual, usual, usual, usual, unusual, unusual].map((x) => expect.closeTo(x, 12)),
    );
  });

  it('is zero everywhere for a feature that has one bin, and finite for bins that no row is in', () => {
    const evidence = typicality([{ codes: new Int32Array(4), nBins: 3 }], Float64Array.from([0, 1, 1, 0]), 2);
    expect([...evidence]).toEqual([0, 0, 0, 0].map((x) => expect.closeTo(x, 12)));
  });
});

describe('a stratified split with typicality', () => {
  const n = 1000;
  const random = new Random(7);
  const target = Float64Array.from({ length: n }, () => (random.uniform() < 0.3 ? 1 : 0));
  const hardness = Float64Array.from({ length: n }, () => random.normal());
  const plan = { split: { kind: 'stratified' }, holdoutFraction: 0.2, folds: 5 } as const;
  const rows = { target, task: 'binary', nClasses: 2 } as const;
  const meanHardness = (part: Uint32Array) => part.reduce((sum, row) => sum + hardness[row], 0) / part.length;
  const spread = (means: number[]) =>
    Math.sqrt(means.reduce((sum, mean) => sum + mean ** 2, 0) / means.length);

  it('gives every part its share of easy and hard rows, whatever the seed', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const plain = seeds.map((seed) => meanHardness(splitRows({ ...plan, seed }, rows).holdout));
    const balanced = seeds.map((seed) =>
      meanHardness(splitRows({ ...plan, seed }, { ...rows, typicality: hardness }).holdout),
    );
    expect(
      spread(balanced.map((mean) => mean - meanHardness(Uint32Array.from(target, (_, i) => i)))),
    ).toBeLessThan(spread(plain) / 2);
  });

  it('keeps the class shares', () => {
    const { holdout, folds } = splitRows({ ...plan, seed: 3 }, { ...rows, typicality: hardness });
    const share = (part: Uint32Array) => part.reduce((sum, row) => sum + target[row], 0) / part.length;
    const whole = target.reduce((sum, y) => sum + y, 0) / n;
    for (const part of [holdout, ...folds.map((fold) => fold.validation)]) {
      expect(Math.abs(share(part) - whole)).toBeLessThan(0.03);
    }
  });
});
