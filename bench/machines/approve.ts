/** An approved plan and its run, without a conversation. */
import { planHash } from '../../src/plan/identity.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Run } from '../../src/run/run.ts';
import type { Story } from '../../src/thread/ports.ts';

export const TEAM = 'TBENCH';

export async function approve({ threads, plans, runs, clock }: Story, id: string, plan: Plan): Promise<Run> {
  const place = { id: `${TEAM}-C1-${id}`, team: TEAM, channel: 'C1', rootTs: id };
  await threads.open(place, 'U1');
  const hash = planHash(plan);
  const at = clock.now();
  await plans.propose({
    ...{ id, threadId: place.id, version: 1, hash, plan, status: 'proposed', proposedAt: at, decision: null },
  });
  await plans.decide(id, hash, 'approved', { by: 'U2', at, reason: null });
  return runs.create(id, place.id, TEAM, at);
}
