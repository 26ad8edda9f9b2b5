/** Keeps the trials of a run within the memory that its plan allows: one begins when there is room for it beside the others. */

import { MEMORY_MARGIN } from '../src/plan/allocate.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { TrialDesk } from '../src/run/ports.ts';
import { costOf, failedTrial } from '../src/run/trial.ts';
import { MemoryRoom } from './memory-room.ts';

/** The desk itself where the plan sets no limit. A trial whose turn has not come when the search ends counts as stopped. */
export function withinMemory(desk: TrialDesk, plan: Plan): TrialDesk {
  const { memoryMb, threads } = plan.budget;
  if (memoryMb === undefined) return desk;
  const room = new MemoryRoom(memoryMb);
  return {
    async trial(spec, options) {
      const needed = MEMORY_MARGIN * (costOf(plan, spec)?.memoryMb ?? 0);
      let leave: (() => void) | undefined;
      try {
        leave = await room.enter(Math.max(memoryMb / threads, needed), options.signal);
      } catch {
        return { ...failedTrial(spec, 'stopped'), state: 'stopped' };
      }
      try {
        return await desk.trial(spec, options);
      } finally {
        leave();
      }
    },
  };
}
