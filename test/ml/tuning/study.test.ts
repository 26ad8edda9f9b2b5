import { describe, expect, it } from 'vitest';
import type { SearchSpace } from '../../../src/ml/tuning/distributions.ts';
import type { Observation, SamplerName } from '../../../src/ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../../../src/ml/tuning/samplers/samplers.ts';
import { Study } from '../../../src/ml/tuning/study.ts';

const SPACE: SearchSpace = { x: { kind: 'float', low: 0, high: 1, log: false } };
const studyOf = (sampler: SamplerName, earlier: readonly Observation[] = []) =>
  new Study({ space: SPACE, sampler: SAMPLERS[sampler], seed: 1, planned: 20, earlier });
const complete = (x: number): Observation => ({
  parameters: { x },
  state: 'complete',
  value: Math.abs(x - 0.7),
});

describe('a study', () => {
  it('numbers what is asked for, and takes each value once', () => {
    const study = studyOf('random');
    const asked = [study.ask(), study.ask(), study.ask()];
    expect(asked.map(({ number }) => number)).toEqual([0, 1, 2]);
    study.tell(2, 0.5);
    study.tell(0, Number.NaN);
    expect(() => study.tell(2, 0.4)).toThrow('trial 2 was told before');
    expect(() => study.tell(0, 0.4)).toThrow('trial 0 was told before');
  });

  it.each(['tpe', 'gaussian-process'] as const)('begins with %s where an earlier study ended', (sampler) => {
    const earlier = Array.from({ length: 25 }, (_, i) => complete(i / 24));
    const distances = (study: Study) =>
      Array.from({ length: 5 }, () => Math.abs((study.ask().parameters.x as number) - 0.7));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(distances(studyOf(sampler, earlier)))).toBeLessThan(0.12);
    expect(mean(distances(studyOf(sampler)))).toBeGreaterThan(0.2);
  });

  it('learns nothing from earlier trials outside of its space, and does not mind more parameters', () => {
    const outside = [
      ...Array.from({ length: 20 }, (_, i) => complete(1.5 + i)),
      { parameters: { y: 0.7 }, state: 'complete' as const, value: 0 },
    ];
    expect(studyOf('tpe', outside).ask()).toEqual(studyOf('tpe').ask());
    const inside = Array.from({ length: 20 }, (_, i) => complete(i / 19));
    const more = inside.map((trial) => ({ ...trial, parameters: { ...trial.parameters, maxSteps: 500 } }));
    expect(studyOf('tpe', more).ask()).toEqual(studyOf('tpe', inside).ask());
  });
});
