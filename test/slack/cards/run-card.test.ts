import { describe, expect, it } from 'vitest';
import type { RunProgress } from '../../../src/run/progress.ts';
import { RunState } from '../../../src/run/run.ts';
import { runCard } from '../../../src/slack/cards/run-card.ts';
import { expectSlackTakes, proposedPlan, THREAD } from '../samples.ts';

const run = {
  id: 'plan-1',
  threadId: THREAD,
  number: 12,
  state: 'running',
  queuedAt: '2026-03-04T10:00:00.000Z',
  startedAt: null,
  endedAt: null,
  stoppedBy: null,
  reason: null,
  earlierSeconds: 0,
  cpuSeconds: 0,
} as const;

const progress = (change: Partial<RunProgress> = {}): RunProgress => ({
  runId: run.id,
  threadId: THREAD,
  state: 'running',
  trialsFinished: 3,
  trialsPlanned: 24,
  trialsFailed: 0,
  foldsFinished: 18,
  foldsPlanned: 120,
  best: { trial: 1, family: 'gbdt', score: 0.8461 },
  history: [],
  elapsedSeconds: 12,
  remainingSeconds: 70,
  ...change,
});

const hasStop = (card: ReturnType<typeof runCard>) => card.blocks.some((block) => block.type === 'actions');

describe('a run card', () => {
  it('shows how far the run is and what is best so far', () => {
    const card = runCard(run, proposedPlan(), progress());
    expectSlackTakes(card);
    expect(card.text).toContain('Run 12 · training');
    expect(card.text).toContain('███░░░░░░░░░░░░░░░░░ 3 of 24 trials');
    expect(card.text).toContain('Best so far: Gradient boosting, AUC 0.846 in cross-validation (trial 2).');
    expect(JSON.stringify(card.blocks)).toContain('about 1 min 10 s of trials to go');
  });

  it('can be stopped while trials wait or go, and at no other time', () => {
    for (const state of RunState.options) {
      const card = runCard({ ...run, state }, proposedPlan(), progress({ state }));
      expectSlackTakes(card);
      expect(hasStop(card)).toBe(state === 'queued' || state === 'running');
    }
  });

  it('stands before any progress, and survives numbers that cannot be', () => {
    expectSlackTakes(runCard({ ...run, state: 'queued' }, proposedPlan(), null));
    const odd = progress({
      foldsPlanned: 0,
      foldsFinished: 5,
      best: { trial: 0, family: 'mlp', score: Number.NaN },
    });
    expectSlackTakes(runCard(run, proposedPlan(), odd));
    expectSlackTakes(runCard(run, proposedPlan(), progress({ foldsFinished: 999, remainingSeconds: null })));
  });
});
