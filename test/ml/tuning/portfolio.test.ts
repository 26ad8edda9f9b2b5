import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ForestParameters } from '../../../src/ml/forest/parameters.ts';
import { OrderedParameters } from '../../../src/ml/gbdt/ordered-parameters.ts';
import { GbdtParameters } from '../../../src/ml/gbdt/parameters.ts';
import { LinearParameters } from '../../../src/ml/linear/parameters.ts';
import { NaiveBayesParameters } from '../../../src/ml/naive-bayes/parameters.ts';
import { NeighboursParameters } from '../../../src/ml/neighbours/parameters.ts';
import { MlpParameters } from '../../../src/ml/neural/parameters.ts';
import { splitParameters } from '../../../src/ml/preprocessing/parameters.ts';
import { Random } from '../../../src/ml/random.ts';
import { checkSpace } from '../../../src/ml/tuning/check-space.ts';
import type { Parameters } from '../../../src/ml/tuning/distributions.ts';
import { portfolioFor } from '../../../src/ml/tuning/portfolio.ts';
import { drawSetting } from '../../../src/ml/tuning/samplers/random.ts';
import type { Family } from '../../../src/ml/tuning/trial.ts';

const LEGAL: Readonly<Record<Exclude<Family, 'baseline'>, z.ZodType>> = {
  linear: LinearParameters,
  gbdt: GbdtParameters,
  ordered: OrderedParameters,
  extra_trees: ForestParameters,
  random_forest: ForestParameters,
  mlp: MlpParameters,
  neighbours: NeighboursParameters,
  naive_bayes: NaiveBayesParameters,
};
const FAMILIES = Object.keys(LEGAL) as (keyof typeof LEGAL)[];

describe.each(FAMILIES)('the portfolio of %s', (family) => {
  const read = (setting: Parameters) => LEGAL[family].parse(splitParameters(setting).estimator);

  const traits = [
    { hasText: false, nClasses: 2, nRows: 1000 },
    { hasText: true, nClasses: 2, nRows: 1000 },
    { hasText: false, nClasses: 26, nRows: 1000 },
    { hasText: true, nClasses: 0, nRows: 1_000_000 },
  ];

  it.each(traits)('starts from legal settings where %o', (data) => {
    const { defaults } = portfolioFor(family, data);
    expect(defaults.length).toBeGreaterThan(0);
    for (const setting of defaults) expect(read(setting)).toMatchObject(splitParameters(setting).estimator);
  });

  it.each(traits)('draws only legal settings where %o', (data) => {
    const { defaults, space } = portfolioFor(family, data);
    expect(checkSpace(space)).toEqual([]);
    for (let seed = 0; seed < 50; seed++) {
      const drawn = { ...defaults[0], ...drawSetting(space, new Random(seed)) };
      expect(() => read(drawn)).not.toThrow();
    }
  });
});

describe('with many classes', () => {
  it('boosting takes fewer, bolder steps, since each has a tree for every class', () => {
    const first = (nClasses: number) =>
      portfolioFor('gbdt', { hasText: false, nClasses, nRows: 1000 }).defaults[0] ?? {};
    expect(Number(first(26).maxSteps)).toBeLessThan(Number(first(3).maxSteps));
    expect(Number(first(26).learningRate)).toBeGreaterThan(Number(first(3).learningRate));
  });
});
