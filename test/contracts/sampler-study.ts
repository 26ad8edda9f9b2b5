/** A short study over a space of every kind of parameter; can be run in another process. */
import type { Parameters, SearchSpace } from '../../src/ml/tuning/distributions.ts';
import type { SamplerName } from '../../src/ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../../src/ml/tuning/samplers/samplers.ts';
import { Study } from '../../src/ml/tuning/study.ts';

/** Ranges of both kinds, choices, and a parameter that only one choice has. */
export const MIXED_SPACE: SearchSpace = {
  momentum: {
    kind: 'float',
    low: 0,
    high: 0.99,
    log: false,
    when: { parameter: 'optimizer', values: ['sgd'] },
  },
  rate: { kind: 'float', low: 1e-4, high: 1, log: true },
  leaves: { kind: 'int', low: 4, high: 256, log: true },
  subsample: { kind: 'float', low: 0.5, high: 1, log: false },
  depth: { kind: 'int', low: 2, high: 8, log: false },
  optimizer: { kind: 'categorical', choices: ['sgd', 'adam', 3, true] },
};

/** Lowest at a rate of 0.01, 32 leaves and a depth of 5 with adam. */
export function mixedValue({ rate, leaves, depth, optimizer }: Parameters): number {
  const off = (value: unknown, best: number) => Math.log((value as number) / best) ** 2;
  const shape = off(rate, 0.01) + off(leaves, 32) + ((depth as number) - 5) ** 2 / 4;
  return shape + (optimizer === 'adam' ? 0 : 2);
}

/** The first settings of a study, each told before the next is asked for. */
export function askedFor(name: SamplerName, count: number, seed: number): Parameters[] {
  const study = new Study({ space: MIXED_SPACE, sampler: SAMPLERS[name], seed, planned: count });
  return Array.from({ length: count }, () => {
    const { number, parameters } = study.ask();
    study.tell(number, mixedValue(parameters));
    return parameters;
  });
}
