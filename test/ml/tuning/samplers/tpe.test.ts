import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { Parameters, SearchSpace } from '../../../../src/ml/tuning/distributions.ts';
import { parzenEstimator } from '../../../../src/ml/tuning/samplers/parzen-estimator.ts';
import type { Observation } from '../../../../src/ml/tuning/samplers/sampler.ts';
import { tpeSampler } from '../../../../src/ml/tuning/samplers/tpe.ts';
import { Study } from '../../../../src/ml/tuning/study.ts';
import { samplerContract } from '../../../contracts/sampler.ts';

samplerContract('tpe');

interface Oracle {
  readonly asked: readonly Parameters[];
  readonly densities: readonly { readonly trials: readonly Parameters[]; readonly logDensity: number[] }[];
}
const ORACLE: Oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/tuning/samplers.json', import.meta.url), 'utf8'),
);
const SPACE: SearchSpace = {
  rate: { kind: 'float', low: 1e-4, high: 1, log: true },
  share: { kind: 'float', low: 0.5, high: 1, log: false },
  leaves: { kind: 'int', low: 4, high: 256, log: true },
  depth: { kind: 'int', low: 2, high: 100, log: false },
  loss: { kind: 'categorical', choices: ['a', 'b', 'c'] },
};

describe('the Parzen estimator', () => {
  it.each(ORACLE.densities.slice(1))(
    "has the densities of Optuna's beside the prior's, case %#",
    ({ trials, logDensity }) => {
      const [prior] = ORACLE.densities;
      const [estimator, ours] = [parzenEstimator(SPACE, trials), parzenEstimator(SPACE, [])];
      for (const [i, setting] of ORACLE.asked.entries()) {
        // Units (a density per unit interval or per value) fall out of the difference.
        const expected = (logDensity[i] as number) - (prior?.logDensity[i] as number);
        expect(estimator.logDensity(setting) - ours.logDensity(setting)).toBeCloseTo(expected, 8);
      }
    },
  );

  it('draws as often as its density says', () => {
    const space: SearchSpace = {
      depth: { kind: 'int', low: 1, high: 4, log: false },
      loss: { kind: 'categorical', choices: ['a', 'b'] },
      extra: { kind: 'int', low: 1, high: 2, log: false, when: { parameter: 'loss', values: ['b'] } },
    };
    const estimator = parzenEstimator(space, [
      { depth: 4, loss: 'a' },
      { depth: 3, loss: 'b', extra: 2 },
    ]);
    const counts = new Map<string, number>();
    const random = new Random(1);
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      const drawn = JSON.stringify(estimator.sample(random));
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect(counts.size).toBe(12);
    let total = 0;
    for (const [setting, count] of counts) {
      const probability = Math.exp(estimator.logDensity(JSON.parse(setting)));
      total += probability;
      expect(Math.abs(count / n - probability)).toBeLessThan(4 * Math.sqrt(probability / n));
    }
    expect(total).toBeCloseTo(1, 10);
  });
});

describe('TPE', () => {
  it('starts from settings that do not depend on values, then searches where they were low', () => {
    const space: SearchSpace = { x: { kind: 'float', low: 0, high: 1, log: false } };
    const study = new Study({ space, sampler: tpeSampler, seed: 1, planned: 60 });
    const asked = Array.from({ length: 60 }, () => {
      const { number, parameters } = study.ask();
      const x = parameters.x as number;
      study.tell(number, (x - 0.2) ** 2);
      return x;
    });
    const near = (values: number[]) => values.filter((x) => Math.abs(x - 0.2) < 0.1).length;
    expect(near(asked.slice(0, 10))).toBeLessThanOrEqual(3);
    expect(near(asked.slice(30))).toBeGreaterThan(15);
  });

  it('keeps away from where trials still run', () => {
    const space: SearchSpace = { x: { kind: 'float', low: 0, high: 1, log: false } };
    const known = Array.from({ length: 20 }, (_, i) => ({
      parameters: { x: i / 20 },
      state: 'complete' as const,
      value: Math.abs(i / 20 - 0.5),
    }));
    const running = Array.from({ length: 10 }, () => ({
      parameters: { x: 0.5 },
      state: 'running' as const,
      value: Number.NaN,
    }));
    const distance = (trials: readonly Observation[]) => {
      const suggested = Array.from({ length: 30 }, (_, number) =>
        tpeSampler.suggest({ space, seed: 3, number, planned: 60, trials }),
      );
      return suggested.reduce((sum, { x }) => sum + Math.abs((x as number) - 0.5), 0) / 30;
    };
    expect(distance([...known, ...running])).toBeGreaterThan(1.5 * distance(known));
  });
});
