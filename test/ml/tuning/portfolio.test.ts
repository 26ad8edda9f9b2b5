import { describe, expect, it } from 'vitest';
import { GbdtParameters } from '../../../src/ml/gbdt/parameters.ts';
import { LinearParameters } from '../../../src/ml/linear/parameters.ts';
import { MlpParameters } from '../../../src/ml/neural/parameters.ts';
import { Random } from '../../../src/ml/random.ts';
import { checkSpace } from '../../../src/ml/tuning/check-space.ts';
import { PORTFOLIO } from '../../../src/ml/tuning/portfolio.ts';
import { sampleParameters } from '../../../src/ml/tuning/random-sampler.ts';

const legal = { linear: LinearParameters, gbdt: GbdtParameters, mlp: MlpParameters };

describe.each(['linear', 'gbdt', 'mlp'] as const)('the portfolio of %s', (family) => {
  const { defaults, space } = PORTFOLIO[family];

  it('starts from complete, legal settings', () => {
    expect(defaults.length).toBeGreaterThan(0);
    for (const setting of defaults) expect(legal[family].parse(setting)).toMatchObject(setting);
  });

  it('draws only legal settings', () => {
    expect(checkSpace(space)).toEqual([]);
    for (let seed = 0; seed < 50; seed++) {
      const drawn = { ...defaults[0], ...sampleParameters(space, new Random(seed)) };
      expect(() => legal[family].parse(drawn)).not.toThrow();
    }
  });
});
