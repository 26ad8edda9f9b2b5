import { describe, expect, it } from 'vitest';
import type { Profile, TargetCandidate } from '../../src/profile/profile.ts';
import { isBlocking, openQuestions, settledTarget } from '../../src/requirements/questions.ts';
import { NO_REQUIREMENTS, type Requirements } from '../../src/requirements/requirements.ts';
import { profileOf, targetOf, telco } from '../plan/sample-inputs.ts';

const wanting = (change: Partial<Requirements>): Requirements => ({ ...NO_REQUIREMENTS, ...change });
const ids = (questions: readonly { id: string }[]) => questions.map(({ id }) => id);

describe('open questions', () => {
  it('come with the blocking ones first', () => {
    const questions = openQuestions(NO_REQUIREMENTS, telco.profile, telco.target);
    expect(ids(questions)).toEqual(['suspect', 'metric', 'budget', 'deployment']);
    expect(questions.map(isBlocking)).toEqual([true, false, false, false]);
  });

  it('ask for the target, with the candidates, when neither request nor data decide it', () => {
    const [first] = openQuestions(NO_REQUIREMENTS, telco.profile, null);
    expect(first).toEqual({ id: 'target', options: ['churn'] });
    expect(isBlocking(first as NonNullable<typeof first>)).toBe(true);
  });

  it('do not ask for a target that was chosen and only waits for its profile', () => {
    const questions = openQuestions(wanting({ target: 'churn' }), telco.profile, null);
    expect(ids(questions)).not.toContain('target');
  });

  it.each(['keep', 'drop', 'known'] as const)(
    'do not ask again about a suspect that was decided: %s',
    (decision) => {
      const requirements = wanting({ columnDecisions: { contract: decision } });
      expect(ids(openQuestions(requirements, telco.profile, telco.target))).not.toContain('suspect');
    },
  );

  it.each(['constructor', 'toString', '__proto__'])('ask about a suspect called %s', (column) => {
    const suspects = [
      { column, kind: 'identifier', evidence: 'It counts the rows.', suggestion: 'drop' },
    ] as const;
    const target = targetOf('y', 'binary', { suspects: [...suspects] });
    expect(ids(openQuestions(NO_REQUIREMENTS, profileOf(['y', column]), target))).toContain('suspect');
  });

  it('leave out everything that was said', () => {
    const requirements = wanting({
      target: 'churn',
      metric: 'recall',
      budgetSeconds: 60,
      deployment: 'a nightly batch',
      columnDecisions: { contract: 'drop' },
      split: { kind: 'random' },
    });
    const profile: Profile = { ...telco.profile, timeColumns: ['signed_up'] };
    expect(openQuestions(requirements, profile, telco.target)).toEqual([]);
  });

  it('take what a mistake costs as an answer to the question of the metric', () => {
    const requirements = wanting({ businessMeaning: 'a missed churner costs 400' });
    expect(ids(openQuestions(requirements, telco.profile, telco.target))).not.toContain('metric');
  });

  it('ask for the split only when a column hints at time or owners, each column once', () => {
    const hinting = { ...telco.profile, timeColumns: ['day'], groupColumns: ['day', 'owner'] };
    const split = openQuestions(NO_REQUIREMENTS, hinting, telco.target).find(({ id }) => id === 'split');
    expect(split).toEqual({ id: 'split', columns: ['day', 'owner'] });
  });

  it('do not take the target itself for a hint', () => {
    const profile = { ...telco.profile, timeColumns: ['churn'] };
    expect(ids(openQuestions(NO_REQUIREMENTS, profile, telco.target))).not.toContain('split');
    expect(ids(openQuestions(wanting({ target: 'churn' }), profile, null))).not.toContain('split');
  });
});

describe('the settled target', () => {
  const candidate = (column: string, plausibility: number): TargetCandidate => ({
    column,
    task: 'binary',
    plausibility,
    reason: 'It has two values.',
  });
  const settled = (...targetCandidates: TargetCandidate[]) =>
    settledTarget(NO_REQUIREMENTS, profileOf(['a', 'b'], { targetCandidates }));

  it('is the one that was named, whatever the data suggests', () => {
    const profile = profileOf(['a', 'b'], { targetCandidates: [candidate('a', 1)] });
    expect(settledTarget(wanting({ target: 'b' }), profile)).toBe('b');
  });

  it('is the only plausible candidate, or one that is clearly ahead', () => {
    expect(settled(candidate('a', 0.5))).toBe('a');
    expect(settled(candidate('a', 0.8), candidate('b', 0.6))).toBe('a');
  });

  it('is left to a person when none is plausible or two are close', () => {
    expect(settled()).toBeNull();
    expect(settled(candidate('a', 0.49))).toBeNull();
    expect(settled(candidate('a', 0.8), candidate('b', 0.7))).toBeNull();
  });
});
