import { describe, expect, it } from 'vitest';
import { planCard } from '../../../src/slack/cards/plan-card.ts';
import { expectSlackTakes, proposedPlan, WILD_NAMES, wildPlan } from '../samples.ts';

const buttonsIn = (card: ReturnType<typeof planCard>) =>
  card.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
const wordsOf = (card: ReturnType<typeof planCard>) => JSON.stringify(card.blocks);

describe('a plan card', () => {
  it('offers Approve, Edit and Reject with the plan’s id and hash, and nothing else of the plan', () => {
    const record = proposedPlan();
    const card = planCard(record);
    expectSlackTakes(card);
    const buttons = buttonsIn(card) as { action_id: string; value: string }[];
    expect(buttons.map((button) => button.action_id)).toEqual(['plan_approve', 'plan_edit', 'plan_reject']);
    for (const { value } of buttons) {
      expect(JSON.parse(value)).toEqual({ planId: record.id, hash: record.hash });
    }
  });

  it('says who decided, when and why, in place of the buttons', () => {
    const decision = { by: 'U7', at: '2026-03-04T10:00:00.000Z', reason: '<!channel> too *dear*' };
    const card = planCard(proposedPlan({}, { status: 'rejected', decision }));
    expectSlackTakes(card);
    expect(buttonsIn(card)).toEqual([]);
    expect(wordsOf(card)).toContain('Rejected by <@U7> <!date^1772618400^');
    expect(wordsOf(card)).toContain('2026-03-04 10:00 UTC');
    expect(wordsOf(card)).toContain('&lt;!channel&gt; too ∗dear∗');
  });

  it('says that a newer plan took its place', () => {
    const card = planCard(proposedPlan({}, { status: 'superseded' }));
    expect(buttonsIn(card)).toEqual([]);
    expect(wordsOf(card)).toContain('Replaced by a newer plan');
  });

  it('asks once more before a long run', () => {
    const confirms = (seconds: number) =>
      buttonsIn(planCard(proposedPlan({ budget: { seconds, threads: 2 } }))).filter(
        (button) => 'confirm' in button,
      );
    expect(confirms(600)).toHaveLength(0);
    expect(confirms(3600)).toHaveLength(1);
    expectSlackTakes(planCard(proposedPlan({ budget: { seconds: 86_400, threads: 64 } })));
  });

  it.each(WILD_NAMES)('lets no markup of %j through', (name) => {
    expectSlackTakes(planCard(wildPlan(name)));
  });

  it('stays within Slack’s limits with 5,000 dropped columns and endless reasons', () => {
    const dropped = Array.from({ length: 5000 }, (_, i) => ({ column: `c${i}`, reason: 'r'.repeat(800) }));
    const reasons = Array.from({ length: 40 }, (_, i) => ({
      choice: `choice ${i}`,
      value: 'v'.repeat(300),
      reason: 'w'.repeat(900),
    }));
    const card = planCard(proposedPlan({ dropped, reasons }));
    expectSlackTakes(card);
    expect(wordsOf(card)).toContain('4,992 more columns');
    expect(buttonsIn(card)).toHaveLength(3);
  });
});
