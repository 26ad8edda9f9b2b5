import { describe, expect, it } from 'vitest';
import { changeRequirements, NO_REQUIREMENTS, Requirements } from '../../src/requirements/requirements.ts';

describe('changing requirements', () => {
  it('keeps what is not mentioned, and what is mentioned as undefined', () => {
    const before = changeRequirements(NO_REQUIREMENTS, { goal: 'predict churn', budgetSeconds: 60 });
    const after = changeRequirements(before, { metric: 'recall' });
    expect(after).toEqual({ ...NO_REQUIREMENTS, goal: 'predict churn', budgetSeconds: 60, metric: 'recall' });
    const holes = { goal: undefined } as unknown as { goal: string };
    expect(changeRequirements(after, holes)).toEqual(after);
  });

  it('takes null as taking something back', () => {
    const before = changeRequirements(NO_REQUIREMENTS, { metric: 'recall' });
    expect(changeRequirements(before, { metric: null }).metric).toBeNull();
  });

  it('adds decisions about columns to earlier ones; the last about a column counts', () => {
    const first = changeRequirements(NO_REQUIREMENTS, { columnDecisions: { a: 'drop', b: 'keep' } });
    const second = changeRequirements(first, { columnDecisions: { b: 'known' } });
    expect(second.columnDecisions).toEqual({ a: 'drop', b: 'known' });
  });

  it('changes neither of its arguments', () => {
    const change = { columnDecisions: { a: 'drop' as const } };
    changeRequirements(NO_REQUIREMENTS, change);
    expect(NO_REQUIREMENTS.columnDecisions).toEqual({});
    expect(change).toEqual({ columnDecisions: { a: 'drop' } });
  });
});

describe('requirements out of range', () => {
  it.each([
    [{ budgetSeconds: 5 }, 'A run may take from 10 seconds to one day.'],
    [{ budgetSeconds: 90_000 }, 'A run may take from 10 seconds to one day.'],
    [{ budgetSeconds: 10.5 }, 'A run may take from 10 seconds to one day.'],
    [{ trials: 0 }, 'A plan has from 1 to 1,000 trials.'],
    [{ seed: -1 }, 'A seed is a whole number from 0 to 4,294,967,295.'],
    [{ goal: 'x'.repeat(501) }, 'Please say that in at most 500 characters.'],
  ])('%j are refused with a sentence for the person', (change, sentence) => {
    const parsed = Requirements.partial().safeParse(change);
    expect(parsed.error?.issues[0]?.message).toBe(sentence);
  });

  it('nothing said is valid', () => {
    expect(Requirements.parse(NO_REQUIREMENTS)).toEqual(NO_REQUIREMENTS);
  });
});
