import { describe, expect, it } from 'vitest';
import type { stateValues } from '../../../playground/server/inputs.ts';
import type { Block } from '../../../playground/server/types.ts';
import type { PlanRecord } from '../../../src/plan/plan.ts';
import type { Profile } from '../../../src/profile/profile.ts';
import { NO_REQUIREMENTS, type Requirements } from '../../../src/requirements/requirements.ts';
import { Submission } from '../../../src/slack/modals/inputs.ts';
import { planEditModal, planRejectModal, readPlanEdit } from '../../../src/slack/modals/plan-modals.ts';
import { expectSlackTakesView, profileOf, proposedPlan, THREAD, WILD_NAMES, wildPlan } from '../samples.ts';
import { fill } from './fill.ts';

const CONTEXT = { threadId: THREAD, planId: 'p'.repeat(16), hash: 'h'.repeat(64) };

function edit(
  record: PlanRecord,
  profile: Profile,
  requirements: Requirements = NO_REQUIREMENTS,
  entered: Parameters<typeof stateValues>[2] = {},
) {
  const view = planEditModal(CONTEXT, record, profile, requirements);
  expectSlackTakesView(view);
  return readPlanEdit(new Submission(fill(view.blocks as Block[], entered)), profile);
}

describe('the form that edits a plan', () => {
  const record = proposedPlan();
  const profile = profileOf(['tenure', 'signed_on', 'customer_id', 'churn'], {
    timeColumns: ['signed_on'],
    groupColumns: ['customer_id'],
  });

  it('sent as it is, says what the plan says', () => {
    expect(edit(record, profile)).toEqual({
      change: {
        target: 'churn',
        metric: 'roc_auc',
        split: null,
        repeats: null,
        nested: null,
        gap: null,
        families: ['linear', 'gbdt', 'mlp'],
        trials: null,
        sampler: null,
        pruner: null,
        shards: null,
        startsFrom: null,
        recalibration: 'none',
        budgetSeconds: 90,
        ...{ cpuSeconds: null, memoryMb: null, costLimit: null, ranges: null },
        seed: 1,
      },
    });
  });

  it('reads back what was changed', () => {
    const entered = {
      target: 'column-0',
      metric: 'log_loss',
      split: 'time-1',
      repeats: '4',
      nested: '10',
      gap: '7 days',
      families: ['linear'],
      trials: '7',
      sampler: 'gaussian-process',
      pruner: 'median',
      recalibration: 'isotonic',
      shards: '4',
      starts: 'nothing',
      budget: '30',
      cpu: '2.5',
      memory: '800',
      ranges: 'gbdt learningRate 0.02 to 0.1\nlinear penalty l1 or l2',
      seed: '4294967295',
    };
    expect(edit(record, profile, NO_REQUIREMENTS, entered)).toEqual({
      change: {
        target: 'tenure',
        metric: 'log_loss',
        split: { kind: 'time', column: 'signed_on' },
        repeats: 4,
        nested: 10,
        gap: { size: 7, unit: 'day' },
        families: ['linear'],
        trials: 7,
        sampler: 'gaussian-process',
        pruner: 'median',
        shards: 4,
        startsFrom: 'nothing',
        recalibration: 'isotonic',
        budgetSeconds: 30,
        cpuSeconds: 150,
        memoryMb: 800,
        costLimit: null,
        ranges: {
          gbdt: { learningRate: { low: 0.02, high: 0.1 } },
          linear: { penalty: { choices: ['l1', 'l2'] } },
        },
        seed: 4294967295,
      },
    });
  });

  it('shows a sampler that was chosen before, and can give the choice back', () => {
    const chosen = { ...NO_REQUIREMENTS, sampler: 'tpe' as const };
    expect(edit(record, profile, chosen)).toMatchObject({ change: { sampler: 'tpe' } });
    expect(edit(record, profile, chosen, { sampler: 'auto' })).toMatchObject({ change: { sampler: null } });
  });

  it('does not speak of probabilities where values are predicted', () => {
    const { plan } = record;
    const experiment = { ...plan.experiment, task: 'regression' as const, metric: 'rmse' as const };
    const read = edit({ ...record, plan: { ...plan, experiment } }, profile);
    expect('change' in read && 'recalibration' in read.change).toBe(false);
  });

  it('keeps a split by a column that it would not have offered by itself', () => {
    const split = { kind: 'group', column: 'tenure' } as const;
    expect(edit(record, profile, { ...NO_REQUIREMENTS, split })).toMatchObject({ change: { split } });
  });

  it('keeps the column to predict in a table of 5,000, where people type its name', () => {
    const wide = profileOf([...Array.from({ length: 4999 }, (_, i) => `c${i}`), 'churn']);
    expect(edit(record, wide)).toMatchObject({ change: { target: 'churn' } });
    expect(edit(record, wide, NO_REQUIREMENTS, { target: ' c17 ' })).toMatchObject({
      change: { target: 'c17' },
    });
    expect(edit(record, wide, NO_REQUIREMENTS, { target: 'c5000' })).toEqual({
      errors: { target: expect.stringContaining('no column of that name') },
    });
  });

  it('wants something to be tried', () => {
    expect(edit(record, profile, NO_REQUIREMENTS, { families: [] })).toEqual({
      errors: { families: expect.stringContaining('at least one') },
    });
  });

  it.each([
    [{ cpu: '0' }, { cpu: 'Please give CPU minutes from 0.1 to 144000.' }],
    [{ memory: '12' }, { memory: 'Please give MB from 64 to 10000000.' }],
    [{ ranges: 'gbdt learningRate 0.1 to 0.02' }, { ranges: expect.stringContaining('upside down') }],
    [{ ranges: 'gbdt learningRate' }, { ranges: expect.stringContaining('is not a range such as') }],
    [{ ranges: 'xgb learningRate 1 to 2' }, { ranges: expect.stringContaining('xgb is not a family') }],
  ])('says what is wrong with %j', (entered, errors) => {
    expect(edit(record, profile, NO_REQUIREMENTS, entered)).toEqual({ errors });
  });

  it('asks for a price where a core-hour has one', () => {
    const priced = proposedPlan({ price: { perCoreHour: 0.05, currency: 'EUR' } });
    const limited = { ...NO_REQUIREMENTS, costLimit: 0.25 };
    expect(edit(priced, profile, limited)).toMatchObject({ change: { costLimit: 0.25 } });
    expect(edit(priced, profile, limited, { cost: '1.5' })).toMatchObject({ change: { costLimit: 1.5 } });
    expect(edit(priced, profile, limited, { cost: '-1' })).toEqual({
      errors: { cost: 'Please give an amount above 0.' },
    });
  });

  it('shows the ranges that were set before', () => {
    const ranges = { gbdt: { learningRate: { low: 0.02, high: 0.1 } } };
    expect(edit(record, profile, { ...NO_REQUIREMENTS, ranges })).toMatchObject({ change: { ranges } });
  });

  it.each(WILD_NAMES)('takes a table whose columns are called %j', (name) => {
    const wild = profileOf([name, `${name}2`], { timeColumns: [name], groupColumns: [`${name}2`] });
    const split = { kind: 'group', column: `${name}2` } as const;
    const result = edit(wildPlan(name), wild, { ...NO_REQUIREMENTS, split });
    expect(result).toMatchObject({ change: { target: name, split } });
  });
});

describe('the form that asks why', () => {
  it('is one that Slack takes, at any version', () => {
    expectSlackTakesView(planRejectModal(CONTEXT, proposedPlan({}, { version: 123_456 })));
  });
});
