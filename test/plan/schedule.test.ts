import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import type { SamplerName } from '../../src/ml/tuning/samplers/sampler.ts';
import type { Family, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Candidate } from '../../src/plan/plan.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { learnedSpecs, scoreOf } from './learned-specs.ts';
import { samplePlan } from './sample-plan.ts';

function schedule(
  trials: Partial<Record<Family, number>>,
  seed = 1,
  sampler: SamplerName = 'random',
  results: ReadonlyMap<number, Result> = new Map(),
): TrialSpec[] {
  const candidates = Object.entries(trials).map(([name, n]): Candidate => {
    const family = name as Family;
    const { defaults, space, why } = PORTFOLIO[family];
    return { family, trials: n, defaults: defaults.slice(0, n), space, reason: why };
  });
  const plan = samplePlan();
  const experiment = { ...plan.experiment, seed };
  const whole = new Schedule({ candidates, experiment, sampler });
  return whole.trials.map(({ number }) => whole.specOf(number, results) as TrialSpec);
}
type Result = Pick<TrialResult, 'state' | 'score'>;
const ofFamily = (specs: readonly TrialSpec[], wanted: Family) =>
  specs.filter(({ family }) => family === wanted).map(({ number, ...rest }) => rest);

describe('the schedule', () => {
  it('numbers its trials from 0 without gaps', () => {
    const specs = schedule({ linear: 4, gbdt: 9, mlp: 1 });
    expect(specs.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => i));
  });

  it('lets the families take turns, defaults first', () => {
    const specs = schedule({ extra_trees: 3, mlp: 2 });
    expect(specs.map(({ family, origin }) => `${family} ${origin}`)).toEqual([
      'extra_trees default',
      'mlp default',
      'extra_trees sampled',
      'mlp sampled',
      'extra_trees sampled',
    ]);
  });

  it("does not change a family's trials when another joins or gets more", () => {
    const alone = schedule({ gbdt: 5 });
    const together = schedule({ linear: 8, gbdt: 5, mlp: 3 });
    expect(ofFamily(together, 'gbdt')).toEqual(ofFamily(alone, 'gbdt'));
    expect(ofFamily(schedule({ gbdt: 9 }), 'gbdt').slice(0, 5)).toEqual(ofFamily(alone, 'gbdt'));
  });

  it('completes drawn settings with those of the first default', () => {
    const [, , , drawn] = schedule({ gbdt: 4 });
    const [first] = PORTFOLIO.gbdt.defaults;
    expect(Object.keys(drawn?.parameters ?? {}).sort()).toEqual(Object.keys(first ?? {}).sort());
    expect(drawn?.parameters).toMatchObject({ maxSteps: first?.maxSteps });
  });

  it('draws other settings and seeds from another seed', () => {
    const [one, other] = [schedule({ gbdt: 4 }, 1), schedule({ gbdt: 4 }, 2)];
    expect(other.slice(1).map(({ parameters }) => parameters)).not.toEqual(
      one.slice(1).map(({ parameters }) => parameters),
    );
    expect(new Set([...one, ...other].map(({ seed }) => seed)).size).toBe(8);
  });

  it('is the same in another process', () => {
    const script = `
      import { learnedSpecs } from './test/plan/learned-specs.ts';
      process.stdout.write(JSON.stringify(learnedSpecs()));`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const command = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, command, { cwd, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual(learnedSpecs());
  });
});

describe('the schedule of a sampler that learns', () => {
  const plan = samplePlan({ families: ['gbdt', 'linear'] });
  const { defaults } = PORTFOLIO.gbdt;
  const learning = (sampler: SamplerName, trials = 16) =>
    new Schedule({
      ...plan,
      sampler,
      candidates: plan.candidates.map((candidate) => ({ ...candidate, trials })),
    });
  const complete = (score: number): Result => ({ state: 'complete', score });

  it('knows a setting as soon as the results up to four turns ago are known, and not before', () => {
    const schedule = learning('tpe');
    const own = schedule.trials.filter(({ family }) => family === 'gbdt');
    const results = new Map<number, Result>();
    for (const { number, turn } of own) {
      const isKnown = schedule.specOf(number, results) !== null;
      expect(isKnown, `turn ${turn}`).toBe(turn < Math.max(4, defaults.length));
      if (turn >= 4) break;
    }
    for (const [turn, { number }] of own.entries()) {
      results.set(number, complete(0.8));
      const next = own[turn + 4];
      if (next) expect(schedule.specOf(next.number, results), `turn ${turn + 4}`).not.toBeNull();
      const after = own[turn + 5];
      if (after) expect(schedule.specOf(after.number, results), `turn ${turn + 5}`).toBeNull();
    }
  });

  it('does not look at results that came early', () => {
    const [one, other] = [learning('gaussian-process'), learning('gaussian-process')];
    const results = new Map(one.trials.map(({ number }) => [number, complete(number / 100)] as const));
    const latest = one.trials.filter(({ turn }) => turn > 12 - 4).map(({ number }) => number);
    const changed = new Map([...results, ...latest.map((number) => [number, complete(-1)] as const)]);
    const twelfth = one.trials.find(({ turn, family }) => turn === 12 && family === 'gbdt')?.number as number;
    expect(one.specOf(twelfth, results)).toEqual(other.specOf(twelfth, changed));
    const next = one.trials.find(({ turn, family }) => turn === 13 && family === 'gbdt')?.number as number;
    expect(one.specOf(next, results)).not.toEqual(other.specOf(next, changed));
  });

  it('draws nearer to what scored well, in the direction of the metric', () => {
    const distance = (metric: 'roc_auc' | 'log_loss', sampler: SamplerName = 'gaussian-process') => {
      const schedule = new Schedule({
        ...plan,
        sampler,
        experiment: { ...plan.experiment, metric },
        candidates: [
          { ...(plan.candidates.find(({ family }) => family === 'gbdt') as Candidate), trials: 30 },
        ],
      });
      const results = new Map<number, Result>();
      const rates: number[] = [];
      for (const { number } of schedule.trials) {
        const spec = schedule.specOf(number, results) as TrialSpec;
        results.set(number, complete(metric === 'roc_auc' ? scoreOf(spec) : -scoreOf(spec)));
        rates.push(Math.abs(Math.log((spec.parameters.learningRate as number) / 0.05)));
      }
      const late = rates.slice(20);
      return late.reduce((sum, rate) => sum + rate, 0) / late.length;
    };
    const blind = distance('roc_auc', 'random');
    expect(distance('roc_auc')).toBeLessThan(0.7 * blind);
    expect(distance('log_loss')).toBeLessThan(0.7 * blind);
  });

  it('counts a failed trial as a bad place, not as nothing', () => {
    const [one, other] = [learning('tpe'), learning('tpe')];
    const results = new Map(one.trials.map(({ number }) => [number, complete(number / 100)] as const));
    const failed = new Map(results);
    for (const { number, turn } of one.trials) {
      if (turn < 4) failed.set(number, { state: 'failed', score: null });
    }
    const last = one.trials.at(-1)?.number as number;
    expect(one.specOf(last, results)).not.toEqual(other.specOf(last, failed));
  });
});
