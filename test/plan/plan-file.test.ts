import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { planHash } from '../../src/plan/identity.ts';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
import { samplePlan } from './sample-plan.ts';

function complaint(text: string): string {
  try {
    parsePlanFile(text, 'plan.json');
  } catch (error) {
    if (error instanceof ModelwrightError && error.code === 'PLAN_FILE_INVALID') return error.person;
  }
  throw new Error('the file was taken');
}

describe('a plan file', () => {
  it('gives back the plan that was written', () => {
    const plan = samplePlan();
    const file = parsePlanFile(formatPlanFile(plan, 'data/telco_churn.csv'), 'plan.json');
    expect(file).toEqual({ hash: planHash(plan), plan, data: 'data/telco_churn.csv' });
  });

  it.each([
    ['"seed": 1', '"seed": 2'],
    ['"trials": 8', '"trials": 9'],
    ['"goal": "predict churn"', '"goal": "predict churn well"'],
  ])('that was edited (%s to %s) is noticed', (before, after) => {
    const text = formatPlanFile(samplePlan(), 'data.csv');
    expect(text).toContain(before);
    expect(complaint(text.replace(before, after))).toContain('it was changed after it was written');
  });

  it('may name data that was moved', () => {
    const text = formatPlanFile(samplePlan(), 'here.csv').replace('here.csv', 'there.csv');
    expect(parsePlanFile(text, 'plan.json').data).toBe('there.csv');
  });

  it('may be written with other spaces and in another order', () => {
    const { hash, plan, data } = JSON.parse(formatPlanFile(samplePlan(), 'data.csv'));
    expect(parsePlanFile(JSON.stringify({ data, plan, hash }), 'plan.json').plan).toEqual(samplePlan());
  });

  it.each([
    ['', 'it is not JSON'],
    ['churn,tenure\n1,2', 'it is not JSON'],
    ['null', 'cannot be used: Invalid input: expected object'],
    ['[]', 'cannot be used: Invalid input: expected object'],
    ['{}', 'hash: '],
    [JSON.stringify({ hash: 'x', data: 'y', plan: { ...samplePlan(), format: 2 } }), 'plan.format: '],
    [
      JSON.stringify({ hash: 'x', data: 'y', plan: { ...samplePlan(), candidates: [] } }),
      'plan.candidates: ',
    ],
  ])('with %j is refused with a sentence that says where', (text, sentence) => {
    expect(complaint(text)).toContain(sentence);
    expect(complaint(text)).toMatch(/^The plan file plan\.json cannot be used: /);
  });
});
