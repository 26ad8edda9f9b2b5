/** Who may decide on a plan: checked again at the moment of the click, whatever the card showed. */
import type { Plan } from './plan.ts';

/** What the workspace says about somebody, looked up at the moment of the click. */
export interface Person {
  readonly id: string;
  /** The workspace that the click came from. */
  readonly workspace: string;
  /** The workspace that the person belongs to. */
  readonly home: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
}

export interface ApprovalPolicy {
  /** User ids; empty means every full member. */
  readonly approvers: readonly string[];
  /** People may approve their own plans up to this budget in seconds; above it a second person must. */
  readonly selfApprovalSeconds: number;
}

/** Who may send data, answer questions and press buttons at all.
 *  @returns a sentence that says why not, or null if they may. */
export function whyNotTakePart(person: Person): string | null {
  if (person.isBot) return 'I only answer people.';
  if (person.home !== person.workspace || person.isGuest) {
    return 'I work for full members of this workspace. Please ask one of them to do this.';
  }
  return null;
}

/** @returns a sentence that says why not, or null if they may.
 *  @param requester who started the thread. */
export function whyNotApprove(
  policy: ApprovalPolicy,
  person: Person,
  plan: Plan,
  requester: string,
): string | null {
  const outsider = whyNotTakePart(person);
  if (outsider) return outsider;
  if (policy.approvers.length > 0 && !policy.approvers.includes(person.id)) {
    const names = policy.approvers.map((id) => `<@${id}>`).join(', ');
    return `Plans here are decided by ${names}. Please ask one of them.`;
  }
  if (person.id === requester && plan.budget.seconds > policy.selfApprovalSeconds) {
    return `Plans above ${policy.selfApprovalSeconds} s need a second person. Please ask a colleague to approve.`;
  }
  return null;
}
