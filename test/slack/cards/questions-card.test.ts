import { expect, it } from 'vitest';
import { NO_REQUIREMENTS } from '../../../src/requirements/requirements.ts';
import { questionsCard } from '../../../src/slack/cards/questions-card.ts';
import { expectSlackTakes, suspectQuestion, THREAD, targetOf, WILD_NAMES } from '../samples.ts';

const base = { kind: 'questions', requirements: NO_REQUIREMENTS, target: targetOf('churn') } as const;
const wordsOf = (card: ReturnType<typeof questionsCard>) => JSON.stringify(card.blocks);

it('asks about a suspect with three buttons that carry the decision', () => {
  const card = questionsCard({ ...base, questions: [suspectQuestion('reason_left')] }, THREAD);
  expectSlackTakes(card);
  expect(card.text).toContain('Before I can make a plan: reason_left may give the answer away.');
  const [drop, keep, known] = card.blocks.flatMap((block) =>
    block.type === 'actions' && block.block_id === 'suspect-0' ? block.elements : [],
  ) as { value: string }[];
  expect([drop, keep, known].map((button) => JSON.parse(button?.value ?? '').decision)).toEqual([
    'drop',
    'keep',
    'known',
  ]);
});

it('does not pretend that something is in the way once nothing is', () => {
  const card = questionsCard({ ...base, questions: [{ id: 'budget' }, { id: 'deployment' }] }, THREAD);
  expectSlackTakes(card);
  expect(card.text).toMatch(/^I can make a plan now\./);
  expect(wordsOf(card)).toContain('Plan with these');
  expectSlackTakes(questionsCard({ ...base, questions: [] }, THREAD));
});

it('names no metric while the target, and with it the task, is unknown', () => {
  const questions = [{ id: 'target', options: [] }, { id: 'metric' }] as const;
  const card = questionsCard({ ...base, target: null, questions }, THREAD);
  expectSlackTakes(card);
  expect(wordsOf(card)).toContain('a metric that fits the column');
});

it('says which column the split follows, and which ones it does not', () => {
  const questions = [{ id: 'split', columns: ['signed_on', 'customer_id'] }] as const;
  const followed = targetOf('churn', { split: { kind: 'time', column: 'signed_on' } });
  const byTime = questionsCard({ ...base, target: followed, questions }, THREAD);
  expect(wordsOf(byTime)).toContain('The split follows `signed_on`.');
  expect(wordsOf(questionsCard({ ...base, questions }, THREAD))).toContain(
    'split at random, although there is `signed_on` and `customer_id`',
  );
});

it.each(WILD_NAMES)('lets no markup of %j through', (name) => {
  const questions = [
    suspectQuestion(name),
    { id: 'target', options: [name] },
    { id: 'split', columns: Array.from({ length: 30 }, () => name) },
  ] as const;
  expectSlackTakes(questionsCard({ ...base, questions }, THREAD));
});
