import { describe, expect, it } from 'vitest';
import { hasEnded, NEXT_STATES, RunState } from '../../src/run/run.ts';

describe('the states of a run', () => {
  it('end as finished, stopped or failed, and nowhere else', () => {
    expect(RunState.options.filter((state) => hasEnded({ state }))).toEqual([
      'finished',
      'stopped',
      'failed',
    ]);
  });

  it('can always be left for an end', () => {
    const canEnd = (state: RunState, seen: readonly RunState[] = []): boolean =>
      hasEnded({ state }) ||
      NEXT_STATES[state].some((next) => !seen.includes(next) && canEnd(next, [...seen, state]));
    for (const state of RunState.options) expect(canEnd(state), state).toBe(true);
  });

  it('never go back to trials once Stop was pressed or the judging began', () => {
    for (const state of ['stopping', 'judging'] as const) expect(NEXT_STATES[state]).not.toContain('running');
  });

  it('may be said again, so that a job that is repeated does no harm', () => {
    for (const state of ['running', 'stopping', 'judging'] as const)
      expect(NEXT_STATES[state]).toContain(state);
  });
});
