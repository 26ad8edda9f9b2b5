import { describe, expect, it } from 'vitest';
import { openQuestions } from '../../../src/requirements/questions.ts';
import { NO_REQUIREMENTS } from '../../../src/requirements/requirements.ts';
import { profileCard } from '../../../src/slack/cards/profile-card.ts';
import type { Reply } from '../../../src/thread/reply.ts';
import { expectSlackTakes, profileOf, suspectOf, THREAD, targetOf, WILD_NAMES } from '../samples.ts';

type ProfileReply = Extract<Reply, { kind: 'profile' }>;

function profileReply(change: Partial<ProfileReply> = {}): ProfileReply {
  const { profile = profileOf(['tenure', 'churn']), target = targetOf('churn') } = change;
  return {
    kind: 'profile',
    name: 'telco.csv',
    hash: 'a'.repeat(64),
    profile,
    target,
    requirements: NO_REQUIREMENTS,
    questions: openQuestions(NO_REQUIREMENTS, profile, target),
    notes: [],
    ...change,
  };
}

const cardOf = (change: Partial<ProfileReply> = {}) => profileCard(profileReply(change), THREAD, []);
const wordsOf = (card: ReturnType<typeof cardOf>) => JSON.stringify(card.blocks);

describe('a profile card', () => {
  it('says what was seen, which column is taken as the target, and how to go on', () => {
    const card = cardOf();
    expectSlackTakes(card);
    expect(card.text).toMatch(/^telco\.csv: 7,043 rows, 2 columns, 0% of the cells missing/);
    expect(card.text).toContain('I take churn as the target: 2 classes, No 73.5%, Yes 26.5%.');
    expect(wordsOf(card)).toContain('assumptions_accept');
  });

  it('shows a small share of missing cells without markup', () => {
    const profile = profileOf(['a', 'b']);
    const [first, ...rest] = profile.columns;
    const columns = [{ ...first, missing: 1 } as (typeof profile.columns)[number], ...rest];
    const card = cardOf({ profile: { ...profile, columns } });
    expectSlackTakes(card);
    expect(wordsOf(card)).toContain('&lt;0.1% of the cells missing');
    expect(card.text).toContain('<0.1% of the cells missing');
  });

  it('asks for the target with a button for each candidate', () => {
    const targetCandidates = ['a', 'b', 'c', 'd', 'e', 'f'].map((column) => ({
      column,
      task: 'binary' as const,
      plausibility: 0.5,
      reason: 'has two values',
    }));
    const profile = profileOf(['a', 'b', 'c', 'd', 'e', 'f'], { targetCandidates });
    const card = cardOf({ profile, target: null, questions: openQuestions(NO_REQUIREMENTS, profile, null) });
    expectSlackTakes(card);
    expect(wordsOf(card)).toContain('target_choose_4');
    expect(wordsOf(card)).not.toContain('target_choose_5');
    expect(wordsOf(card)).not.toContain('assumptions_accept');
  });

  it.each(WILD_NAMES)('lets no markup of %j through', (name) => {
    const target = targetOf(name, {
      classes: [
        { label: name, count: 1 },
        { label: `${name}2`, count: 9000 },
      ],
      suspects: [suspectOf(name)],
      split: { kind: 'group', column: name },
      splitReason: `Rows of one ${name} belong together.`,
      conflictingRows: 3,
      warnings: [name],
    });
    const profile = profileOf([name], { groupColumns: [name], timeColumns: [name], warnings: [name] });
    expectSlackTakes(cardOf({ name, profile, target, notes: [name] }));
    const targetCandidates = [{ column: name, task: 'binary' as const, plausibility: 1, reason: name }];
    const undecided = profileOf([name], { targetCandidates });
    const questions = openQuestions(NO_REQUIREMENTS, undecided, null);
    expectSlackTakes(cardOf({ name, profile: undecided, target: null, questions }));
  });

  it('stays within Slack’s limits with 5,000 columns, 26 classes and everything suspicious', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `${'column'.repeat(40)} ${i}`);
    const target = targetOf('outcome', {
      task: 'multiclass',
      classes: Array.from({ length: 26 }, (_, i) => ({ label: String.fromCharCode(65 + i), count: 700 + i })),
      suspects: names.map(suspectOf),
      splitReason: 'r'.repeat(5000),
    });
    const profile = profileOf(names, {
      timeColumns: names,
      groupColumns: names,
      warnings: names.map((name) => `${name} is always the same.`),
    });
    const card = cardOf({ profile, target });
    expectSlackTakes(card);
    expect(wordsOf(card)).toContain('and 22 more.');
    expect(wordsOf(card)).toMatch(/Also suspicious.*4,?982 more/);
  });
});
