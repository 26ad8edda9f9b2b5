import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ForestParameters } from '../../../src/ml/forest/parameters.ts';
import { OrderedParameters } from '../../../src/ml/gbdt/ordered-parameters.ts';
import { GbdtParameters } from '../../../src/ml/gbdt/parameters.ts';
import { LinearParameters } from '../../../src/ml/linear/parameters.ts';
import { NaiveBayesParameters } from '../../../src/ml/naive-bayes/parameters.ts';
import { NeighboursParameters } from '../../../src/ml/neighbours/parameters.ts';
import {
  BackboneParameters,
  CnnParameters,
  MlpParameters,
  RealMlpParameters,
  ResnetParameters,
  TabmParameters,
  TcnParameters,
} from '../../../src/ml/neural/parameters.ts';
import { splitParameters } from '../../../src/ml/preprocessing/parameters.ts';
import { Random } from '../../../src/ml/random.ts';
import { checkSpace } from '../../../src/ml/tuning/check-space.ts';
import type { Parameters } from '../../../src/ml/tuning/distributions.ts';
import { type DataTraits, portfolioFor } from '../../../src/ml/tuning/portfolio.ts';
import { drawSetting } from '../../../src/ml/tuning/samplers/random.ts';
import type { Family } from '../../../src/ml/tuning/trial.ts';

const LEGAL: Readonly<Record<Exclude<Family, 'baseline' | 'seasonal_naive' | 'ets'>, z.ZodType>> = {
  linear: LinearParameters,
  gbdt: GbdtParameters,
  ordered: OrderedParameters,
  extra_trees: ForestParameters,
  random_forest: ForestParameters,
  mlp: MlpParameters,
  realmlp: RealMlpParameters,
  tabm: TabmParameters,
  neighbours: NeighboursParameters,
  naive_bayes: NaiveBayesParameters,
  cnn: CnnParameters,
  resnet: ResnetParameters,
  backbone: MlpParameters,
  backbone_tuned: BackboneParameters,
  tcn: TcnParameters,
};
/** Families of images read no table without one. */
const image = { height: 12, width: 8, channels: 3 } as const;
const sequence = { length: 40, signals: ['value', 'is known'] } as const;
const FAMILIES = Object.keys(LEGAL) as (keyof typeof LEGAL)[];

const PLAIN: DataTraits = {
  hasText: false,
  hasSentences: false,
  hasPictures: false,
  nClasses: 2,
  nRows: 1000,
  isForecast: false,
  image,
  picture: image,
  sequence,
};

describe.each(FAMILIES)('the portfolio of %s', (family) => {
  const read = (setting: Parameters) => LEGAL[family].parse(splitParameters(setting).estimator);

  const traits: DataTraits[] = [
    PLAIN,
    { ...PLAIN, hasText: true },
    { ...PLAIN, hasText: true, hasSentences: true },
    { ...PLAIN, nClasses: 26 },
    { ...PLAIN, hasText: true, nClasses: 0, nRows: 1_000_000 },
    { ...PLAIN, nClasses: 0, isForecast: true },
    { ...PLAIN, hasPictures: true },
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
    const first = (nClasses: number) => portfolioFor('gbdt', { ...PLAIN, nClasses }).defaults[0] ?? {};
    expect(Number(first(26).maxSteps)).toBeLessThan(Number(first(3).maxSteps));
    expect(Number(first(26).learningRate)).toBeGreaterThan(Number(first(3).learningRate));
  });
});

it('varies pictures where there are some, and where a family gains from it', () => {
  const traits = { ...PLAIN, nClasses: 3, nRows: 500 };
  for (const family of ['gbdt', 'ordered', 'mlp', 'extra_trees', 'random_forest'] as const) {
    const plain = portfolioFor(family, traits);
    const { defaults, space } = portfolioFor(family, { ...traits, hasPictures: true });
    expect(defaults).toEqual(plain.defaults.map((setting) => ({ ...setting, variants: 2 })));
    expect(space).toEqual({ ...plain.space, variants: { kind: 'categorical', choices: [0, 2, 4] } });
    // What shows in a picture may be a number that a mirror or a shift would change.
    const regression = { ...traits, nClasses: 0, hasPictures: true };
    expect(portfolioFor(family, regression)).toEqual(
      portfolioFor(family, { ...regression, hasPictures: false }),
    );
  }
  expect(portfolioFor('linear', { ...traits, hasPictures: true })).toEqual(portfolioFor('linear', traits));
});
