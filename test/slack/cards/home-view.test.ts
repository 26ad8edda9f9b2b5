import { describe, expect, it } from 'vitest';
import { homeView } from '../../../src/slack/cards/home-view.ts';
import { telcoReport } from '../../report/sample-runs.ts';
import { expectSlackTakesView, proposedPlan, THREAD, WILD_NAMES, wildPlan } from '../samples.ts';

const run = (number: number) => ({
  id: `plan-${number}`,
  threadId: THREAD,
  number,
  state: 'finished' as const,
  queuedAt: '2026-03-04T10:00:00.000Z',
  startedAt: null,
  endedAt: null,
  stoppedBy: null,
  reason: null,
  earlierSeconds: 0,
  cpuSeconds: 0,
});

describe('the App Home', () => {
  it('says how to begin when there are no runs yet', () => {
    const view = homeView([]);
    expectSlackTakesView(view);
    expect(JSON.stringify(view)).toContain('None yet');
  });

  it('lists a run with its question and its answer', () => {
    const view = homeView([{ run: run(12), record: proposedPlan(), report: telcoReport() }]);
    expectSlackTakesView(view);
    expect(JSON.stringify(view)).toContain(
      '• *Run 12*: predict `churn` in `telco_churn.csv`. Gradient boosting, AUC 0.846 [0.827, 0.864] on 1,409 held-out rows.',
    );
  });

  it('says the state of a run without a report', () => {
    const view = homeView([{ run: { ...run(1), state: 'failed' }, record: proposedPlan(), report: null }]);
    expect(JSON.stringify(view)).toContain('`telco_churn.csv`: failed.');
  });

  it('holds many runs with wild names', () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      run: run(i),
      record: wildPlan(WILD_NAMES[i % WILD_NAMES.length] as string),
      report: i % 2 ? telcoReport() : null,
    }));
    expectSlackTakesView(homeView(rows));
  });
});
