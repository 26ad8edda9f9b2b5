/** Values as they may come from the outside, tame and wild, and what must hold for every message made from them. */
import { expect } from 'vitest';
import { checkBlocks, checkView } from '../../playground/server/blocks/check.ts';
import type { PlanRecord } from '../../src/plan/plan.ts';
import type { ColumnProfile, LeakSuspect, Profile, TargetProfile } from '../../src/profile/profile.ts';
import type { Question } from '../../src/requirements/questions.ts';
import type { Message } from '../../src/slack/blocks.ts';
import { telcoRun } from '../report/sample-runs.ts';

export const THREAD = 'T0NORTHWIND-C0CHURN-1790000000.000100';

/** Names that try to be more than names. None may reach Slack as markup. */
export const WILD_NAMES = [
  '<!channel>',
  '<@U0BEN>',
  '<https://evil.example|click here>',
  '*bold* _italic_ ~struck~ `code`',
  '&lt;!here&gt; & <b>',
  'a\nname\tof three lines\n> quoted',
  '"quoted" \\ back\\slash \u0001',
  '\u{1F600}'.repeat(90),
  'L'.repeat(300),
  `${'\u{1F468}\u200D\u{1F469}'.repeat(60)}<!everyone>`,
  'שלום ‮ right to left',
  ' ',
];

/** Every string in the message that Slack reads as mrkdwn. */
function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  const here = value as { type?: unknown; text?: unknown };
  const own = here.type === 'mrkdwn' && typeof here.text === 'string' ? [here.text] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}

/** What our own sentences may hold: people who did something, and moments. */
const OURS = /<@U\d+>|<!date\^\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g;

/** Slack would take the message, and nothing in it is markup that is not ours. */
export function expectSlackTakes(message: Message): void {
  expect(checkBlocks(message.blocks, 'message', () => true)).toEqual([]);
  expect(message.text.trim()).not.toBe('');
  for (const text of mrkdwnOf(message.blocks)) expectOnlyOurMarkup(text);
}

export function expectSlackTakesView(view: unknown): void {
  expect(checkView(view, () => true)).toEqual([]);
  for (const text of mrkdwnOf(view)) expectOnlyOurMarkup(text);
}

function expectOnlyOurMarkup(mrkdwn: string): void {
  const rest = mrkdwn.replace(OURS, '');
  expect(rest).not.toMatch(/[<>]/);
  expect(rest).not.toMatch(/&(?!amp;|lt;|gt;)/);
}

function columnProfile(name: string, change: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: 'numeric',
    missing: 0,
    distinct: 50,
    range: null,
    top: [],
    infinite: 0,
    flags: [],
    ...change,
  };
}

export function profileOf(names: readonly string[], change: Partial<Profile> = {}): Profile {
  return {
    rows: 7043,
    columns: names.map((name) => columnProfile(name)),
    duplicateRows: 0,
    targetCandidates: [],
    timeColumns: [],
    groupColumns: [],
    warnings: [],
    ...change,
  };
}

export function targetOf(target: string, change: Partial<TargetProfile> = {}): TargetProfile {
  return {
    target,
    task: 'binary',
    classes: [
      { label: 'No', count: 5174 },
      { label: 'Yes', count: 1869 },
    ],
    missing: 0,
    suspects: [],
    useless: [],
    split: { kind: 'stratified' },
    splitReason: 'Nothing hints at an order or at groups, so rows are split at random.',
    conflictingRows: 0,
    ...change,
  };
}

export function suspectOf(column: string): LeakSuspect {
  return {
    column,
    kind: 'predicts-alone',
    evidence: `Alone, ${column} reaches an AUC of 0.998.`,
    suggestion: 'drop',
  };
}

export const suspectQuestion = (column: string): Question => ({ id: 'suspect', suspect: suspectOf(column) });

/** A proposed plan. @param change of the plan's members, and of the record around it. */
export function proposedPlan(
  change: Partial<PlanRecord['plan']> = {},
  around: Partial<PlanRecord> = {},
): PlanRecord {
  const { record } = telcoRun();
  return {
    ...record,
    threadId: THREAD,
    status: 'proposed',
    decision: null,
    ...around,
    plan: { ...record.plan, ...change },
  };
}

/** A plan whose every name is wild. */
export function wildPlan(name: string): PlanRecord {
  const { plan } = proposedPlan();
  return proposedPlan({
    goal: name,
    dataset: { ...plan.dataset, name },
    experiment: { ...plan.experiment, target: name, split: { kind: 'group', column: name } },
    dropped: [{ column: name, reason: `dropped by you: ${name}` }],
    reasons: [{ choice: name, value: name, reason: name }],
    candidates: plan.candidates.map((candidate) => ({ ...candidate, reason: name })),
  });
}
