import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withinMemory } from '../../jobs/memory-budget.ts';
import type { TrialResult } from '../../src/ml/tuning/trial.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import type { TrialDesk } from '../../src/run/ports.ts';
import { failedTrial } from '../../src/run/trial.ts';
import { samplePlan } from '../plan/sample-plan.ts';

/** A desk that holds every trial until it is let go. */
function heldDesk() {
  const inside: { number: number; leave: (result: TrialResult) => void }[] = [];
  const desk: TrialDesk = {
    trial: (spec) => new Promise((leave) => inside.push({ number: spec.number, leave })),
  };
  return { desk, inside };
}

describe('trials of a plan that limits memory', () => {
  // Each of the sample's trials takes 100 MB, and a margin.
  const plan = samplePlan({ memoryMb: 300, trials: 4 }, { threads: 4 });
  const schedule = new Schedule(plan);
  const specs = schedule.trials.flatMap(({ number }) => schedule.specOf(number, new Map()) ?? []);
  const options = (signal: AbortSignal) => ({ signal, together: 4, onFold: () => {} });

  it('begin when there is room for them beside the others', async () => {
    const { desk, inside } = heldDesk();
    const limited = withinMemory(desk, plan);
    const { signal } = new AbortController();
    const all = specs.map((spec) => limited.trial(spec, options(signal)));
    await turn();
    expect(inside.map(({ number }) => number)).toEqual([0, 1]);
    inside[0]?.leave(failedTrial({ number: 0 }, 'done'));
    await all[0];
    await turn();
    expect(inside.map(({ number }) => number)).toEqual([0, 1, 2]);
    for (const at of [1, 2]) inside[at]?.leave(failedTrial({ number: at }, 'done'));
    await all[2];
    await turn();
    inside[3]?.leave(failedTrial({ number: 3 }, 'done'));
    expect((await Promise.all(all)).map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  });

  it('are stopped where the search ends before their turn', async () => {
    const { desk, inside } = heldDesk();
    const limited = withinMemory(desk, plan);
    const stop = new AbortController();
    const all = specs.map((spec) => limited.trial(spec, options(stop.signal)));
    await turn();
    stop.abort('budget');
    expect(await all[3]).toMatchObject({ number: 3, state: 'stopped' });
    for (const { number, leave } of inside) leave(failedTrial({ number }, 'done'));
    await Promise.all(all);
    expect(inside).toHaveLength(2);
  });

  it('go straight to the desk where no memory is limited', () => {
    const { desk } = heldDesk();
    expect(withinMemory(desk, samplePlan())).toBe(desk);
  });
});
