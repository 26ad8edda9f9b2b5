import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import type { Family, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Candidate } from '../../src/plan/plan.ts';
import { scheduleTrials } from '../../src/plan/schedule.ts';
import { samplePlan } from './sample-plan.ts';

function schedule(trials: Partial<Record<Family, number>>, seed = 1): TrialSpec[] {
  const candidates = Object.entries(trials).map(([name, n]): Candidate => {
    const family = name as Family;
    const { defaults, space, why } = PORTFOLIO[family];
    return { family, trials: n, defaults: defaults.slice(0, n), space, reason: why };
  });
  const plan = samplePlan();
  return scheduleTrials({ candidates, experiment: { ...plan.experiment, seed } });
}
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
      import { scheduleTrials } from './src/plan/schedule.ts';
      import { samplePlan } from './test/plan/sample-plan.ts';
      process.stdout.write(JSON.stringify(scheduleTrials(samplePlan())));`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const command = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, command, { cwd, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual(scheduleTrials(samplePlan()));
  });
});
