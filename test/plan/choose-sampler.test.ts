import { describe, expect, it } from 'vitest';
import { SamplerName } from '../../src/ml/tuning/samplers/sampler.ts';
import { chooseSampler } from '../../src/plan/choose-sampler.ts';
import { samplePlan } from './sample-plan.ts';

const withDrawn = (...drawn: number[]) => drawn.map((n) => ({ trials: n + 1, defaults: [{}] }));

describe('the sampler of a plan', () => {
  it('follows from how many settings the largest family draws', () => {
    expect(chooseSampler(null, withDrawn(0, 11)).sampler).toBe('quasi-random');
    expect(chooseSampler(null, withDrawn(2, 12)).sampler).toBe('tpe');
    expect(chooseSampler(null, withDrawn(61, 3)).sampler).toBe('tpe');
  });

  it.each(SamplerName.options)("is %s where a person says so, and the plan's card says that", (sampler) => {
    expect(samplePlan({ sampler }).sampler).toBe(sampler);
    const search = samplePlan({ sampler }).reasons.find(({ choice }) => choice === 'Search');
    expect(search?.reason).toMatch(
      /^Each family starts from strong defaults\. Your choice\. Further settings are /,
    );
  });
});
