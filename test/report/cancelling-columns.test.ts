import { describe, expect, it } from 'vitest';
import type { MetricName } from '../../src/ml/experiment.ts';
import { cancellingColumns } from '../../src/report/cancelling-columns.ts';
import { findCaveats } from '../../src/report/caveats.ts';
import { tellExplanation } from '../../src/report/chapters/explain.ts';
import { amesReport, interval, telcoRun } from './sample-runs.ts';

const report = amesReport();

/** Importance by column, each ± 1, of a model that gains 20 over the baseline. */
function withImportance(means: Readonly<Record<string, number>>, metric: MetricName = 'rmse') {
  const importance = Object.entries(means).map(([column, mean]) => ({
    column,
    mean,
    low: mean - 1,
    high: mean + 1,
  }));
  return { ...report, metric, judgement: { ...report.judgement, gain: interval(20, 15, 25), importance } };
}

describe('columns that are set off against each other', () => {
  it('are named where shuffling them costs more than twice what the model gains', () => {
    const sentence = cancellingColumns(withImportance({ total: 62, part: 45, bmi: 24 }));
    expect(sentence).toMatch(/^Shuffling total and part alone costs more than twice/);
    expect(sentence).toContain('they are set off against columns that move with them');
    expect(cancellingColumns(withImportance({ total: 62, bmi: 24 }))).toContain('it is set off against');
  });

  it('are not seen where one column can be worth that much, or a loss has no bound', () => {
    expect(cancellingColumns(withImportance({ total: 38, bmi: 24 }))).toBeNull();
    expect(cancellingColumns(withImportance({ total: 40.5 }))).toBeNull(); // within its interval
    expect(cancellingColumns(withImportance({ total: 62 }, 'log_loss'))).toBeNull();
  });

  it('are told in the report and where it is explained', () => {
    const report = withImportance({ total: 62, bmi: 24 });
    const chapter = tellExplanation({ report, evidence: null });
    expect('sentences' in chapter && chapter.sentences).toContain(cancellingColumns(report));
    expect(findCaveats(report, telcoRun().record.plan)).toContain(cancellingColumns(report));
  });
});
