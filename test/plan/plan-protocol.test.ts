import { describe, expect, it } from 'vitest';
import { Experiment } from '../../src/ml/experiment.ts';
import { plannedEvaluation, withGap } from '../../src/plan/plan-protocol.ts';
import { readGap } from '../../src/requirements/gap-words.ts';
import { NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';
import { shopExperiment } from '../ml/search/small-experiment.ts';
import { column, profileOf, targetOf } from './sample-inputs.ts';

const target = targetOf('churn', 'binary');
const few = profileOf(['a', 'churn'], { rows: 999 });
const many = profileOf(['a', 'churn'], { rows: 1000 });
const time = { kind: 'time', column: 'day' } as const;

describe('how scores are measured', () => {
  it('is repeated and nested for few rows, where nobody says otherwise', () => {
    const split = { kind: 'stratified' } as const;
    expect(plannedEvaluation(few, target, split, NO_REQUIREMENTS)).toEqual({ repeats: 3, nested: 5 });
    expect(plannedEvaluation(many, target, split, NO_REQUIREMENTS)).toEqual({});
    expect(plannedEvaluation(few, target, time, NO_REQUIREMENTS)).toEqual({ nested: 5 });
    const wanted = { ...NO_REQUIREMENTS, repeats: 1, nested: 0 };
    expect(plannedEvaluation(few, target, split, wanted)).toEqual({});
  });

  it('has the gap that is wanted, else the one that the outcome suggests', () => {
    const dated = profileOf(['day', 'churn'], {
      columns: [column('day', { type: 'datetime' }), column('churn')],
    });
    const gap = { size: 30, unit: 'day' } as const;
    const suggested = { ...target, gap: { column: 'day', gap, reason: 'It looks ahead.' } };
    expect(withGap(time, suggested, NO_REQUIREMENTS, dated)).toEqual({ ...time, gap });
    expect(withGap(time, target, NO_REQUIREMENTS, dated)).toEqual(time);
    const none = { ...NO_REQUIREMENTS, gap: { size: 0, unit: 'row' as const } };
    expect(withGap(time, suggested, none, dated)).toEqual(time);
    const unfit = { ...NO_REQUIREMENTS, gap: { size: 2, unit: 'value' as const } };
    expect(() => withGap(time, target, unfit, dated)).toThrow(/no meaning along day/);
  });

  it('is read from plans that know nothing of it', () => {
    const old = JSON.parse(JSON.stringify(shopExperiment('binary', { split: time })));
    expect(Experiment.parse(old)).toEqual(old);
  });
});

describe('a gap in words', () => {
  it.each([
    ['30', { size: 30, unit: 'row' }],
    ['7d', { size: 7, unit: 'day' }],
    ['12 hours', { size: 12, unit: 'hour' }],
    ['1.5 units', { size: 1.5, unit: 'value' }],
    ['none', { size: 0, unit: 'row' }],
    ['2.5 rows', null],
    ['soon', null],
  ] as const)('%s', (text, gap) => {
    expect(readGap(text)).toEqual(gap);
  });
});
