import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { checkSpace } from '../../src/ml/tuning/check-space.ts';
import type { Distribution, SearchSpace } from '../../src/ml/tuning/distributions.ts';
import { drawSetting } from '../../src/ml/tuning/samplers/random.ts';
import type { Observation, SamplerName } from '../../src/ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../../src/ml/tuning/samplers/samplers.ts';
import { isInSpace } from '../../src/ml/tuning/settings.ts';
import { Study } from '../../src/ml/tuning/study.ts';
import { askedFor, MIXED_SPACE, mixedValue } from './sampler-study.ts';

/** What holds for every sampler, whatever it learns from earlier trials. */
export function samplerContract(name: SamplerName): void {
  const sampler = SAMPLERS[name];
  const suggest = (space: SearchSpace, seed: number, number: number, trials: readonly Observation[] = []) =>
    sampler.suggest({ space, seed, number, planned: 50, trials });

  describe(`${name} as a sampler`, () => {
    it('suggests settings of the space and nothing else, for any space and any past', () => {
      fc.assert(
        fc.property(spaces, fc.nat(), fc.array(outcomes, { maxLength: 24 }), (space, seed, past) => {
          expect(checkSpace(space)).toEqual([]);
          const random = new Random(seed);
          const trials = past.map((outcome) => ({ ...outcome, parameters: drawSetting(space, random) }));
          const parameters = suggest(space, seed, past.length, trials);
          expect(isInSpace(space, parameters)).toBe(true);
          expect(Object.keys(space)).toEqual(expect.arrayContaining(Object.keys(parameters)));
        }),
        { numRuns: 60 },
      );
    });

    it('has a value for a conditional parameter exactly where it exists', () => {
      const settings = askedFor(name, 40, 1);
      const sgd = settings.filter(({ optimizer }) => optimizer === 'sgd');
      const other = settings.filter(({ optimizer }) => optimizer !== 'sgd');
      expect(sgd.length).toBeGreaterThan(0);
      expect(other.length).toBeGreaterThan(0);
      for (const setting of sgd) expect(setting.momentum).toBeTypeOf('number');
      for (const setting of other) expect(setting).not.toHaveProperty('momentum');
    });

    it('suggests different settings one after the other, the same ones from the same seed', () => {
      const [one, again, other] = [askedFor(name, 15, 3), askedFor(name, 15, 3), askedFor(name, 15, 4)];
      expect(again).toEqual(one);
      expect(other).not.toEqual(one);
      expect(new Set(one.map((parameters) => JSON.stringify(parameters))).size).toBe(15);
    });

    it('suggests the same settings in another process', () => {
      const script = `
        import { askedFor } from './test/contracts/sampler-study.ts';
        console.log(JSON.stringify(askedFor(${JSON.stringify(name)}, 16, 11)));`;
      const there = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', script],
        { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
      );
      expect(JSON.parse(there)).toEqual(askedFor(name, 16, 11));
    });

    it('tells settings apart that are asked for side by side', () => {
      const study = new Study({ space: MIXED_SPACE, sampler, seed: 2, planned: 30 });
      for (let i = 0; i < 12; i++) {
        const { number, parameters } = study.ask();
        study.tell(number, mixedValue(parameters));
      }
      const together = Array.from({ length: 4 }, () => JSON.stringify(study.ask().parameters));
      expect(new Set(together).size).toBe(4);
    });

    it('goes on when every trial has failed or has the same value', () => {
      for (const value of [Number.NaN, 1, Number.POSITIVE_INFINITY]) {
        const study = new Study({ space: MIXED_SPACE, sampler, seed: 1, planned: 20 });
        for (let i = 0; i < 15; i++) {
          const { number, parameters } = study.ask();
          expect(isInSpace(MIXED_SPACE, parameters)).toBe(true);
          study.tell(number, value);
        }
      }
    });

    it('has nothing to suggest in an empty space', () => {
      expect(suggest({}, 1, 0)).toEqual({});
    });

    it(sampler.learns ? 'learns from what it was told' : 'does not look at what it was told', () => {
      const last = (flip: number) => {
        const study = new Study({ space: MIXED_SPACE, sampler, seed: 5, planned: 20 });
        for (let i = 0; i < 14; i++) {
          const { number, parameters } = study.ask();
          study.tell(number, flip * mixedValue(parameters));
        }
        return study.ask().parameters;
      };
      if (sampler.learns) expect(last(-1)).not.toEqual(last(1));
      else expect(last(-1)).toEqual(last(1));
    });
  });
}

const outcomes = fc.oneof(
  fc.record({
    state: fc.constant('complete' as const),
    value: fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  }),
  fc.record({
    state: fc.constantFrom('running' as const, 'failed' as const),
    value: fc.constant(Number.NaN),
  }),
);

const span = { noNaN: true };
const numeric = fc.oneof(
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, ...span }), fc.double({ min: 0, max: 1e6, ...span }))
    .map(([low, width]): Distribution => ({ kind: 'float', low, high: low + width, log: false })),
  fc.constant<Distribution>({ kind: 'float', low: -Number.MAX_VALUE, high: Number.MAX_VALUE, log: false }),
  fc
    .tuple(fc.double({ min: 1e-9, max: 1e3, ...span }), fc.double({ min: 1, max: 1e6, ...span }))
    .map(([low, factor]): Distribution => ({ kind: 'float', low, high: low * factor, log: true })),
  fc
    .tuple(fc.integer({ min: 1, max: 500 }), fc.nat(1000), fc.boolean())
    .map(([low, width, log]): Distribution => ({ kind: 'int', low, high: low + width, log })),
);
const choices = fc
  .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((values): Distribution & { kind: 'categorical' } => ({ kind: 'categorical', choices: values }));
const flatSpaces = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
  fc.oneof(numeric, choices),
  { maxKeys: 6 },
);
/** With a choice that two more parameters depend on, one of them through the other. */
const spaces = fc.oneof(
  flatSpaces,
  fc.tuple(flatSpaces, choices, choices, numeric).map(([flat, parent, child, grandchild]): SearchSpace => {
    const [first] = parent.choices;
    const [second] = child.choices;
    return {
      'a number of a choice': {
        ...grandchild,
        when: { parameter: 'a choice of a choice', values: [second as string] },
      },
      ...flat,
      'a choice of a choice': { ...child, when: { parameter: 'a choice', values: [first as string] } },
      'a choice': parent,
    };
  }),
);
