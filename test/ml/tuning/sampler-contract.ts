import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import { checkSpace } from '../../../src/ml/tuning/check-space.ts';
import type { Distribution, Parameters, SearchSpace } from '../../../src/ml/tuning/distributions.ts';

/** Draws a setting from a space; every sampler of the product has this shape. */
export type Sample = (space: SearchSpace, random: Random) => Parameters;

/** What holds for every sampler, whatever it learns from earlier trials.
 *  @param url of the module that exports the sampler. @param exported its name there. */
export function samplerContract(sample: Sample, url: URL, exported: string): void {
  describe(`${exported} as a sampler`, () => {
    it('draws every parameter from its distribution and nothing else', () => {
      fc.assert(
        fc.property(spaces, fc.nat(), (space, seed) => {
          expect(checkSpace(space)).toEqual([]);
          const parameters = sample(space, new Random(seed));
          expect(Object.keys(parameters).sort()).toEqual(Object.keys(space).sort());
          for (const [name, distribution] of Object.entries(space))
            expectInside(parameters[name], distribution);
        }),
      );
    });

    it('draws different settings from one generator, and the same ones from the same seed', () => {
      const draws = (seed: number) => {
        const random = new Random(seed);
        return Array.from({ length: 5 }, () => sample(mixed, random));
      };
      expect(draws(3)).toEqual(draws(3));
      expect(draws(3)).not.toEqual(draws(4));
      expect(new Set(draws(3).map((parameters) => parameters.rate)).size).toBe(5);
    });

    it('draws the same settings in another process', () => {
      const script = `
        const { ${exported} } = await import(${JSON.stringify(url.href)});
        const { Random } = await import(${JSON.stringify(new URL('../../../src/ml/random.ts', import.meta.url).href)});
        const random = new Random(11);
        console.log(JSON.stringify(Array.from({ length: 20 }, () => ${exported}(${JSON.stringify(mixed)}, random))));`;
      const there = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', script],
        { encoding: 'utf8' },
      );
      const random = new Random(11);
      expect(JSON.parse(there)).toEqual(Array.from({ length: 20 }, () => sample(mixed, random)));
    });

    it('has nothing to draw from an empty space', () => {
      expect(sample({}, new Random(1))).toEqual({});
    });
  });
}

const mixed: SearchSpace = {
  rate: { kind: 'float', low: 1e-4, high: 1, log: true },
  leaves: { kind: 'int', low: 4, high: 256, log: true },
  subsample: { kind: 'float', low: 0.5, high: 1, log: false },
  depth: { kind: 'int', low: 2, high: 8, log: false },
  loss: { kind: 'categorical', choices: ['squared', 'absolute', 3, true] },
};

const span = { minExcluded: false, noNaN: true };
const numeric = fc.oneof(
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, ...span }), fc.double({ min: 0, max: 1e6, ...span }))
    .map(([low, width]): Distribution => ({ kind: 'float', low, high: low + width, log: false })),
  fc
    .tuple(fc.double({ min: 1e-9, max: 1e3, ...span }), fc.double({ min: 1, max: 1e6, ...span }))
    .map(([low, factor]): Distribution => ({ kind: 'float', low, high: low * factor, log: true })),
  fc
    .tuple(fc.integer({ min: 1, max: 500 }), fc.nat(1000), fc.boolean())
    .map(([low, width, log]): Distribution => ({ kind: 'int', low, high: low + width, log })),
);
const choices = fc
  .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((values): Distribution => ({ kind: 'categorical', choices: values }));
const spaces = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
  fc.oneof(numeric, choices),
);

function expectInside(value: unknown, distribution: Distribution): void {
  if (distribution.kind === 'categorical') {
    expect(distribution.choices).toContain(value);
    return;
  }
  expect(value).toBeGreaterThanOrEqual(distribution.low);
  expect(value).toBeLessThanOrEqual(distribution.high);
  if (distribution.kind === 'int') expect(Number.isInteger(value)).toBe(true);
}
