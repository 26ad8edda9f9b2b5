import { describe, expect, it } from 'vitest';
import type { TrialSpec } from '../../src/ml/tuning/trial.ts';
import { assembleReport } from '../../src/report/assemble.ts';
import { Report } from '../../src/report/report.ts';
import { amesReport, interval, lettersReport, telcoReport, telcoRun } from './sample-runs.ts';

const mentions = (sentences: readonly string[], pattern: RegExp) =>
  sentences.filter((one) => pattern.test(one));

describe('assembleReport', () => {
  it.each([
    ['binary', telcoReport],
    ['multiclass', lettersReport],
    ['regression', amesReport],
  ])('makes a report of a %s run that survives JSON', (_, make) => {
    const report = make();
    expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('is pure: trials in another order give the same report', () => {
    const run = telcoRun();
    expect(assembleReport({ ...run, trials: [...run.trials].reverse() })).toEqual(assembleReport(run));
  });

  it('has one curve per family, of its best trial, the winner first', () => {
    const { curves, trials, winner } = telcoReport();
    expect(curves[0]).toMatchObject({ family: winner.family, trial: winner.trial });
    expect(curves.map((curve) => curve.family).sort()).toEqual(['baseline', 'gbdt', 'linear', 'mlp']);
    for (const curve of curves) {
      const own = trials.filter((trial) => trial.family === curve.family);
      const best = Math.max(...own.map((trial) => trial.score?.value ?? 0));
      expect(own.find((trial) => trial.number === curve.trial)?.score?.value).toBe(best);
    }
  });

  it('compares the winner with every other family, closest first', () => {
    const { comparisons } = telcoReport();
    expect(comparisons.map((one) => one.family)).toEqual(['linear', 'mlp', 'baseline']);
    expect(comparisons[2].gain.low).toBeGreaterThan(0.3);
  });

  it('counts resources over all trials and the judging', () => {
    const run = telcoRun();
    const { resources } = assembleReport(run);
    const cpu = run.trials.reduce((sum, trial) => sum + trial.cpuSeconds, 0) + run.judgement.cpuSeconds;
    expect(resources.cpuSeconds).toBeCloseTo(cpu, 9);
    expect(resources).toMatchObject({ trialsPlanned: 25, trialsFinished: 25, wallSeconds: 72.4 });
  });
});

describe('caveats', () => {
  const run = telcoRun();
  const withJudgement = (change: Partial<typeof run.judgement>) =>
    telcoReport({ judgement: { ...run.judgement, ...change } }).caveats;

  it('warn first when the baseline may be as good', () => {
    const [first] = withJudgement({ gain: interval(0.01, -0.01, 0.03) });
    expect(first).toBe(
      'The model is not shown to be better than the baseline: its gain in AUC, +0.010 [-0.010, +0.030], may be nothing.',
    );
  });

  it('name a small holdout and a wide interval', () => {
    const caveats = withJudgement({ holdoutRows: 69, holdout: { roc_auc: interval(0.8, 0.7, 0.9) } });
    expect(mentions(caveats, /^Only 69 rows were held out/)).toHaveLength(1);
    expect(mentions(caveats, /wide, \[0\.700, 0\.900\]/)).toHaveLength(1);
  });

  it('name a rare class and one that is never found', () => {
    const caveats = withJudgement({
      confusion: {
        classes: ['No', 'Yes'],
        counts: [
          [980, 0],
          [20, 0],
        ],
      },
    });
    expect(mentions(caveats, /^Yes is rare, 20 held-out rows \(2\.0%\)/)).toHaveLength(1);
    expect(mentions(caveats, /^The model never finds Yes \(20 rows\)/)).toHaveLength(1);
  });

  it('name families that are tied', () => {
    const copy = run.trials.map((trial) =>
      run.specs[trial.number].family === 'linear'
        ? { ...trial, folds: run.trials[run.winner.number].folds, score: run.trials[run.winner.number].score }
        : trial,
    );
    const report = telcoReport({ trials: copy });
    expect(mentions(report.caveats, /tied with logistic regression/)).toHaveLength(1);
    expect(mentions(report.nextSteps, /^Consider logistic regression/)).toHaveLength(1);
  });

  it('name failed trials with the reason of the first', () => {
    const trials = run.trials.map((trial) =>
      trial.number === 3
        ? { ...trial, state: 'failed' as const, reason: 'loss became NaN in fold 2', score: null, folds: [] }
        : trial,
    );
    expect(mentions(telcoReport({ trials }).caveats, /./)).toContain(
      '1 of 25 trials failed (trial 4: loss became NaN in fold 2).',
    );
  });

  it('say that a run was cut short, and what the rest would take', () => {
    const report = telcoReport({
      trials: run.trials.slice(0, 15),
      cutShort: 'Stopped by a person when 15 of 25 trials had finished.',
    });
    expect(report.caveats).toContain('Stopped by a person when 15 of 25 trials had finished.');
    expect(report.nextSteps[0]).toBe(
      "Run the 10 trials that were not reached: about 48.3 s more at this run's pace.",
    );
  });

  it('say when the holdout and cross-validation disagree, and when rows were left out', () => {
    const caveats = withJudgement({ droppedRows: 11, holdout: { roc_auc: interval(0.75, 0.73, 0.77) } });
    expect(mentions(caveats, /^The holdout disagrees with cross-validation: AUC 0\.750/)).toHaveLength(1);
    expect(caveats).toContain('11 rows without a value of churn were left out.');
  });

  it('say when the winner lies at the end of its search space', () => {
    const at = { ...run.winner, parameters: { learning_rate: 0.2199, depth: 5 }, origin: 'sampled' as const };
    const specs = run.specs.map((spec) => (spec.number === at.number ? at : spec));
    const report = telcoReport({ winner: at, specs });
    expect(mentions(report.caveats, /learning_rate 0\.2199 \(upper end 0\.22\)/)).toHaveLength(1);
    expect(report.nextSteps).toContain('Search learning_rate above 0.22, where this search ended.');
  });

  it('do not advise about single columns where the winner reads images', () => {
    const advice = /^Try without the|^Before deploying, make sure that/;
    const advised = (family: TrialSpec['family']) => {
      const at = { ...run.winner, family };
      const specs = run.specs.map((spec) => (spec.number === at.number ? at : spec));
      return mentions(telcoReport({ winner: at, specs }).nextSteps, advice).length;
    };
    expect(advised('gbdt')).toBeGreaterThan(0);
    expect(advised('cnn')).toBe(0);
  });

  it('do not blame the search space for a default', () => {
    const at = { ...run.winner, parameters: { learning_rate: 0.22, depth: 9 }, origin: 'default' as const };
    const specs = run.specs.map((spec) => (spec.number === at.number ? at : spec));
    expect(mentions(telcoReport({ winner: at, specs }).caveats, /search space/)).toEqual([]);
  });
});

describe('next steps', () => {
  it('are few and end with a full stop', () => {
    for (const report of [telcoReport(), lettersReport(), amesReport()]) {
      expect(report.nextSteps.length).toBeGreaterThan(0);
      expect(report.nextSteps.length).toBeLessThanOrEqual(6);
      for (const sentence of [...report.nextSteps, ...report.caveats])
        expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    }
  });
});
