import { describe, expect, it } from 'vitest';
import type { InputValues } from '../../../playground/server/inputs.ts';
import type { Block } from '../../../playground/server/types.ts';
import type { Profile, TargetProfile } from '../../../src/profile/profile.ts';
import { NO_REQUIREMENTS, type Requirements } from '../../../src/requirements/requirements.ts';
import { Submission } from '../../../src/slack/modals/inputs.ts';
import { readRequirements, requirementsModal } from '../../../src/slack/modals/requirements-modal.ts';
import { expectSlackTakesView, profileOf, THREAD, targetOf, WILD_NAMES } from '../samples.ts';
import { fill } from './fill.ts';

function answer(
  profile: Profile,
  target: TargetProfile | null,
  requirements: Requirements = NO_REQUIREMENTS,
  entered: InputValues = {},
) {
  const view = requirementsModal({ threadId: THREAD }, profile, target, requirements);
  expectSlackTakesView(view);
  return readRequirements(new Submission(fill(view.blocks as Block[], entered)), profile);
}

describe('the form that asks what is needed', () => {
  const profile = profileOf(['tenure', 'churn'], { timeColumns: ['tenure'] });

  it('starts from what is assumed', () => {
    expect(answer(profile, targetOf('churn'))).toEqual({
      change: {
        target: 'churn',
        metric: null,
        split: null,
        budgetSeconds: 120,
        businessMeaning: null,
        deployment: null,
        existing: null,
        costs: null,
        sensitive: [],
      },
    });
  });

  it('starts from what was said before, and keeps it', () => {
    const said = {
      ...NO_REQUIREMENTS,
      target: 'tenure',
      metric: 'roc_auc' as const,
      split: { kind: 'time', column: 'tenure' } as const,
      budgetSeconds: 3600,
      businessMeaning: 'a missed churner costs 400',
      deployment: 'nightly',
      costs: { missed: 400, falseAlarm: 20 },
      existing: { metric: 'roc_auc' as const, score: 0.81, wanted: 0.85, rows: 400, leastGain: 0.02 },
      sensitive: ['tenure'],
    };
    const { target, metric, split, budgetSeconds, businessMeaning, deployment, existing, costs } = said;
    expect(answer(profile, targetOf('tenure'), said)).toEqual({
      change: {
        ...{ target, metric, split, budgetSeconds, businessMeaning, deployment, existing, costs },
        sensitive: ['tenure'],
      },
    });
  });

  it('reads shares in percent, and wants a score beside what is compared with it', () => {
    const values = { target: 'column-1', existing: '85', wanted: '0.9', testRows: '400' };
    expect(answer(profile, targetOf('churn'), NO_REQUIREMENTS, values)).toMatchObject({
      change: { existing: { metric: null, score: 0.85, wanted: 0.9, rows: 400 } },
    });
    const half = { target: 'column-1', wanted: '0.9' };
    expect(answer(profile, targetOf('churn'), NO_REQUIREMENTS, half)).toEqual({
      errors: { existing: expect.stringContaining('score') },
    });
  });

  it('offers what seems sensitive, and takes what the person leaves chosen', () => {
    const people = profileOf(['gender', 'tenure', 'churn']);
    const taken = answer(people, targetOf('churn'));
    expect(taken).toMatchObject({ change: { sensitive: ['gender'] } });
    const cleared = answer(people, targetOf('churn'), { ...NO_REQUIREMENTS, sensitive: [] });
    expect(cleared).toMatchObject({ change: { sensitive: [] } });
  });

  it('refuses a budget that cannot be, in words', () => {
    for (const budget of ['9', '86401', '10.5', 'abc', '']) {
      const values = { target: 'column-1', budget };
      expect(answer(profile, targetOf('churn'), NO_REQUIREMENTS, values)).toEqual({
        errors: { budget: 'Please give whole seconds from 10 to 86400.' },
      });
    }
  });

  it('wants a column of the data as the target', () => {
    const undecided = profileOf(['a', 'b']);
    expect(answer(undecided, null)).toEqual({ errors: { target: expect.stringContaining('no column') } });
    expect(answer(undecided, null, NO_REQUIREMENTS, { target: 'column-1' })).toMatchObject({
      change: { target: 'b' },
    });
  });

  it('offers only metrics that fit the task, and all of them while it is unknown', () => {
    const offered = (target: TargetProfile | null) => {
      const { blocks } = requirementsModal({ threadId: THREAD }, profile, target, NO_REQUIREMENTS);
      const metric = (blocks as Block[]).find((block) => block.block_id === 'metric');
      return JSON.stringify(metric);
    };
    expect(offered(targetOf('churn'))).not.toContain('rmse');
    expect(offered(targetOf('tenure', { task: 'regression', classes: [] }))).toContain('rmse');
    expect(offered(null)).toContain('rmse');
    expect(offered(null)).toContain('roc_auc');
  });

  it.each(WILD_NAMES)('takes a table whose columns are called %j', (name) => {
    const few = profileOf([name, 'b'], { timeColumns: [name], groupColumns: ['b'] });
    expect(answer(few, targetOf(name))).toMatchObject({ change: { target: name } });
    const many = profileOf([name.trim() || 'x', ...Array.from({ length: 4999 }, (_, i) => `c${i}`)]);
    const typed = name.trim() || 'x';
    expect(answer(many, targetOf(typed))).toMatchObject({ change: { target: typed } });
  });
});
