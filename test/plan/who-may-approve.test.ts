import { describe, expect, it } from 'vitest';
import {
  type ApprovalPolicy,
  type Person,
  whyNotApprove,
  whyNotTakePart,
} from '../../src/plan/who-may-approve.ts';
import { samplePlan } from './sample-plan.ts';

const person = (change: Partial<Person> = {}): Person => ({
  id: 'U2',
  workspace: 'T1',
  home: 'T1',
  isBot: false,
  isGuest: false,
  ...change,
});
const policy = (change: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  approvers: [],
  selfApprovalSeconds: 300,
  ...change,
});
const REQUESTER = 'U1';

describe('who may take part', () => {
  it.each([
    ['a full member', {}, null],
    ['a guest', { isGuest: true }, 'full members'],
    ['somebody of another workspace', { home: 'T2' }, 'full members'],
    ['a bot', { isBot: true }, 'only answer people'],
  ] as const)('%s: %j', (_, change, sentence) => {
    const why = whyNotTakePart(person(change));
    if (sentence === null) expect(why).toBeNull();
    else expect(why).toContain(sentence);
  });
});

describe('who may approve a plan of 60 s', () => {
  const approvers = ['U7', 'U8'];
  it.each([
    ['a colleague', {}, {}, null],
    ['the requester, within the limit', { id: REQUESTER }, { selfApprovalSeconds: 60 }, null],
    [
      'the requester, above the limit',
      { id: REQUESTER },
      { selfApprovalSeconds: 59 },
      'Plans above 59 s need a second person',
    ],
    ['a colleague, above the limit', {}, { selfApprovalSeconds: 59 }, null],
    ['a named approver', { id: 'U8' }, { approvers }, null],
    ['somebody else', {}, { approvers }, 'Plans here are decided by <@U7>, <@U8>.'],
    [
      'the requester as an approver, above the limit',
      { id: 'U8' },
      { approvers, selfApprovalSeconds: 0 },
      null,
    ],
    ['a guest who is named as an approver', { id: 'U8', isGuest: true }, { approvers }, 'full members'],
    ['a named approver of another workspace', { id: 'U8', home: 'T2' }, { approvers }, 'full members'],
    ['a bot that is named as an approver', { id: 'U8', isBot: true }, { approvers }, 'only answer people'],
  ] as const)('%s', (_, who, rules, sentence) => {
    const why = whyNotApprove(policy(rules), person(who), samplePlan({ budgetSeconds: 60 }), REQUESTER);
    if (sentence === null) expect(why).toBeNull();
    else expect(why).toContain(sentence);
  });

  it('is nobody alone where the requester is the only approver and the plan is above the limit', () => {
    const rules = policy({ approvers: [REQUESTER], selfApprovalSeconds: 0 });
    const why = whyNotApprove(rules, person({ id: REQUESTER }), samplePlan({ budgetSeconds: 60 }), REQUESTER);
    expect(why).toContain('second person');
  });
});
